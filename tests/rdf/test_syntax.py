"""What a SPARQL text asks for: forms, services, loads, parameters; what is refused before any engine sees it."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, Store, Variable

from modellake.core.errors import QueryError
from modellake.rdf.syntax import check_read, inspect, query_error, with_prefixes
from modellake.rdf.tokens import MAX_NESTING, MAX_TOKENS, tokens

# Oxigraph refuses to connect to the port of the discard service, so a call shows itself without a network.
SERVICE = "http://127.0.0.1:9/"
PROLOGUE = f"PREFIX : <{SERVICE}> PREFIX a: <{SERVICE}> "


@pytest.fixture(scope="module")
def engine() -> Store:
    store = Store()
    store.add(Quad(NamedNode("urn:s"), NamedNode("urn:p"), Literal("o")))
    return store


def refusal(text: str, **options) -> str:
    with pytest.raises(QueryError) as caught:
        check_read(text, **options)
    return caught.value.code


# -- tokens --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT*{?s?p?o}", "SELECT * { ?s ?p ?o }"),
        ("?s a:b.c.", "?s a:b.c ."),
        ("a:b;c:d", "a:b ; c:d"),
        ("_:b.c. :x", "_:b.c . :x"),
        ("1.5e-3 1. .5 1.e", "1.5e-3 1 . .5 1 . e"),
        ("'a'@en-US--ltr^^<x>", "'a' @en-US--ltr ^ ^ <x>"),
        ("?a<?b&&?c>?d", "?a <?b&&?c> ?d"),
        ("?a < ?b", "?a < ?b"),
        ("a:\\~b%20c\\#d", "a:\\~b%20c\\#d"),
        ('"""a"b""c""" \'\'\'it\'s\'\'\'', '"""a"b""c""" \'\'\'it\'s\'\'\''),
        ("'# no comment' # comment\n'x'", "'# no comment' 'x'"),
        ("<http://e/#no-comment> # comment", "<http://e/#no-comment>"),
        ("<<( ?s ?p ?o )>>", "< < ( ?s ?p ?o ) > >"),
        ("$été ?x1", "$été ?x1"),
        ("a.b.c :x é:ü", "a . b . c :x é:ü"),
    ],
)
def test_tokens(text, expected):
    assert " ".join(token.text for token in tokens(text)) == expected


def test_tokens_know_where_they_stand():
    text = "SELECT * {\n  { ?s ?p ?o } }"
    for token in tokens(text):
        assert text[token.start : token.end] == token.text
    assert [token.depth for token in tokens(text)] == [0, 0, 0, 1, 2, 2, 2, 2, 1]


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("SELECT * {", 1, 10),
        ("SELECT * { }\n }", 2, 2),
        ("SELECT * { ( } )", 1, 14),
        ("SELECT * { ?s ?p 'x }", 1, 18),
        ("SELECT * { ?s ?p 'a\nb' }", 1, 18),
        ("SELECT * {\n ?s ?p '''x'' }", 2, 8),
        (r"SELECT * { ?s ?p 'a\qb' }", 1, 18),
        (r"SELECT * { ?s ?p '\uD800' }", 1, 18),
        ("SELECT * { ?s ?p \u00a0 }", 1, 18),
        ("\ufeffSELECT * { }", 1, 1),
        ("SELECT * { }\x00", 1, 13),
        ("SELECT * { %x }", 1, 12),
    ],
)
def test_what_cannot_be_sparql_is_refused_with_its_place(text, line, column):
    with pytest.raises(QueryError) as caught:
        inspect(text)
    assert caught.value.code == "query.syntax"
    assert (caught.value.place.line, caught.value.place.column) == (line, column)
    shown, caret = caught.value.message.splitlines()[-2:]
    assert shown == f"  {text.splitlines()[line - 1]}"[: len(shown)]
    assert caret.index("^") == column + 1


