"""Mappings that people write: what becomes of tables, JSON, YAML and Parquet under RML and YARRRML."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from mapping_documents import IRIS, PREFIXES, carried_out, codes, objects, rules, spelled, typed
from pyoxigraph import Literal, NamedNode

from modellake.core.plugins import Harvester, load_harvester
from modellake.core.vocab import RDF
from modellake.harvest.mapping.functions import FUNCTIONS, GREL, IDLAB, LAKE_FUNCTIONS
from modellake.lake.harvesting import harvest_place
from modellake.lake.lake import Lake

EX = "https://example.org/"
CSV = "id,size,share,day,open,note\na,42,1.50,2024-05-01,true,Größe\nb,007,1e-3,,false,\n"
JSON = """{"models": [
  {"id": "a", "size": 42, "share": 1.50, "day": "2024-05-01", "open": true, "note": "Größe",
   "tags": ["x", "y"], "owner": {"name": "acme"}},
  {"id": "b", "size": 7, "share": 1e-3, "day": null, "open": false, "tags": []}
]}"""
TURTLE_PREFIXES = """\
@prefix rr: <http://www.w3.org/ns/r2rml#> .
@prefix rml: <http://semweb.mmlab.be/ns/rml#> .
@prefix ql: <http://semweb.mmlab.be/ns/ql#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix ex: <https://example.org/> .
"""
NEW_PREFIXES = TURTLE_PREFIXES.replace("http://www.w3.org/ns/r2rml#", "http://w3id.org/rml/").replace(
    "http://semweb.mmlab.be/ns/rml#", "http://w3id.org/rml/"
)


def iri(name: str) -> NamedNode:
    return NamedNode(EX + name)


def test_a_table_by_yarrrml(tmp_path: Path) -> None:
    mapping = rules(
        "['models.csv~csv']",
        "[a, ex:Model]",
        "[ex:size, $(size), xsd:integer]",
        "[ex:share, $(share), xsd:decimal]",
        "[ex:day, $(day), xsd:date]",
        "[ex:open, $(open), xsd:boolean]",
        "[ex:note, $(note), de~lang]",
        "[ex:page, https://example.org/page/$(note)~iri]",
        "[ex:label, '$(id): $(size)']",
    )
    found = carried_out(tmp_path, mapping, models_csv=CSV)
    assert objects(found, RDF.type.value) == [iri("Model"), iri("Model")]
    assert objects(found, "size") == [typed("42", "integer"), typed("007", "integer")]
    assert objects(found, "share") == [typed("1.50", "decimal")]
    assert objects(found, "day") == [typed("2024-05-01", "date")]
    assert objects(found, "open") == [typed("true", "boolean"), typed("false", "boolean")]
    assert objects(found, "note") == [Literal("Größe", language="de")]
    assert objects(found, "page") == [iri("page/Größe")]
    assert objects(found, "label") == [Literal("a: 42"), Literal("b: 007")]
    assert codes(found) == ["mapping.value-malformed"]
    place = found.findings[0].place
    assert place and (Path(str(place.document)).name, place.line) == ("models.csv", 3)


def test_values_that_are_not_of_their_datatype_are_noted_and_left_out(tmp_path: Path) -> None:
    wrong = {
        "integer": ["1.0", "1e3", "a", "1 2"],
        "decimal": ["1e3", "NaN", "1,5"],
        "double": ["1,5", "Infinity"],
        "boolean": ["yes", "True"],
        "date": ["2024-02-30", "2024-13-01", "1.5.2024", "2024-05-01T00:00:00"],
        "dateTime": ["2024-05-01", "2024-05-01T25:00:00", "2024-05-01 10:00:00"],
        "gYear": ["24"],
    }
    for datatype, values in wrong.items():
        rows = "id,x\n" + "".join(f'a,"{value}"\n' for value in values)
        found = carried_out(tmp_path, rules("['m.csv~csv']", f"[ex:x, $(x), xsd:{datatype}]"), m_csv=rows)
        assert not found.statements, datatype
        assert codes(found) == ["mapping.value-malformed"] * len(values), datatype
    right = {"date": "2024-02-29", "dateTime": "2024-05-01T10:00:00.5+02:00", "gYear": "2024", "double": "1e3"}
    for datatype, value in right.items():
        mapping = rules("['m.csv~csv']", f"[ex:x, $(x), xsd:{datatype}]")
        assert objects(carried_out(tmp_path, mapping, m_csv=f"id,x\na,{value}\n"), "x") == [typed(value, datatype)]


def test_json_by_yarrrml(tmp_path: Path) -> None:
    mapping = rules(
        "['models.json~jsonpath', '$.models[*]']",
        "[ex:size, $(size)]",
        "[ex:share, $(share)]",
        "[ex:open, $(open)]",
        "[ex:tag, '$(tags[*])']",
        "[ex:owner, $(owner.name)]",
        "[ex:day, $(day)]",
        "[ex:position, $(~), xsd:integer]",
        "[ex:file, $(@name)]",
    )
    found = carried_out(tmp_path, mapping, models_json=JSON)
    assert objects(found, "size") == [typed("42", "integer"), typed("7", "integer")]
    assert objects(found, "share") == [typed("1.50", "double"), typed("1e-3", "double")]
    assert objects(found, "open") == [typed("true", "boolean"), typed("false", "boolean")]
    assert objects(found, "tag") == [Literal("x"), Literal("y")]
    assert objects(found, "owner") == [Literal("acme")]
    assert objects(found, "day") == [Literal("2024-05-01")]
    assert objects(found, "position") == [typed("0", "integer"), typed("1", "integer")]
    assert objects(found, "file") == [Literal("models.json")] * 2
    assert {str(place).rpartition(" at ")[2] for place in found.places.values()} == {"models[0]", "models[1]"}


@pytest.mark.parametrize("prefixes", [TURTLE_PREFIXES, NEW_PREFIXES], ids=["R2RML and RML of old", "RML"])
def test_rml_says_what_yarrrml_says(tmp_path: Path, prefixes: str) -> None:
    template = """
