"""Canonical N-Triples, and normal values held against a real engine."""

from __future__ import annotations

import random
from struct import pack, unpack

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Store, Triple

from modellake.core.errors import ParseError
from modellake.rdf.canon import canonical_ntriples, normal_statement, normal_value, parse_ntriples

XSD = "http://www.w3.org/2001/XMLSchema#"
S, P = NamedNode("https://example.org/s"), NamedNode("https://example.org/p")


def stored(term):
    """What a real engine makes of ``term``."""
    store = Store()
    store.add(Quad(S, P, term))
    return next(iter(store)).object


def typed(text: str, datatype: str) -> Literal:
    return Literal(text, datatype=NamedNode(XSD + datatype))


def assert_agrees(term) -> None:
    normal = normal_value(term)
    assert str(normal) == str(stored(term))
    assert normal_value(normal) == normal, "not idempotent"


# -- canonical N-Triples -------------------------------------------------------------------------------

texts = st.text(st.characters(codec="utf-8"), max_size=30)
iris = st.builds(
    lambda tail: NamedNode(f"https://example.org/{tail}"), st.from_regex(r"[a-zé/_:-]{0,8}", fullmatch=True)
)
literals = st.one_of(
    st.builds(Literal, texts),
    st.builds(lambda text: Literal(text, language="en"), texts),
    st.builds(lambda text, iri: Literal(text, datatype=iri), texts, iris),
    st.builds(typed, texts, st.sampled_from(["integer", "string", "decimal", "boolean"])),
)
statements = st.builds(Triple, iris, iris, st.one_of(iris, literals, st.builds(Triple, iris, iris, literals)))


@given(st.lists(statements, max_size=12))
def test_parsing_inverts_canonical_ntriples(graph):
    content = canonical_ntriples(graph)
    parsed = parse_ntriples(content)
    assert set(parsed) == set(graph)
    assert len(parsed) == len(set(graph))
    assert canonical_ntriples(reversed(parsed)) == content
    lines = content.decode().split("\n")[:-1]
    assert lines == sorted(lines)


def test_an_empty_graph_is_no_bytes():
    assert canonical_ntriples([]) == b""
    assert parse_ntriples(b"") == []


def test_lexical_forms_survive():
    graph = [Triple(S, P, typed("1.50", "decimal")), Triple(S, P, typed("1.5", "decimal"))]
    assert canonical_ntriples(graph).count(b"\n") == 2
    assert set(parse_ntriples(canonical_ntriples(graph))) == set(graph)


# https://www.w3.org/TR/rdf12-n-triples/#canonical-ntriples: these and no other characters are escaped
ESCAPES = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}
NUMERIC = [*range(8), 0x0B, *range(0x0E, 0x20), 0x7F, 0xFFFE, 0xFFFF]


@pytest.mark.parametrize("point", [*range(0x100), 0x2028, 0xFEFF, 0xFFFD, 0xFFFE, 0xFFFF, 0x1F600, 0x10FFFF])
def test_escapes_are_canonical(point):
    character = chr(point)
    expected = ESCAPES.get(character) or (f"\\u{point:04X}" if point in NUMERIC else character)
    line = f'<https://example.org/s> <https://example.org/p> "{expected}" .\n'
    assert canonical_ntriples([Triple(S, P, Literal(character))]) == line.encode()


def test_strings_have_no_datatype_and_languages_are_lower_case():
    graph = [Triple(S, P, typed("a", "string")), Triple(S, P, Literal("a", language="en-US"))]
    assert [line.split(b" ")[2] for line in canonical_ntriples(graph).splitlines()] == [b'"a"', b'"a"@en-us']


@pytest.mark.parametrize(
    "statement",
    [
        Triple(BlankNode("b"), P, S),
        Triple(S, P, BlankNode("b")),
        Triple(S, P, Triple(S, P, BlankNode("b"))),
    ],
)
def test_blank_nodes_are_refused(statement):
    with pytest.raises(ValueError, match="blank node"):
        canonical_ntriples([statement])