# -- forms ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("SELECT * { ?s ?p ?o }", "select"),
        ("select * { ?s ?p ?o }", "select"),
        ("# INSERT\nASK {}", "ask"),
        ("BASE <http://e/> PREFIX x: <INSERT#> VERSION '1.2' CONSTRUCT { } WHERE { }", "construct"),
        ("DESCRIBE <http://e/DELETE>", "describe"),
        ("PREFIX delete: <urn:> SELECT ?insert { ?s delete:data ?insert }", "select"),
        ("INSERT DATA { }", "update"),
        ("prefix a: <urn:> delete { } where { }", "update"),
        ("WITH <urn:g> DELETE { } WHERE { }", "update"),
        ("LOAD <http://e/>", "update"),
        ("CLEAR ALL", "update"),
        ("COPY <urn:a> TO <urn:b>", "update"),
    ],
)
def test_forms(text, form):
    assert inspect(text).form == form


@pytest.mark.parametrize(
    "text", ["", "  # nothing\n", "PREFIX a: <urn:>", "WHERE { }", "PREFIXa:<urn:> ASK {}", "?x", "produced-by"]
)
def test_what_begins_no_query_is_refused(text):
    assert refusal(text) == "query.syntax"


def test_updates_are_not_for_reading():
    for text in ("INSERT DATA { <urn:a> <urn:b> <urn:c> }", "drop all", "DELETE WHERE { ?s ?p ?o }"):
        assert refusal(text) == "query.update-not-allowed"


def test_the_w3c_suite_is_inspected_as_the_engine_parses_it(shared):
    suite = shared / "w3c" / "sparql11"
    queries = sorted(suite.rglob("*.rq"))
    updates = sorted(suite.rglob("*.ru"))
    assert len(queries) > 300
    assert len(updates) > 100
    for path in queries:
        text = path.read_text(encoding="utf-8")
        if parses(text):
            assert inspect(text, base="http://example.org/").form != "update", path
    for path in updates:
        text = path.read_text(encoding="utf-8")
        if text.strip() and updates_parse(text) and inspect_or_none(text):
            assert inspect(text).form == "update", path


def parses(text: str) -> bool:
    try:
        Store().query(text, base_iri="http://example.org/")
    except SyntaxError:
        return False
    except (OSError, RuntimeError):  # it calls a service or a function of its own
        return True
    return True


def updates_parse(text: str) -> bool:
    try:
        Store().update(text, base_iri="http://example.org/")
    except SyntaxError:
        return False
    except (OSError, RuntimeError):
        return True
    return True


def inspect_or_none(text: str):
    """None for texts that hold a prologue and nothing else."""
    try:
        return inspect(text)
    except QueryError as error:
        assert "expected to begin here" in error.message or "There is no query" in error.message
        return None