<#Models> a rr:TriplesMap ;
  rml:logicalSource [ rml:source "SOURCE" ; rml:referenceFormulation ql:KIND ITERATOR ] ;
  rr:subjectMap [ rr:template "https://example.org/{id}" ; rr:class ex:Model ] ;
  rr:predicateObjectMap [ rr:predicate ex:size ; rr:objectMap [ rml:reference "size" ; rr:datatype xsd:integer ] ] ;
  rr:predicateObjectMap [ rr:predicate ex:note ; rr:objectMap [ rml:reference "note" ; rr:language "de" ] ] ;
  rr:predicateObjectMap [ rr:predicate ex:page ; rr:objectMap [ rr:template "https://example.org/page/{note}" ] ] ;
  rr:predicateObjectMap [ rr:predicate ex:kind ; rr:object ex:Thing ] .
"""
    yarrrml = (
        "[a, ex:Model]",
        "[ex:size, $(size), xsd:integer]",
        "[ex:note, $(note), de~lang]",
        "[ex:page, https://example.org/page/$(note)~iri]",
        "[ex:kind, ex:Thing]",
    )
    cases = [
        ("models.csv", "CSV", "", "['models.csv~csv']"),
        ("models.json", "JSONPath", '; rml:iterator "$.models[*]"', "['models.json~jsonpath', '$.models[*]']"),
    ]
    for source, kind, iterator, access in cases:
        text = template.replace("SOURCE", source).replace("KIND", kind).replace("ITERATOR", iterator)
        old = carried_out(tmp_path, prefixes + text, "mapping.rml.ttl", models_csv=CSV, models_json=JSON)
        new = carried_out(tmp_path, rules(access, *yarrrml))
        assert len(old.statements) == 8
        assert spelled(old.statements) == spelled(new.statements)


def test_joins_link_the_subjects_of_two_files(tmp_path: Path) -> None:
    mapping = f"""{PREFIXES}
mappings:
  model:
    sources: [['models.csv~csv']]
    s: ex:$(id)
    po:
      - p: ex:owner
        o:
          mapping: owner
          condition: {{function: equal, parameters: [[str1, $(owner)], [str2, $(code)]]}}
  owner:
    sources: [['owners.csv~csv']]
    s: ex:owner/$(name)
    po: [[ex:name, $(name)]]
