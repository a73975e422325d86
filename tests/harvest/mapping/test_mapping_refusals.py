"""Mappings and documents that are refused: each with a stable code, the place, and what to do."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

import pytest
from mapping_documents import HARVESTER, IRIS, PREFIXES, carried_out, rules

from modellake.core.errors import ParseError, UnavailableError
from modellake.core.plugins import load_harvester
from modellake.harvest.mapping import places, sources, yaml_text
from modellake.lake.harvesting import harvest_place
from modellake.lake.lake import Lake

ONE = "[ex:x, $(x)]"
TURTLE = """\
@prefix rr: <http://www.w3.org/ns/r2rml#> .
@prefix rml: <http://semweb.mmlab.be/ns/rml#> .
@prefix ql: <http://semweb.mmlab.be/ns/ql#> .
@prefix d2rq: <http://www.wiwiss.fu-berlin.de/suhl/bizer/D2RQ/0.1#> .
"""


def refusal(folder: Path, mapping: str, name: str = "mapping.yml", **files: str | bytes) -> ParseError:
    with pytest.raises(ParseError) as caught:
        carried_out(folder, mapping, name, **files)
    error = caught.value
    assert error.remedy
    assert error.place is not None
    return error


@pytest.mark.parametrize(
    "access",
    [
        "['../secret.csv~csv']",
        "['below/../../secret.csv~csv']",
        "['/etc/passwd~csv']",
        "['~/secret.csv~csv']",
        "['C:/secret.csv~csv']",
        "['..\\\\secret.csv~csv']",
        "['http://127.0.0.1:9/m.csv~csv']",
        "['file:///etc/passwd~csv']",
        "['//host/share.csv~csv']",
        "['s3://bucket/m.csv~csv']",
        "{access: 'http://127.0.0.1:9/', type: sparql, referenceFormulation: csv}",
        "{access: m.csv, type: mysql}",
        "{access: 'jdbc:mysql://localhost/db', referenceFormulation: csv}",
        "{access: m.csv, query: 'SELECT * FROM users', referenceFormulation: csv}",
        "{access: m.csv, credentials: {username: root, password: x}}",
    ],
)
def test_sources_outside_of_the_folder_are_refused(tmp_path: Path, access: str) -> None:
    (tmp_path / "secret.csv").write_text("id,x\na,1\n")
    error = refusal(tmp_path / "mine", rules(access, ONE), m_csv="id,x\na,1\n")
    assert error.code == "mapping.source-refused"
    assert error.place and error.place.line == 7


@pytest.mark.parametrize(
    "logical",
    [
        'rml:source "../secret.csv" ; rml:referenceFormulation ql:CSV',
        'rml:source "/etc/passwd" ; rml:referenceFormulation ql:CSV',
        'rml:source "http://127.0.0.1:9/m.csv" ; rml:referenceFormulation ql:CSV',
        'rml:source [ a d2rq:Database ; d2rq:jdbcDSN "jdbc:sqlite:x.db" ] ; rml:query "SELECT 1"',
        "rml:source [ a d2rq:Database ] ; rml:referenceFormulation ql:CSV",
        "rml:source <http://127.0.0.1:9/sparql> ; rml:referenceFormulation ql:CSV",
        'rml:source "m.csv" ; rr:sqlVersion rr:SQL2008',
        'rml:source "m.csv" ; rml:query "SELECT * FROM x"',
    ],
)
def test_sources_outside_of_the_folder_are_refused_in_rml(tmp_path: Path, logical: str) -> None:
    (tmp_path / "secret.csv").write_text("id,x\na,1\n")
    mapping = f'{TURTLE}<#M> rml:logicalSource [ {logical} ] ; rr:subjectMap [ rr:template "urn:{{id}}" ] .\n'
    error = refusal(tmp_path / "mine", mapping, "m.rml.ttl", m_csv="id,x\na,1\n")
    assert error.code == "mapping.source-refused"


def test_logical_tables_are_refused(tmp_path: Path) -> None:
    mapping = f'{TURTLE}<#M> rr:logicalTable [ rr:tableName "users" ] ; rr:subjectMap [ rr:template "urn:{{id}}" ] .\n'
    assert refusal(tmp_path, mapping, "m.rml.ttl").code == "mapping.source-refused"


def test_links_out_of_the_folder_are_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("id,x\na,1\n")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "m.csv").symlink_to(tmp_path / "secret.csv")
    assert refusal(tmp_path / "mine", rules("['m.csv~csv']", ONE)).code == "mapping.source-refused"
    (tmp_path / "mine" / "below").symlink_to(tmp_path)
    assert refusal(tmp_path / "mine", rules("['below/secret.csv~csv']", ONE)).code == "mapping.source-refused"


@pytest.mark.parametrize("function", ["ex:evil", "fn:eval", "http://example.org/os.system", "idlab-fn:slugify"])
def test_functions_that_are_not_built_in_are_refused(tmp_path: Path, function: str) -> None:
    (tmp_path / "udfs.py").write_text("raise SystemExit('a mapping ran code')\n")
    written = f"{{p: ex:x, o: {{function: '{function}', parameters: [[value, $(x)]]}}}}"
    error = refusal(tmp_path, rules("['m.csv~csv']", written), m_csv="id,x\na,1\n")
    assert error.code == "mapping.function-unknown"
    assert error.place and error.place.line == 10


def test_no_address_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a mapping opened a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    mapping = rules("['m.csv~csv']", "[ex:x, http://127.0.0.1:9/$(x)~iri]")
    assert len(carried_out(tmp_path, mapping, m_csv="id,x\na,1\n").statements) == 1


@pytest.mark.parametrize(
    ("mapping", "code", "line"),
    [
        (PREFIXES + "mappings:\n  one: [\n", "parse.yaml", 6),
        (PREFIXES + "mappings:\n  one: {s: a, s: b}\n", "parse.duplicate-key", 5),
        (PREFIXES, "mapping.syntax", 1),
        ("- just\n- a list\n", "mapping.syntax", 1),
        ("mappings: none\n", "mapping.syntax", 1),
        (PREFIXES + "mapings: {}\n", "mapping.key-unknown", 4),
        (PREFIXES + "mappings:\n  one:\n    s: ex:$(id)\n", "mapping.syntax", 6),
        (rules("absent", ONE), "mapping.syntax", 7),
        (rules("['m.csv~csv']", "[ex:x]"), "mapping.syntax", 10),
        (rules("['m.csv~csv']", "[ex:x, {valeu: a}]"), "mapping.key-unknown", 10),
        (rules("['m.csv~csv']", "[eg:x, $(x)]"), "mapping.prefix-unknown", 10),
        (rules("['m.csv~csv']", "[ex:x, $(x), eg:datatype]"), "mapping.prefix-unknown", 10),
        (rules("['m.json~jsonpath', '$[?(@.x)]']", ONE), "mapping.path", 7),
        (rules("['m.json~jsonpath', '$[*]']", "['ex:x', '$(a[)']"), "mapping.path", 10),
        (rules("['m.xml~xpath', '/a']", ONE), "mapping.unsupported", 7),
        (rules("['m.csv~csv']", ONE, more="    graphs: ex:g\n"), "mapping.unsupported", 9),
        (rules("['m.csv~csv']", "{p: ex:x, o: {mapping: two}}"), "mapping.syntax", 10),
        (rules("['m.csv~csv']", "{p: ex:x, o: {function: 'fn:license(name=$(x'}}"), "mapping.syntax", 10),
        (rules("['m.csv~csv']", "{p: ex:x, o: {function: 'fn:license(nam=$(x))'}}"), "mapping.function-unknown", 10),
    ],
)
def test_mappings_that_are_wrong_are_refused_by_line(tmp_path: Path, mapping: str, code: str, line: int) -> None:
    error = refusal(tmp_path, mapping, m_csv="id,x\na,1\n", m_json="[]")
    assert error.code == code
    assert error.place and (Path(str(error.place.document)).name, error.place.line) == ("mapping.yml", line)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("<#M> rml:logicalSource [ ", "parse.turtle"),
        ("<#M> rr:subjectMap [ rr:template 'urn:{id}' ] .", "mapping.syntax"),
        ("<#M> rml:logicalSource [ rml:source 'm.xml' ; rml:referenceFormulation ql:XPath ] .", "mapping.unsupported"),
        ("<#M> rml:logicalSource [ rml:source 'm.csv' ] ; rr:predicateObjectMap [ rr:object 1 ] .", "mapping.syntax"),
        (
            "<#M> rml:logicalSource [ rml:source 'm.csv' ] ; rr:subjectMap [ rr:graph <u:g> ; rr:template 'u:{a}' ] .",
            "mapping.unsupported",
        ),
        (
            "<#M> rml:logicalSource [ rml:source 'm.csv' ] ; rr:predicateObjectMap "
            "[ rr:predicate <urn:p> ; rr:objectMap [ rr:parentTriplesMap <#N> ] ] .",
            "mapping.syntax",
        ),
    ],
)
def test_rml_that_is_wrong_is_refused(tmp_path: Path, body: str, code: str) -> None:
    error = refusal(tmp_path, TURTLE + body, "m.rml.ttl", m_csv="id,x\na,1\n")
    assert error.code == code
    if code == "parse.turtle":
        assert error.place and error.place.line == 5


@pytest.mark.parametrize(
    ("name", "content", "code", "line"),
    [
        ("m.csv", b"", "parse.csv", 1),
        ("m.csv", b"id,x\na,1,2\n", "parse.csv", 2),
        ("m.csv", b"id,x\na\n", "parse.csv", 2),
        ("m.csv", b'id,x\na,"1\n', "parse.csv", 2),
        ("m.csv", b"id,id\na,1\n", "parse.duplicate-key", 1),
        ("m.csv", b"id,x\na,\xff\n", "parse.encoding", 2),
        ("m.csv", b"id,x\na,\0\n", "parse.encoding", 2),
        ("m.csv", b"id,x\na," + b"1" * 200_000 + b"\n", "parse.csv", 2),
        ("m.json", b'{"id": "a",\n "x": }', "parse.json", 2),
        ("m.json", b'{"x": 1,\n "x": 2}', "parse.duplicate-key", 2),
        ("m.json", b"", "parse.json", 1),
        ("m.json", b'{"x": "\xed\xa0\x80"}', "parse.encoding", 1),
        ("m.json", b"[" * 100_000, "parse.too-deep", 1),
        ("m.json", b'{"x":' * 100_000, "parse.too-deep", 1),
        ("m.jsonl", b'{"id": "a"}\n{"id": }\n', "parse.json", 2),
        ("m.yaml", b"id: a\nx: [1\n", "parse.yaml", None),
        ("m.yaml", b"x: 1\nx: 2\n", "parse.duplicate-key", 2),
        ("m.yaml", b"x: &a [*a]\n", "parse.yaml", 1),
        ("m.yaml", b"x: !!python/object/apply:os.system [true]\n", None, None),
        ("m.yaml", b"[" * 100_000, "parse.too-deep", 1),
        ("m.yaml", b"- " * 10_000, "parse.too-deep", 1),
        ("m.parquet", b"PAR1 no parquet", "parse.parquet", None),
    ],
)
def test_documents_that_are_wrong_are_refused_by_line(
    tmp_path: Path, name: str, content: bytes, code: str | None, line: int | None
) -> None:
    (tmp_path / name).write_bytes(content)
    mapping = rules(f"[{name}]", ONE)
    if code is None:
        assert not carried_out(tmp_path, mapping).statements
        return
    error = refusal(tmp_path, mapping)
    assert error.code == code, str(error)
    assert error.place and Path(str(error.place.document)).name == name
    assert line is None or error.place.line == line


def test_yaml_whose_aliases_multiply_is_refused(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    (tmp_path / "m.yaml").write_text("\n".join(lines))
    assert refusal(tmp_path, rules("['m.yaml']", ONE)).code == "parse.too-large"


def test_numbers_that_no_decimal_is_are_noted_and_left_out(tmp_path: Path) -> None:
    mapping = rules("['m.json~jsonpath', '$[*]']", "[ex:x, $(x), xsd:decimal]", "[ex:y, $(x)]")
    found = carried_out(tmp_path, mapping, m_json='[{"id": "a", "x": NaN}, {"id": "b", "x": -Infinity}]')
    assert {str(item.object.value) for item in found.statements} == {"NaN", "-INF"}  # type: ignore[union-attr]
    assert [finding.code for finding in found.findings] == ["mapping.value-malformed"] * 2


def test_files_that_are_absent_too_large_or_no_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert refusal(tmp_path, rules("['absent.csv~csv']", ONE)).code == "parse.unreadable"
    (tmp_path / "folder.csv").mkdir()
    assert refusal(tmp_path, rules("['folder.csv~csv']", ONE)).code == "parse.not-a-file"
    os.mkfifo(tmp_path / "pipe.csv")
    assert refusal(tmp_path, rules("['pipe.csv~csv']", ONE)).code == "parse.not-a-file"
    monkeypatch.setattr(sources, "MAX_BYTES", 10)
    assert refusal(tmp_path, rules("['m.csv~csv']", ONE), m_csv="id,x\naaaaaa,1\n").code == "parse.too-large"


def test_a_description_that_outgrows_its_bound_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from modellake.harvest.mapping import draft

    monkeypatch.setattr(draft, "MAX_SIZE", 100_000)
    rows = "id,x\n" + "".join(f"{number},1\n" for number in range(1000))
    assert refusal(tmp_path, rules("['m.csv~csv']", ONE), m_csv=rows).code == "parse.too-large"


def test_rules_that_multiply_are_refused(tmp_path: Path) -> None:
    many = '{"id": "a", "x": [' + ", ".join(f'"{number}"' for number in range(2000)) + "]}"
    (tmp_path / "m.json").write_text(many)
    assert refusal(tmp_path, rules("[m.json]", "[ex:x, '$(x[*])-$(x[*])-$(x[*])']")).code == "mapping.too-many"
    nested = "$(id)"
    for _ in range(15):
        nested = f'grel:string_replace(valueParameter={nested}, p_string_find="", p_string_replace="{"z" * 40}")'
    written = f"{{p: ex:x, o: {{function: '{nested}'}}}}"
    with pytest.raises(ParseError) as caught:
        carried_out(tmp_path, rules("[m.json]", written))
    assert caught.value.code == "mapping.too-many"
    (tmp_path / "m.json").write_text('{"id": "x", "a":' * 60 + "[" + "1," * 3000 + "1]" + "}" * 60)
    assert refusal(tmp_path, rules("['m.json', '$' ]", "[ex:x, '$(..*..*..*..*)']")).code == "mapping.too-many"


def test_functions_that_call_themselves_are_refused(tmp_path: Path) -> None:
    mapping = (
        TURTLE.replace("http://semweb.mmlab.be/ns/rml#", "http://w3id.org/rml/").replace(
            "http://www.w3.org/ns/r2rml#", "http://w3id.org/rml/"
        )
        + """