# -- services ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "services"),
    [
        ("SELECT * { SERVICE <http://e/> { } }", ["<http://e/>"]),
        ("SELECT * { service silent <http://e/> { } }", ["<http://e/>"]),
        ("SELECT*{SERVICE<http://e/>{}SERVICE ?where{}}", ["<http://e/>", "?where"]),
        ("PREFIX e: <http://e/> SELECT * { SERVICE e:\\~x { } }", ["<http://e/~x>"]),
        ("PREFIX e: <http://e/> BASE <http://b/c/> SELECT * { SERVICE <../d> { } }", ["<http://b/d>"]),
        ("SELECT * { SERVICE # <http://not/>\n <http://e/> { } }", ["<http://e/>"]),
        (
            "SELECT * { { OPTIONAL { SERVICE <http://e/> { SERVICE <http://f/> { } } } } }",
            ["<http://e/>", "<http://f/>"],
        ),
        ("ASK { FILTER EXISTS { SERVICE <http://e/> { } } }", ["<http://e/>"]),
        (r"SELECT * { SERVICE <http://\u0065/> { } }", ["<http://e/>"]),
        ("INSERT { } WHERE { SERVICE <http://e/> { } }", ["<http://e/>"]),
        ("SELECT * { ?s ?p 'SERVICE <http://e/> {}' }", []),
        ("SELECT * { ?s ?p '''SERVICE <http://e/> {}''' . ?s <SERVICE> ?SERVICE }", []),
        ("SELECT * { # SERVICE <http://e/> {}\n ?s ?p ?o }", []),
        ("PREFIX SERVICE: <urn:> SELECT * { ?s SERVICE:SERVICE ?o . GRAPH SERVICE:g { } }", []),
        ("PREFIX d: <urn:> SELECT * { ?s a d:DataService { ?s ?p ?o } }", []),
        ("PREFIX service: <urn:> SELECT * { ?s ?p service:o {| service:a service:b |} }", []),
        ("SELECT * { _:SERVICE ?p 'a'@service }", []),
    ],
)
def test_services(text, services):
    found = inspect(text).services
    assert [str(service) for service in found] == services
    assert all(isinstance(service, NamedNode | Variable) for service in found)
    if services and inspect(text).form != "update":
        assert refusal(text) == "query.service-not-allowed"


def test_allowed_services_pass():
    text = "SELECT * { SERVICE <http://e/> { } }"
    assert check_read(text, {"http://e/"}).services == (NamedNode("http://e/"),)
    assert refusal(text, allowed_services={"http://e"}) == "query.service-not-allowed"
    assert refusal("SELECT * { SERVICE ?x { } }", allowed_services={"?x", "http://e/"}) == "query.service-not-allowed"
    both = "SELECT * { SERVICE <http://e/> { } SERVICE <http://f/> { } }"
    assert refusal(both, allowed_services={"http://e/"}) == "query.service-not-allowed"


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { SERVICE e:x { } }",
        "SELECT * { SERVICE <relative> { } }",
        "SELECT * { SERVICE 'x' { } }",
        "SELECT * { ?s ?p SERVICE }",
        "ASK { SERVICE",
        r"BASE <http://e/> ASK { SERVICE <x\u003E> {} }",
    ],
)
def test_services_without_a_full_iri_are_refused(text):
    assert refusal(text, allowed_services={"x", "relative"}) in {"query.syntax", "query.service-not-allowed"}


@pytest.mark.parametrize(
    "text",
    [
        r"SELECT * { \u0053ERVICE <http://e/> { } }",
        r"SELECT * { \U00000053ERVICE <http://e/> { } }",
        "SELECT * { ?s ?p 'x\\u0027 . SERVICE <http://e/> { } # '\n}",
        "SELECT * { ?s ?p 'a\\\\u0027', 'x\\U00000027 . SERVICE <http://e/> { } # '\n}",
    ],
)
def test_escapes_hide_no_service(text):
    # SPARQL 1.1 decodes escapes before it parses, https://www.w3.org/TR/sparql11-query/#codepointEscape
    assert refusal(text) == "query.service-not-allowed"


def test_escapes_hide_no_update():
    assert refusal(r"\u0049NSERT DATA { }") == "query.update-not-allowed"
    assert refusal(r"\u0053ELECT * { }") == "query.syntax"


def test_harmless_escapes_pass():
    for text in (
        r"SELECT * { ?s ?p 'x\u0022y' }",
        r"SELECT * { ?s ?p 'C:\\u0053ERVICE' }",
        r"SELECT * { <\u0075rn:s> ?p ?o }",
    ):
        assert check_read(text).services == ()


GLUED = [
    "SERVICE:svc{?x ?y ?z}",
    "SERVICEa:svc{?x ?y ?z}",
    "SERVICESILENT:svc{?x ?y ?z}",
    "?s ?p trueSERVICE:svc{?x ?y ?z}",
    f"?s ?p trueSERVICE<{SERVICE}>{{?x ?y ?z}}",
    f"SERVICESILENT<{SERVICE}>{{?x ?y ?z}}",
]