"""
    found = carried_out(
        tmp_path, mapping, models_csv="id,owner\na,1\nb,2\nc,\nd,9\n", owners_csv="code,name\n1,acme\n2,x\n2,y\n"
    )
    links = {(str(item.subject), str(item.object)) for item in found.statements if item.predicate == iri("owner")}
    assert links == {
        (str(iri("a")), str(iri("owner/acme"))),
        (str(iri("b")), str(iri("owner/x"))),
        (str(iri("b")), str(iri("owner/y"))),
    }
    turtle = f"""{TURTLE_PREFIXES}
<#Model> rml:logicalSource [ rml:source "models.csv" ; rml:referenceFormulation ql:CSV ] ;
  rr:subjectMap [ rr:template "https://example.org/{{id}}" ] ;
  rr:predicateObjectMap [ rr:predicate ex:owner ; rr:objectMap [ rr:parentTriplesMap <#Owner> ;
    rr:joinCondition [ rr:child "owner" ; rr:parent "code" ] ] ] .
<#Owner> rml:logicalSource [ rml:source "owners.csv" ; rml:referenceFormulation ql:CSV ] ;
  rr:subjectMap [ rr:template "https://example.org/owner/{{name}}" ] ;
  rr:predicateObjectMap [ rr:predicate ex:name ; rr:objectMap [ rml:reference "name" ] ] .
"""
    assert spelled(carried_out(tmp_path, turtle, "mapping.rml.ttl").statements) == spelled(found.statements)


def test_iris_are_relative_to_the_lake_and_encoded(tmp_path: Path) -> None:
    rows = "id,way\na b/c,x y\né<>,../up\n%41,z\n"
    mapping = rules("['models.csv~csv']", "[ex:see, $(way)~iri]", subject="model/$(id)")
    found = carried_out(tmp_path, mapping, models_csv=rows)
    subjects = {item.subject.value for item in found.statements}  # type: ignore[union-attr]
    assert subjects == {IRIS.base + "model/%2541"}
    assert objects(found, "see") == [NamedNode(IRIS.base + "z")]
    assert codes(found) == ["mapping.value-malformed"] * 2
    encoded = carried_out(tmp_path, rules("['models.csv~csv']", "[ex:a, $(way)]", subject="model/$(id)"))
    subjects = {item.subject.value.removeprefix(IRIS.base) for item in encoded.statements}  # type: ignore[union-attr]
    assert subjects == {"model/a%20b%2Fc", "model/é%3C%3E", "model/%2541"}


def test_blank_nodes_are_one_an_item_or_one_a_value(tmp_path: Path) -> None:
    mapping = f"""{PREFIXES}
mappings:
  new: {{sources: [['m.csv~csv']], po: [[ex:new, $(x)]]}}
  same: {{sources: [['m.csv~csv']], s: {{value: $(y), type: blank}}, po: [[ex:same, $(x)]]}}
"""
    found = carried_out(tmp_path, mapping, m_csv="x,y\n1,k\n2,k\n")
    assert len({item.subject for item in found.statements if item.predicate == iri("new")}) == 2
    assert len({item.subject for item in found.statements if item.predicate == iri("same")}) == 1


def test_functions_and_conditions(tmp_path: Path) -> None:
    mapping = rules(
        "['m.csv~csv']",
        "{p: ex:upper, o: {function: grel:toUpperCase, parameters: [[grel:valueParameter, $(id)]]}}",
        "{p: ex:model, o: {function: 'fn:resource(kind=model, name=$(hub))'}}",
        "{p: ex:license, o: {function: 'fn:license(name=$(license))'}}",
        "{p: ex:part, o: {function: 'grel:string_split(valueParameter=$(tags), p_string_sep=\"|\")'}}",
        "{p: ex:apache, o: $(id), condition: {function: 'idlab-fn:equal(valueParameter=$(license), "
        "valueParameter2=apache-2.0)'}}",
        more="    condition: {function: fn:given, parameters: [[value, $(hub)]]}\n",
    )
    rows = "id,hub,license,tags\na,acme/churn,apache-2.0,x|y\nb,https://huggingface.co/acme/churn,MIT,\nc,,MIT,\n"
    found = carried_out(tmp_path, mapping, m_csv=rows)
    assert objects(found, "upper") == [Literal("A"), Literal("B")]
    assert objects(found, "model") == [IRIS.resource("model", "acme/churn")] * 2
    assert objects(found, "license") == [
        NamedNode("http://spdx.org/licenses/Apache-2.0"),
        NamedNode("http://spdx.org/licenses/MIT"),
    ]
    assert objects(found, "part") == [Literal("x"), Literal("y")]
    assert objects(found, "apache") == [Literal("a")]


def test_functions_in_rml(tmp_path: Path) -> None:
    turtle = f"""{NEW_PREFIXES}