_:f rml:functionExecution _:e .
_:e rml:function <https://w3id.org/model-lake/function#first> ;
  rml:input [ rml:parameter <https://w3id.org/model-lake/function#first> ; rml:inputValueMap _:f ] .
<#M> rml:logicalSource [ rml:source "m.csv" ] ; rml:subjectMap _:f .
"""
    )
    assert refusal(tmp_path, mapping, "m.rml.ttl", m_csv="id,x\na,1\n").code == "mapping.syntax"
    assert refusal(tmp_path, TURTLE + "<#M> rml:x " + "[ rml:x " * 50_000, "m.rml.ttl").code == "parse.turtle"


def test_findings_are_bounded(tmp_path: Path) -> None:
    rows = "id,x\n" + "".join(f"{number},no{number}\n" for number in range(1000))
    found = carried_out(tmp_path, rules("['m.csv~csv']", "[ex:x, $(x), xsd:integer]"), m_csv=rows)
    assert len(found.findings) == 201
    assert found.findings[-1].code == "mapping.more-findings"


def test_a_missing_library_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "yaml", None)
    with pytest.raises(UnavailableError) as caught:
        carried_out(tmp_path, rules("['m.csv~csv']", ONE), m_csv="id,x\na,1\n")
    assert (caught.value.code, caught.value.remedy) == (
        "harvester.extra-missing",
        "Install the extra: pip install 'modellake[mapping]'",
    )


def test_other_files_are_no_mappings(tmp_path: Path) -> None:
    document = tmp_path / "mapping.txt"
    document.write_text("mappings: {}")
    with pytest.raises(ParseError) as caught:
        HARVESTER.describe(str(document), document.read_bytes(), IRIS)
    assert caught.value.code == "mapping.unsupported"
    assert not HARVESTER.accepts(str(document))
    assert places.read_head(tmp_path) == b""
    assert yaml_text.parse_yaml("", "empty.yml") is None


def test_what_is_refused_waits_in_quarantine(lake: Lake, tmp_path: Path) -> None:
    document = tmp_path / "mapping.yml"
    document.write_text(rules("['../secret.csv~csv']", ONE))
    receipt = lake.commit_each(harvest_place(load_harvester("rml"), str(document), lake.iris), message="mine")
    assert receipt.refusals_by_code() == {"mapping.source-refused": 1}
    assert not receipt.commits