@pytest.mark.parametrize("pattern", GLUED)
def test_keywords_need_no_blank_for_some_parsers(pattern, engine):
    for prefix in ("", "PREFIX SERVICE: <urn:x> ", "PREFIX trueSERVICE: <urn:x> "):
        assert refusal(f"{PROLOGUE}{prefix}SELECT * {{{pattern}}}") == "query.ambiguous"


HIDDEN = [
    f"SELECT * {{ ?s ?p ?o FILTER(?o<?p#>'''\n) SERVICE <{SERVICE}> {{?x ?y ?z}} # '''\n }}",
    f"SELECT * {{ ?s ?p ?o FILTER(?o<<urn:x#>) SERVICE <{SERVICE}> {{?x ?y ?z}}\n}}",
    f"SELECT * {{ ?s ?p ?o FILTER(?o<'>'||?p='''x''')SERVICE <{SERVICE}> {{?x ?y ?z}} }}",
    f"SELECT * {{ ?s ?p ('''' a:\\~b ) SERVICE <{SERVICE}> {{?x ?y ?z}} #'''\n}}",
    f"SELECT * {{ ?s ?p ('''x') SERVICE <{SERVICE}> {{?x ?y ?z}} }}",
]


@pytest.mark.parametrize("text", HIDDEN)
def test_no_service_hides_where_parsers_disagree(text):
    assert refusal(PROLOGUE + text) in {"query.ambiguous", "query.syntax", "query.service-not-allowed"}


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s <http://e/ns#p> <http://e/ns#o> }",
        "SELECT * { VALUES (?a ?b) { (<http://e/#a> <http://e/#b>) (UNDEF <http://e/it's>) } }",
        "SELECT * { FILTER(?a IN (<http://e/#a>, <http://e/#b>)) FILTER(?a = <http://e/#a>) }",
        "SELECT * { BIND(<<( <http://e/#a> <http://e/#b> <http://e/#c> )>> AS ?t) }",
        "SELECT * { ?s (<http://e/#a>/^<http://e/#b>|<http://e/#c>)+ ?o }",
        "SELECT * { FILTER(?a < 5 && 5 > ?a && ?a<?b && ?b>?c) }",
        "SELECT (COUNT(*) AS ?n) { ?s a <http://e/#C> } GROUP BY ?s HAVING(COUNT(*)>1)",
    ],
)
def test_iris_with_hashes_are_no_comparisons(text):
    assert check_read(text).services == ()


FRAGMENTS = [
    *("SERVICE", "service", "SILENT", "true", "a", "1", "''", "'x'", "'''", '"""', "'", '"', "#", "\n", " ", "<", ">"),
    *("<urn:x>", "<urn:x#>", "<urn:x#'>", "<'>", "?o", ":svc", "a:svc", "SERVICE:", "(", ")", "{", "}", ".", ";"),
    *("FILTER(", "BIND(", " AS ?z)", "VALUES ?v {", "||", "=", "<<(", ")>>", "|", "^", "\\u0053ERVICE", "\\u0022"),
    *("\\~", "a:c\\~d", "@en", "GRAPH ?g", "UNION", "OPTIONAL", "{|", "|}", "~", "<?o", "?o>5", "?s ?p "),
]
noise = st.lists(st.sampled_from(FRAGMENTS), max_size=5).map("".join)
keywords = st.sampled_from(["SERVICE", "SERVICE ", "SERVICESILENT ", "trueSERVICE", "?s ?p trueSERVICE"])
ends = st.sampled_from(["}", "\n}", "#'''\n}", '"""\n}', "'''}", "#>\n}"])