@prefix fn: <https://w3id.org/model-lake/function#> .
<#M> rml:logicalSource [ rml:source "m.csv" ; rml:referenceFormulation ql:CSV ] ;
  rml:subjectMap [ rml:functionExecution [ rml:function fn:resource ;
    rml:input [ rml:parameter fn:kind ; rml:inputValue "model" ] ,
      [ rml:parameter fn:name ; rml:inputValueMap [ rml:reference "hub" ] ] ] ] ;
  rml:predicateObjectMap [ rml:predicate ex:hub ; rml:objectMap [ rml:reference "hub" ] ] .
"""
    found = carried_out(tmp_path, turtle, "m.rml.ttl", m_csv="hub\nacme/churn\n")
    assert [item.subject for item in found.statements] == [IRIS.resource("model", "acme/churn")]
    old = f"""{TURTLE_PREFIXES}
@prefix fn: <https://w3id.org/model-lake/function#> .
@prefix fnml: <http://semweb.mmlab.be/ns/fnml#> .
@prefix fno: <https://w3id.org/function/ontology#> .
<#M> rml:logicalSource [ rml:source "m.csv" ; rml:referenceFormulation ql:CSV ] ;
  rr:subjectMap [ fnml:functionValue [
    rr:predicateObjectMap [ rr:predicate fno:executes ; rr:object fn:resource ] ,
      [ rr:predicate fn:kind ; rr:object "model" ] ,
      [ rr:predicate fn:name ; rr:objectMap [ rml:reference "hub" ] ] ] ] ;
  rr:predicateObjectMap [ rr:predicate ex:hub ; rr:objectMap [ rml:reference "hub" ] ] .