def test_what_looks_like_a_blank_node_is_welcome():
    graph = [Triple(NamedNode("urn:_:x"), P, Literal("> _:b"))]
    assert set(parse_ntriples(canonical_ntriples(graph))) == set(graph)


@pytest.mark.parametrize("content", [b"<a> <b> <c> .\n", b"nonsense", b'<urn:a> <urn:b> "\xff" .\n'])
def test_other_bytes_are_no_ntriples(content):
    with pytest.raises(ParseError) as caught:
        parse_ntriples(content)
    assert caught.value.place is not None
    assert caught.value.place.line == 1


# -- normal values -------------------------------------------------------------------------------------

INTEGERS = (
    *(
        "integer",
        "byte",
        "short",
        "int",
        "long",
        "unsignedByte",
        "unsignedShort",
        "unsignedInt",
        "unsignedLong",
    ),
    *("positiveInteger", "negativeInteger", "nonPositiveInteger", "nonNegativeInteger"),
)
TIMES = ("dateTime", "dateTimeStamp", "time", "date", "gYearMonth", "gYear", "gMonthDay", "gMonth", "gDay")
DURATIONS = ("duration", "yearMonthDuration", "dayTimeDuration")
OTHERS = ("string", "anyURI", "hexBinary", "base64Binary", "language", "normalizedString", "precisionDecimal")
ALL = (*INTEGERS, "decimal", "double", "float", "boolean", *TIMES, *DURATIONS, *OTHERS)

digits = st.text("0123456789", max_size=45)
signs = st.sampled_from(["", "+", "-", "--", " "])
zones = st.sampled_from(["", "Z", "+00:00", "-00:00", "+14:00", "-14:00", "+14:01", "-05:30", "+1:00", "z", "+13:59"])
edges = st.sampled_from([2**31, 2**63 - 1, 2**63, 2**64, 2**127 - 1, 2**127, 170141183460469231731, 5391559471918])
numbers = st.one_of(st.integers(), edges, st.builds(lambda edge, step: step - edge, edges, st.integers(-3, 3)))


def two_digits(largest: int):
    return st.integers(0, largest + 2).map(lambda number: f"{number:02}")


years = st.one_of(
    st.integers(-9999, 9999).map(lambda year: f"{'-' if year < 0 else ''}{abs(year):04}"),
    st.integers(5391559471910, 5391559471925).map(str),
    st.integers(5391559471910, 5391559471925).map(lambda year: str(-year)),
    st.sampled_from(["0000", "-0000", "1900", "2000", "1972", "12024", "02024", "9223372036854775808", "999"]),
)
fractions = st.one_of(st.just(""), st.text("0123456789", max_size=22).map(lambda tail: f".{tail}"))
clocks = st.one_of(
    st.tuples(two_digits(24), two_digits(59), two_digits(59), fractions).map(lambda t: f"{t[0]}:{t[1]}:{t[2]}{t[3]}"),
    st.sampled_from(["24:00:00", "24:00:00.000", "24:00:01", "24:00:00.1", "23:59:59.999999999999999999"]),
)
SHAPES = {
    "dateTime": "{y}-{m}-{d}T{c}",
    "dateTimeStamp": "{y}-{m}-{d}T{c}",
    "time": "{c}",
    "date": "{y}-{m}-{d}",
    "gYearMonth": "{y}-{m}",
    "gYear": "{y}",
    "gMonthDay": "--{m}-{d}",
    "gMonth": "--{m}",
    "gDay": "---{d}",
}
moments = st.builds(
    lambda kind, y, m, d, c, zone: typed(SHAPES[kind].format(y=y, m=m, d=d, c=c) + zone, kind),
    st.sampled_from(TIMES),
    years,
    two_digits(12),
    two_digits(31),
    clocks,
    zones,
)