@settings(max_examples=1500)
@given(noise, keywords, st.sampled_from([":svc", "a:svc", f"<{SERVICE}>"]), noise, ends)
@example("", "SERVICE", ":svc", "", "}")
@example("?s ?p (''''a:c\\~d)", "SERVICE ", ":svc", "", "#'''\n}")
@example("FILTER(?o<?p#>'''\n)", "SERVICE ", ":svc", "#'''\n", "}")
def test_no_text_that_passes_calls_a_service(before, keyword, service, after, end):
    text = f"{PROLOGUE}SELECT * {{{before}{keyword}{service}{{?x ?y ?z}}{after}{end}"
    store = Store()
    store.add(Quad(NamedNode("urn:s"), NamedNode("urn:p"), Literal("o")))
    try:
        list(store.query(text))
    except SyntaxError:
        return
    except OSError:
        with pytest.raises(QueryError):
            check_read(text)


def test_services_are_really_called(engine):
    # the tests above would prove nothing if the engine did not call
    with pytest.raises(OSError, match="port 9"):
        list(engine.query(f"SELECT * {{ ?s ?p ?o SERVICE <{SERVICE}> {{?x ?y ?z}} }}"))


# -- the rest of an inspection -------------------------------------------------------------------------


def test_an_inspection_tells_prefixes_variables_graphs_and_loads():
    text = """BASE <http://b/> PREFIX a: <http://e/> PREFIX : <rel/>
        SELECT ?x FROM a:g FROM NAMED <n> WHERE { $y :p ?x # ?not
        }"""
    found = inspect(text)
    assert found.prefixes == {"a": "http://e/", "": "http://b/rel/"}
    assert found.variables == {"x", "y"}
    assert found.from_graphs == ("http://e/g",)
    assert found.from_named == ("http://b/n",)
    assert inspect("SELECT * FROM <graph/provenance> { }").from_graphs == ("graph/provenance",)
    update = inspect("LOAD SILENT <http://e/x> INTO GRAPH <urn:g>; PREFIX c: <http://c/> LOAD c:d")
    assert update.loads == ("http://e/x", "http://c/d")


def test_parameter_blocks_are_single_undefined_values():
    text = """SELECT * { VALUES ?a { UNDEF } values $b{undef} VALUES ?c { 1 } VALUES (?d) { (UNDEF) }
        VALUES ?e { UNDEF UNDEF } # VALUES ?f { UNDEF }
        FILTER(?x = "VALUES ?g { UNDEF }") { VALUES ?a { UNDEF } } }"""
    found = inspect(text).parameters
    assert [(block.name, block.counts) for block in found] == [("a", False), ("b", False), ("a", False)]
    assert all(text[block.start : block.end].upper() == "UNDEF" for block in found)


def test_the_outermost_limit_and_offset_are_parameters():
    text = "SELECT * { { SELECT * { } LIMIT 1 OFFSET 2 } } offset 3 LIMIT 4"
    found = inspect(text).parameters
    assert [(block.name, text[block.start : block.end]) for block in found] == [("offset", "3"), ("limit", "4")]
    assert all(block.counts for block in found)


def test_missing_prefixes_are_declared():
    prefixes = {"a": "http://a/", "b": "http://b/", "c": "http://c/"}
    text = "# a comment\nPREFIX b: <http://other/>\nSELECT * { ?s a:x b:y 'c:z' }"
    assert with_prefixes(text, prefixes) == f"PREFIX a: <http://a/> {text}"
    assert with_prefixes("SELECT * {", prefixes) == "SELECT * {"
    assert with_prefixes("ASK { ?s ?p d:x }", prefixes) == "ASK { ?s ?p d:x }"


# -- bounds --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { FILTER(" + "(" * 100_000 + "1" + ")" * 100_000 + ") }",
        "SELECT * " + "{" * 100_000 + "}" * 100_000,
        "SELECT * { FILTER(" + "!" * 100_000 + "1) }",
        "SELECT * { FILTER(" + "1+" * 100_000 + "1) }",
        "SELECT * { " + "?s ?p ?o . " * 100_000 + "}",
        "SELECT * {" + "<" * 100_000,
    ],
)
def test_what_would_overflow_an_engine_is_refused(text):
    assert refusal(text) == "query.too-complex"