"""
    assert spelled(carried_out(tmp_path, old, "m.rml.ttl").statements) == spelled(found.statements)


def test_what_no_rule_states_is_kept_on_demand(tmp_path: Path) -> None:
    text = '{"id": "a", "name": "n", "size": 3, "deep": {"x": [1, 2], "y": null, "z": {"w": true}}, "tags": ["p", "q"]}'
    mapping = rules("['m.json~jsonpath']", "[ex:name, $(name)]", "[ex:*, $(*)]")
    found = carried_out(tmp_path, mapping, m_json=text)
    said = {(item.predicate.value.removeprefix(EX), item.object) for item in found.statements}
    assert ("size", typed("3", "integer")) in said
    assert {("tags", Literal("p")), ("tags", Literal("q"))} <= said
    assert ("w", typed("true", "boolean")) in said
    assert not {"id", "y"} & {name for name, _ in said}
    values = [item.object for item in found.statements if item.predicate == RDF.value]
    assert values == [typed("1", "integer"), typed("2", "integer")]


def test_yaml_json_lines_tsv_and_parquet(tmp_path: Path) -> None:
    pyarrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    stream = io.BytesIO()
    parquet.write_table(pyarrow.table({"id": ["a", "b"], "size": [1, None], "share": [0.5, float("nan")]}), stream)
    (tmp_path / "m.parquet").write_bytes(stream.getvalue())
    cases = {
        "m.yaml": ("- {id: a, size: 1, share: 0.5}\n- {id: b, share: .5}\n", "['m.yaml~yaml', '$[*]']"),
        "m.jsonl": ('{"id": "a", "size": 1, "share": 0.5}\n\n{"id": "b"}\n', "['m.jsonl~jsonl']"),
        "m.tsv": ("id\tsize\tshare\na\t1\t0.5\nb\t\t\n", "['m.tsv~csv']"),
        "m.parquet": (None, "['m.parquet~parquet']"),
    }
    for name, (content, access) in cases.items():
        if content is not None:
            (tmp_path / name).write_text(content, encoding="utf-8")
        found = carried_out(tmp_path, rules(access, "[ex:size, $(size), xsd:integer]", "[ex:share, $(share)]"))
        assert objects(found, "size") == [typed("1", "integer")], name
        assert objects(found, "share")[0].value == "0.5", name


def test_encodings_are_told_by_their_marks(tmp_path: Path) -> None:
    mapping = rules("['m.csv~csv']", "[ex:note, $(note)]")
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-32"):
        found = carried_out(tmp_path, mapping, m_csv="id,note\r\na,Größe\r\n".encode(encoding))
        assert objects(found, "note") == [Literal("Größe")]


def test_absent_columns_and_values_are_noted(tmp_path: Path) -> None:
    found = carried_out(tmp_path, rules("['m.csv~csv']", "[ex:x, $(sise)]", "[ex:y, $(y)]"), m_csv="id,size,y\na,1,\n")
    assert codes(found) == ["mapping.reference-absent"]
    finding = found.findings[0]
    assert "'sise' is no column of m.csv" in finding.message
    assert finding.place and finding.place.line == 10
    assert finding.remedy == "Columns: id, size, y"
    found = carried_out(tmp_path, rules("['m.json~jsonpath']", "[ex:x, $(nothing.there)]"), m_json='{"id": "a"}')
    assert codes(found) == ["mapping.reference-absent"]


def test_a_mapping_is_known_by_its_first_lines(tmp_path: Path) -> None:
    harvester = load_harvester("rml")
    assert isinstance(harvester, Harvester)
    carried_out(tmp_path, rules("['m.csv~csv']", "[ex:x, $(x)]"), m_csv="id,x\na,1\n")
    (tmp_path / "other.yml").write_text("name: x\n")
    (tmp_path / "data.ttl").write_text("<urn:a> <urn:b> <urn:c> .\n")
    (tmp_path / "m.rml.ttl").write_text(NEW_PREFIXES + '<#M> rml:logicalSource [ rml:source "m.csv" ] .')
    accepted = {path.name for path in tmp_path.iterdir() if harvester.accepts(str(path))}
    assert accepted == {"mapping.yml", "m.rml.ttl"}
    assert harvester.accepts(str(tmp_path))
    assert [Path(one).name for one in harvester.find(str(tmp_path))] == ["m.rml.ttl"]


def test_a_mapping_is_carried_out_again_when_its_file_has_changed(lake: Lake, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    mapping = rules(
        "['m.csv~csv']",
        "[a, https://w3id.org/model-lake#Model~iri]",
        "[http://purl.org/dc/terms/title, $(title)]",
        subject="model/$(id)",
    )
    carried_out(folder, mapping, m_csv="id,title\na,A\n")
    harvester = load_harvester("rml")

    def harvest() -> int:
        place = str(folder / "mapping.yml")
        return len(lake.commit_each(harvest_place(harvester, place, lake.iris), message="mine").accepted)

    assert (harvest(), harvest()) == (1, 0)
    before = harvester.fingerprint(str(folder / "mapping.yml"))  # type: ignore[attr-defined]
    (folder / "m.csv").write_text("id,title\na,B\n")
    assert harvester.fingerprint(str(folder / "mapping.yml")) != before  # type: ignore[attr-defined]
    assert harvest() == 1
    assert lake.verify().conforms


def test_every_function_is_on_the_page() -> None:
    page = (Path(__file__).parents[3] / "docs" / "how-to" / "map-tables-and-json.md").read_text(encoding="utf-8")
    names = {LAKE_FUNCTIONS: "fn:", GREL: "grel:", IDLAB: "idlab-fn:"}
    for function in FUNCTIONS:
        namespace = next(one for one in names if function.startswith(one))
        assert names[namespace] + function.removeprefix(namespace) in page, function