counts = st.one_of(st.integers(0, 200).map(str), st.integers(0, 2**70).map(str))


def amount(unit: str, texts=counts):
    return st.one_of(st.just(""), st.just(""), texts.map(lambda text: text + unit))


seconds = st.builds(lambda whole, tail: f"{whole}{tail}", st.one_of(st.just(""), numbers), fractions)
durations = st.builds(
    lambda sign, y, m, d, t, h, n, s, kind: typed(f"{sign}P{y}{m}{d}{t}{h}{n}{s}", kind),
    st.sampled_from(["", "-", "+"]),
    amount("Y"),
    amount("M"),
    amount("D"),
    st.sampled_from(["T", "T", ""]),
    amount("H"),
    amount("M"),
    amount("S", seconds),
    st.sampled_from(DURATIONS),
)
decimals = st.builds(
    lambda sign, whole, dot, tail: f"{sign}{whole}{dot}{tail}",
    signs,
    digits,
    st.sampled_from([".", "", ".."]),
    digits,
)
near_edges = st.builds(
    lambda number, tail: f"{number}.{tail}",
    numbers,
    st.sampled_from(["0", "687303715884105727", "687303715884105728"]),
)
doubles = st.one_of(
    st.floats().map(repr),
    st.builds(
        lambda head, mark, power: f"{head}{mark}{power}",
        decimals,
        st.sampled_from("eE"),
        st.integers(-400, 400),
    ),
    st.sampled_from(
        [
            "INF",
            "-INF",
            "+INF",
            "inf",
            "Infinity",
            "NaN",
            "-nan",
            "nan",
            "ınf",
            "1e",
            "e1",
            "1_0",
            "0x1p3",
            " 1",
            "1e+5",
            "-0.0",
        ]
    ),
)
singles = st.one_of(
    doubles,
    st.floats(width=32).map(repr),
    st.integers(0, 2**32 - 1).map(lambda bits: repr(unpack("<f", pack("<I", bits))[0])),
)


@given(st.builds(typed, st.one_of(numbers.map(str), st.tuples(signs, digits).map("".join)), st.sampled_from(INTEGERS)))
@example(typed("9223372036854775808", "unsignedLong"))
@example(typed("-007", "int"))
@example(typed("٣", "integer"))
@example(typed("1" * 5000, "integer"))
@example(typed("0" * 5000 + "1", "integer"))
def test_integers_agree_with_the_engine(term):
    assert_agrees(term)


@given(st.one_of(decimals, near_edges))
@example("-170141183460469231731.687303715884105728")
@example("0.1000000000000000000000")
@example("." + "0" * 5000)
def test_decimals_agree_with_the_engine(text):
    assert_agrees(typed(text, "decimal"))


@given(doubles)
@example("1125899906842624.25")
@example("-1125899906842624.75")
@example("5e-324")
def test_doubles_agree_with_the_engine(text):
    assert_agrees(typed(text, "double"))


@given(singles)
@example("16777217.000000000000000000000000000000001")
@example("340282356779733661637539395458142568447.9")
@example("340282356779733661637539395458142568448")
@example("340282356779733661637539395458142568448.1")
@example("7.006492321624085354618e-46")
@example("7.0064923216240853546186479164495e-46")
def test_floats_agree_with_the_engine(text):
    assert_agrees(typed(text, "float"))


def test_powers_of_two_agree_with_the_engine():
    # around powers of two the spacing of floating-point numbers is not the same on both sides
    for power in range(-149, 128):
        assert_agrees(typed(repr(2.0**power), "float"))
    for power in range(-1074, 1024):
        assert_agrees(typed(repr(2.0**power), "double"))