def test_long_data_and_deep_patterns_within_bounds_pass():
    assert check_read("SELECT * { VALUES ?x {" + " 1" * 50_000 + "} }").form == "select"
    depth = MAX_NESTING - 1
    check_read("SELECT * {" + "{" * depth + "}" * depth + "}")
    check_read("SELECT * {" + "?s ?p ?o ." * (MAX_TOKENS // 4 - 2) + "}")


LONG = [
    *(
        "a.a.",
        "a-a.",
        "é.",
        "<a",
        "<a ",
        "''''''",
        '"',
        "a:b.",
        "?x.",
        "_:a.",
        "1e",
        "@a-",
        "\\u0041",
        "....",
        "(",
        "#\n",
    ),
    *("a%20", "\\\\u", "x:", "'a", "'''a", "service", "prefix a:", "values ?a{undef}"),
]


@settings(deadline=None, max_examples=50)
@given(st.sampled_from(LONG), st.sampled_from(LONG), st.booleans())
def test_long_texts_take_linear_time(one, other, alternate):
    # in quadratic time this test would not end
    text = (one + other) * 20_000 if alternate else one * 20_000 + other * 20_000
    try:
        inspect("SELECT * {VALUES ?x {" + text)
    except QueryError as error:
        assert error.code.startswith("query.")


@settings(max_examples=1000)
@given(
    st.one_of(
        st.text(),
        st.lists(st.sampled_from([*FRAGMENTS, "SELECT * {", "PREFIX a: <urn:>", "INSERT", "LOAD", "FROM"])).map(
            " ".join
        ),
    )
)
def test_no_text_crashes(text):
    for act in (inspect, check_read):
        try:
            act(text)
        except QueryError as error:
            assert error.code in {
                "query.syntax",
                "query.ambiguous",
                "query.update-not-allowed",
                "query.service-not-allowed",
            }


# -- engine errors -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("SELECT * { ?s ?p ?o }\nLIMIT 1 1", 2, None, "cannot go on here"),
        ("SELECT ?s (COUNT(?p) AS ?n) { ?s ?p ?o }", 1, None, "unbound"),
        ("SELECT (?a AS ?s) { ?s ?p ?a }", 1, None, "overrides an existing variable"),
        ("SELECT * {\n ?s ?p }", 2, None, "cannot go on here"),
        ("SELECT * {\n ?s ?p 'x }", 2, 8, "does not end"),
        ("SELECT * {\n\tex:a ?p ?o }", 2, 2, "'ex:' is not declared"),
        ("SELECT * {\n ?s ?p ?o FILTER(foo(?o)) }", 2, 18, "'foo'"),
    ],
)
def test_syntax_errors_say_where_and_what(text, line, column, words, engine):
    with pytest.raises(SyntaxError) as caught:
        engine.query(text)
    error = query_error(caught.value, text)
    assert error.code == "query.syntax"
    assert error.place.line == line
    assert column is None or error.place.column == column
    head, shown, caret = error.message.split("\n")
    assert words in head
    assert "[" not in head
    assert shown.strip() == text.split("\n")[line - 1].strip()
    assert caret.strip() == "^"


def test_a_long_line_is_cut_around_the_error():
    text = "SELECT * { " + "?s ?p ?o . " * 40 + "? }"
    with pytest.raises(SyntaxError) as caught:
        Store().query(text)
    _, shown, caret = query_error(caught.value, text).message.split("\n")
    assert len(shown) <= 102
    assert len(caret) <= len(shown) + 1
    assert shown.rstrip().endswith("? }")


def test_other_syntax_errors_keep_their_message():
    assert "odd" in query_error(SyntaxError("odd"), "ASK {}").message