def test_doubles_between_two_shortest_forms_agree_with_the_engine():
    generator = random.Random(1)
    for exponent in range(40, 53):
        for _ in range(20):
            number = generator.randrange(2**exponent, 2 ** (exponent + 1)) + generator.randrange(64) / 64
            assert_agrees(typed(repr(number), "double"))
            assert_agrees(typed(repr(-number), "double"))


def test_half_way_decimals_round_once():
    generator = random.Random(2)
    for _ in range(300):
        bits = generator.randrange(0, 0x7F7FFFFF)
        low, high = (unpack("<f", pack("<I", bits + step))[0] for step in (0, 1))
        middle = f"{(low + high) / 2:.170f}"
        for tail in ("", "0000001"):
            assert_agrees(typed(middle + tail, "float"))
        assert_agrees(typed("-" + middle + "1", "float"))


@settings(max_examples=1000)
@given(moments)
@example(typed("2020-12-31T24:00:00+00:00", "dateTimeStamp"))
@example(typed("-0001-12-31T24:00:00", "dateTime"))
@example(typed("-0001-01-01T00:00:59.5", "dateTime"))
@example(typed("--02-29+00:00", "gMonthDay"))
@example(typed("24:00:00Z", "time"))
def test_dates_and_times_agree_with_the_engine(term):
    assert_agrees(term)


@settings(max_examples=500)
@given(durations)
@example(typed("P1YT", "duration"))
@example(typed("PT", "duration"))
@example(typed("-P768614336404564650Y8M", "yearMonthDuration"))
@example(typed("P9223372036854775808M", "yearMonthDuration"))
@example(typed("-PT1M170141183460469231671.687303715884105728S", "dayTimeDuration"))
def test_durations_agree_with_the_engine(term):
    assert_agrees(term)


@settings(max_examples=500)
@given(
    st.builds(
        typed,
        st.one_of(texts, st.text("0123456789+-.:TZPYMDHSeEINFNantruefls ", max_size=14)),
        st.sampled_from(ALL),
    )
)
@example(typed("1", "boolean"))
@example(typed("TRUE", "boolean"))
def test_any_text_of_any_datatype_agrees_with_the_engine(term):
    assert_agrees(term)


@pytest.mark.parametrize(
    ("text", "datatype", "form", "normal_datatype"),
    [
        ("007", "int", "7", "integer"),
        ("+7", "nonNegativeInteger", "7", "integer"),
        ("300", "byte", "300", "integer"),
        ("1.50", "decimal", "1.5", "decimal"),
        ("-0.0", "decimal", "0", "decimal"),
        ("1", "boolean", "true", "boolean"),
        ("1e3", "double", "1000", "double"),
        ("1e-7", "double", "0.0000001", "double"),
        ("0.1", "float", "0.1", "float"),
        ("2026-08-27T24:00:00.000+00:00", "dateTimeStamp", "2026-08-28T00:00:00Z", "dateTime"),
        ("P1Y12M", "duration", "P2Y", "duration"),
        ("PT36H", "duration", "P1DT12H", "duration"),
        ("P0Y", "yearMonthDuration", "P0M", "yearMonthDuration"),
        ("2026-02-30", "date", "2026-02-30", "date"),
        ("a", "integer", "a", "integer"),
    ],
)
def test_normal_values(text, datatype, form, normal_datatype):
    assert normal_value(typed(text, datatype)) == typed(form, normal_datatype)


@pytest.mark.parametrize(
    "term", [S, BlankNode("b"), Literal("a"), Literal("a", language="en"), Literal("1", datatype=S)]
)
def test_other_terms_are_themselves(term):
    assert normal_value(term) is term
    assert_agrees(term) if not isinstance(term, BlankNode) else None


def test_statements_are_normal_inside_too():
    inner = Triple(S, P, typed("007", "int"))
    assert normal_statement(Triple(S, P, inner)) == Triple(S, P, Triple(S, P, typed("7", "integer")))
    assert_agrees(inner)
    plain = Triple(S, P, Literal("a"))
    assert normal_statement(plain) is plain
