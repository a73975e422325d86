"""SPARQL updates of a lake: what they change, what they may not, and that they change all or nothing."""

from __future__ import annotations

import os
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Triple

import modellake
from lakes import BASE, CHURN, quads, said, statements
from modellake.core.errors import ConflictError, ModelLakeError, QueryError, RefusedError, UsageError
from modellake.lake.lake import Lake
from modellake.lake.updating import carrying, looking, workspace
from modellake.lake.updating.receipts import UpdateReceipt
from modellake.lake.updating.requests import read_request
from modellake.rdf.canon import normal_statement

SUITE = Path(os.environ.get("MODELLAKE_SHARED", Path(__file__).resolve().parents[3] / "shared")) / "w3c" / "sparql11"
MODEL = NamedNode(BASE + "model/acme/churn")
XSD = "http://www.w3.org/2001/XMLSchema#"
RECORD = f"<{BASE}record/model/acme/churn>"
TAGGED = CHURN + '<model/acme/churn> dcat:keyword "a", "b" ; lake:fineTunedFrom <model/acme/base> .'


def keywords(lake: Lake) -> list[str]:
    return sorted(lake.query("SELECT ?k { ?m dcat:keyword ?k }").column("k"))


def codes(receipt: UpdateReceipt) -> list[str]:
    return [finding.code for finding in receipt.report if finding.code.startswith("update.")]


def refused(lake: Lake, text: str, **options: str) -> ModelLakeError:
    """The error of an update that changes nothing."""
    before = (lake.ledger.head(), quads(lake))
    with pytest.raises(ModelLakeError) as caught:
        lake.update(text, **options)
    assert (lake.ledger.head(), quads(lake)) == before
    return caught.value


def refusals(lake: Lake, text: str) -> list[str]:
    """The codes of what blocks an update."""
    error = refused(lake, text)
    assert isinstance(error, RefusedError)
    return [finding.code for finding in error.report if finding.severity.value == "Violation"]


# What is added and taken back


def test_additions_are_curated_and_deletions_outlive_harvests(lake: Lake) -> None:
    said(lake, TAGGED)
    receipt = lake.update(
        'DELETE { ?m dcat:keyword "a" } INSERT { ?m dcat:keyword "c" } WHERE { ?m dcat:keyword "a" }',
        agent="ada",
        message="it is c",
    )
    assert (receipt.sequence, receipt.commits, receipt.records) == (2, 1, 1)
    assert receipt.added == [Triple(MODEL, NamedNode("http://www.w3.org/ns/dcat#keyword"), Literal("c"))]
    assert receipt.removed == [Triple(MODEL, NamedNode("http://www.w3.org/ns/dcat#keyword"), Literal("a"))]
    said(lake, TAGGED + '<model/acme/churn> dct:description "More." .')
    assert keywords(lake) == ["b", "c"]
    (retraction,) = lake.state(MODEL).retractions
    assert (retraction.agent, retraction.reason) == (BASE + "agent/ada", "it is c")


def test_a_retraction_has_a_reason_even_where_nobody_gave_one(lake: Lake) -> None:
    said(lake, TAGGED)
    lake.update("DELETE WHERE { ?m dcat:keyword 'a' }")
    assert [item.reason for item in lake.state(MODEL).retractions] == ["SPARQL update"]


def test_constants_keep_their_lexical_forms(lake: Lake) -> None:
    said(lake, CHURN)
    lake.update("INSERT { ?m <urn:x:p> 1.50, '7'^^xsd:int } WHERE { ?m a lake:Model }")
    written = {str(item.object) for item in lake.state(MODEL).statements if item.predicate.value == "urn:x:p"}
    assert written == {f'"1.50"^^<{XSD}decimal>', f'"7"^^<{XSD}int>'}


def test_both_templates_see_the_same_solutions(lake: Lake) -> None:
    said(lake, TAGGED)
    lake.update(
        "DELETE { ?m dcat:keyword ?k } INSERT { ?m dcat:keyword ?u } WHERE { ?m dcat:keyword ?k BIND(UCASE(?k) AS ?u) }"
    )
    assert keywords(lake) == ["A", "B"]


def test_what_is_there_or_is_not_changes_nothing(lake: Lake) -> None:
    said(lake, TAGGED)
    receipt = lake.update(
        'INSERT DATA { <model/acme/churn> dcat:keyword "a" } ; DELETE DATA { <model/acme/churn> dcat:keyword "z" }'
    )
    assert (receipt.sequence, receipt.added, receipt.removed) == (None, [], [])
    assert lake.ledger.head().sequence == 1


def test_deletions_reach_every_lexical_form(lake: Lake) -> None:
    for source, form in (("urn:source:a", "1.50"), ("urn:source:b", "1.5")):
        said(
            lake,
            CHURN + f"<model/acme/churn> <urn:x:p> {form} .",
            source=source,
        )
    lake.update("DELETE DATA { <model/acme/churn> <urn:x:p> 1.500 }")
    assert not lake.query("ASK { ?m <urn:x:p> ?v }")


def test_blank_nodes_get_the_names_that_documents_give_them(lake: Lake) -> None:
    said(lake, CHURN)
    lake.update('INSERT { ?m dct:creator [ a foaf:Person ; foaf:name "Ada" ] } WHERE { ?m a lake:Model }')
    named = set(lake.state(MODEL).statements)
    before = lake.ledger.head()
    again = '<model/acme/churn> dct:creator [ a foaf:Person ; foaf:name "Ada" ] .'
    said(lake, "PREFIX foaf: <http://xmlns.com/foaf/0.1/>\n" + CHURN + again)
    assert set(lake.state(MODEL).statements) == named
    assert lake.ledger.head().sequence == before.sequence + 1


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ('[] dct:title "nobody refers to it"', "blank-node.root"),
        ("<model/acme/a> dct:creator _:x . <model/acme/b> dct:creator _:x", "blank-node.shared"),
        ("<model/acme/churn> <urn:x:p> _:x . _:x <urn:x:p> _:y . _:y <urn:x:p> _:x", "blank-node.cycle"),
    ],
)
def test_blank_nodes_without_one_home_are_refused(lake: Lake, data: str, code: str) -> None:
    assert refusals(lake, f"INSERT DATA {{ {data} }}") == [code]


def test_a_merged_name_is_edited_as_what_it_is_merged_into(lake: Lake) -> None:
    said(lake, TAGGED + '<model/acme/old> a lake:Model ; dct:title "Churn" ; dcat:keyword "o" .')
    lake.accept_duplicate(MODEL, BASE + "model/acme/old", reason="the same", into=MODEL)
    lake.update(
        'DELETE DATA { <model/acme/old> dcat:keyword "a", "o" } ; INSERT DATA { <model/acme/old> dcat:keyword "n" }'
    )
    assert {item.object.value for item in lake.state(MODEL).statements if "keyword" in item.predicate.value} == {
        "b",
        "n",
    }


# What the lake makes itself


def test_what_follows_is_reported_with_what_it_follows_from(lake: Lake) -> None:
    said(lake, TAGGED)
    receipt = lake.update("DELETE DATA { <model/acme/churn> prov:wasDerivedFrom <model/acme/base> }")
    assert (receipt.sequence, codes(receipt)) == (None, ["update.entailed"])
    assert "lake#fineTunedFrom" in receipt.report.findings[0].message


def test_what_followed_goes_with_what_it_followed_from(lake: Lake) -> None:
    said(lake, TAGGED)
    receipt = lake.update("DELETE WHERE { <model/acme/churn> ?p <model/acme/base> }")
    assert (len(receipt.removed), codes(receipt)) == (1, [])
    assert not lake.query("ASK { ?m prov:wasDerivedFrom ?b }")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("DELETE WHERE { GRAPH <graph/provenance> { ?s a ?kind } }", "update.provenance"),
        (
            "DELETE { GRAPH ?g { ?s ?p ?o } } WHERE { GRAPH ?g { ?s ?p ?o } FILTER(STRENDS(STR(?g), 'entailed')) }",
            "update.entailed",
        ),
        ("WITH <graph/entailed> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }", "update.entailed"),
        (f"DELETE DATA {{ {RECORD} dct:source <urn:source:a> }}", "update.provenance"),
    ],
)
def test_matches_in_derived_graphs_are_reported_and_stay(lake: Lake, text: str, code: str) -> None:
    said(lake, TAGGED)
    before = quads(lake)
    receipt = lake.update(text)
    assert receipt.sequence is None
    assert set(codes(receipt)) == {code}
    assert quads(lake) == before


# Graphs


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (f"INSERT DATA {{ GRAPH {RECORD} {{ <model/acme/other> dct:title 'x' }} }}", "update.graph-not-home"),
        (f"WITH {RECORD} INSERT {{ <model/acme/other> dct:title 'x' }} WHERE {{}}", "update.graph-not-home"),
        ("INSERT DATA { GRAPH <urn:x:g> { <model/acme/churn> dcat:keyword 'x' } }", "update.graph-not-home"),
        ("DELETE DATA { GRAPH <urn:x:g> { <model/acme/churn> dcat:keyword 'a' } }", "update.graph-not-home"),
        ("INSERT DATA { GRAPH <graph/entailed> { <model/acme/churn> dcat:keyword 'x' } }", "update.graph-derived"),
        (
            "INSERT { GRAPH ?g { ?m dcat:keyword 'x' } } WHERE { ?m a lake:Model BIND(<urn:x:g> AS ?g) }",
            "update.graph-not-home",
        ),
        (f"INSERT DATA {{ {RECORD} dct:title 'x' }}", "gate.reserved-subject"),
        ("INSERT DATA { <model/acme/churn> lake:nonsense 'x' }", "gate.unknown-term"),
    ],
)
def test_statements_go_home_or_nowhere(lake: Lake, text: str, code: str) -> None:
    said(lake, TAGGED)
    assert code in refusals(lake, text)


def test_records_are_graphs_where_they_are_named(lake: Lake) -> None:
    said(lake, TAGGED + '<dataset/acme/d> a lake:Dataset ; dct:title "D" ; dcat:keyword "d" .')
    lake.update(
        f"WITH {RECORD} DELETE {{ ?s dcat:keyword 'a' }} INSERT {{ ?s dcat:keyword 'w' }} "
        "WHERE { ?s dcat:keyword ?k }"
    )
    assert keywords(lake) == ["b", "d", "w"]
    lake.update(f"DELETE WHERE {{ GRAPH {RECORD} {{ ?s dcat:keyword ?k }} }}")
    assert keywords(lake) == ["d"]
    lake.update(f"INSERT {{ ?s dcat:keyword 'u' }} USING {RECORD} WHERE {{ ?s dct:title ?t }}")
    assert keywords(lake) == ["d", "u"]
    lake.update(
        "INSERT { ?m dcat:keyword ?k } "
        f"WHERE {{ ?d a lake:Dataset ; dcat:keyword ?k . GRAPH {RECORD} {{ ?m dct:title ?t }} }}"
    )
    assert keywords(lake) == ["d", "d", "u"]
    assert not lake.verify(deep=True).findings


def test_a_graph_that_a_solution_names_may_be_the_home_record(lake: Lake) -> None:
    said(lake, TAGGED)
    lake.update(
        "INSERT { GRAPH ?g { ?m dcat:keyword 'x' } } "
        "WHERE { ?m a lake:Model . GRAPH <graph/provenance> { ?g foaf:primaryTopic ?m } }"
    )
    assert keywords(lake) == ["a", "b", "x"]


def test_using_comes_before_with_and_both_before_the_whole_lake(lake: Lake) -> None:
    said(lake, TAGGED + '<dataset/acme/d> a lake:Dataset ; dct:title "D" ; dcat:keyword "d" .')
    dataset = f"<{BASE}record/dataset/acme/d>"
    insert = "INSERT { <model/acme/churn> dcat:keyword ?n } "
    where = "WHERE { SELECT (CONCAT('n', STR(COUNT(*))) AS ?n) { ?s dcat:keyword ?k } }"
    added = [
        lake.update(text, dry_run=True, using_graphs=using).added[0].object.value
        for text, using in (
            (insert + where, ()),
            (f"WITH {RECORD} {insert} {where}", ()),
            (f"WITH {RECORD} {insert} USING {dataset} {where}", ()),
            (insert + where, (BASE + "record/dataset/acme/d",)),
        )
    ]
    assert added == ["n3", "n2", "n1", "n1"]


def test_a_dataset_is_given_once(lake: Lake) -> None:
    error = refused(lake, "DELETE { ?s ?p ?o } USING <urn:x:g> WHERE { ?s ?p ?o }", using_graphs=["urn:x:g"])
    assert (type(error), error.code) == (UsageError, "update.dataset-twice")


def test_named_graphs_of_the_protocol_leave_the_default_graph_empty(lake: Lake) -> None:
    said(lake, TAGGED)
    entailed = [BASE + "graph/entailed"]
    assert not lake.update("INSERT { ?s dcat:keyword 'x' } WHERE { ?s a ?t }", using_named_graphs=entailed).added
    text = "INSERT { <model/acme/churn> dcat:keyword 'x' } WHERE { GRAPH ?g { ?s prov:wasDerivedFrom ?t } }"
    assert lake.update(text, using_named_graphs=entailed).added


def test_an_unknown_graph_is_told(lake: Lake) -> None:
    said(lake, TAGGED)
    assert codes(lake.update("DELETE { ?s ?p ?o } USING <urn:x:nowhere> WHERE { ?s ?p ?o }")) == [
        "update.graph-unknown"
    ]


# Operations on graphs


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("LOAD <http://127.0.0.1:9/x>", "update.load"),
        (f"LOAD <http://127.0.0.1:9/x> INTO GRAPH {RECORD}", "update.load"),
        (f"COPY {RECORD} TO <record/model/acme/other>", "update.graph-transfer"),
        (f"MOVE DEFAULT TO {RECORD}", "update.graph-transfer"),
        (f"ADD {RECORD} TO DEFAULT", "update.graph-transfer"),
        ("CLEAR ALL", "update.clear-lake"),
        ("DROP DEFAULT", "update.clear-lake"),
        ("CLEAR NAMED", "update.clear-lake"),
        ("DROP GRAPH <graph/provenance>", "update.graph-derived"),
        ("CREATE GRAPH <urn:x:g>", "update.graph-not-record"),
        (f"CREATE GRAPH {RECORD}", "update.graph-exists"),
        ("CLEAR GRAPH <record/model/acme/other>", "update.graph-unknown"),
    ],
)
def test_operations_on_graphs_that_a_lake_cannot_do_have_an_answer(lake: Lake, text: str, code: str) -> None:
    said(lake, TAGGED)
    assert refusals(lake, text) == [code]
    verb, _, rest = text.partition(" ")
    silent = lake.update(f"{verb} SILENT {rest} ; INSERT DATA {{ <model/acme/churn> dcat:keyword 'after' }}")
    assert (codes(silent), [item.object.value for item in silent.added]) == ([code], ["after"])


def test_nothing_is_fetched(lake: Lake) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/"
        where = f"INSERT {{ ?s ?p ?o }} WHERE {{ SERVICE SILENT <{address}> {{ ?s ?p ?o }} }}"
        for text in (f"LOAD <{address}>", f"LOAD SILENT <{address}>", f"LOAD <{address}> ; nonsense", where):
            with suppress(ModelLakeError):
                lake.update(text)
        with pytest.raises(BlockingIOError):
            server.accept()


def test_a_record_is_cleared_and_made(lake: Lake) -> None:
    said(lake, TAGGED + '<dataset/acme/d> a lake:Dataset ; dct:title "D" .')
    assert len(lake.update("DROP GRAPH <record/dataset/acme/d>").removed) == 2
    assert not lake.query("ASK { <dataset/acme/d> ?p ?o }")
    receipt = lake.update(
        "CREATE GRAPH <record/dataset/acme/d> ; COPY <record/dataset/acme/d> TO <record/dataset/acme/d>"
    )
    assert (receipt.sequence, codes(receipt)) == (None, ["update.graph-empty"])


# Several operations


def test_later_operations_see_what_earlier_ones_did(lake: Lake) -> None:
    said(lake, TAGGED)
    receipt = lake.update(
        """DELETE WHERE { ?m dcat:keyword "a" } ;
        INSERT DATA { <model/acme/new> a lake:Model ; dct:title "New" ; lake:fineTunedFrom <model/acme/churn> } ;
        INSERT { ?m dcat:keyword ?n } WHERE {
          { SELECT (CONCAT("keywords ", STR(COUNT(*))) AS ?n) { ?s dcat:keyword ?k } }
          ?m prov:wasDerivedFrom <model/acme/churn>
          FILTER EXISTS { GRAPH <graph/entailed> { ?m prov:wasDerivedFrom <model/acme/churn> } } } ;
        DELETE { ?m lake:fineTunedFrom ?b } WHERE { ?m dcat:keyword "keywords 1" ; lake:fineTunedFrom ?b }"""
    )
    assert receipt.commits == 1
    assert keywords(lake) == ["b", "keywords 1"]
    assert not lake.query("ASK { <model/acme/new> prov:wasDerivedFrom ?b }")


def test_what_comes_and_goes_again_is_no_change(lake: Lake) -> None:
    said(lake, TAGGED)
    receipt = lake.update(
        "INSERT DATA { <model/acme/churn> dcat:keyword 'x' } ; DELETE WHERE { ?m dcat:keyword 'x' } ; "
        "DELETE WHERE { ?m dcat:keyword 'a' } ; INSERT DATA { <model/acme/churn> dcat:keyword 'a' }"
    )
    assert (receipt.sequence, receipt.added, receipt.removed) == (None, [], [])


def test_all_or_nothing(lake: Lake) -> None:
    said(lake, TAGGED)
    text = "INSERT DATA { <model/acme/churn> dcat:keyword 'x' } ; DELETE WHERE { <model/acme/churn> dct:title ?t }"
    assert "gate.shape" in refusals(lake, text)
    assert keywords(lake) == ["a", "b"]


def test_a_dry_run_tells_the_same_and_writes_nothing(lake: Lake) -> None:
    said(lake, TAGGED)
    text = "DELETE { ?m dcat:keyword ?k } INSERT { ?m dcat:keyword 'x' } WHERE { ?m dcat:keyword ?k }"
    before = (lake.ledger.head(), quads(lake))
    dry = lake.update(text, dry_run=True)
    assert (lake.ledger.head(), quads(lake)) == before
    real = lake.update(text)
    assert (dry.sequence, dry.added, dry.removed, dry.records) == (None, real.added, real.removed, real.records)
    assert Counter(dry.report.findings) == Counter(real.report.findings)
    refused(lake, "DELETE WHERE { ?m dct:title ?t }")
    with pytest.raises(RefusedError):
        lake.update("DELETE WHERE { ?m dct:title ?t }", dry_run=True)


# Errors and bounds


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("INSERT DATA {\n  <model/acme/churn> dcat:keyword Hello }", "query.syntax", 2),
        ("PREFIX x: <urn:x:>\nCLEAR ALL ;\n\nINSERT { ?s x:p } WHERE {}", "query.syntax", 4),
        ("INSERT DATA { ?s dct:title 1 }", "query.syntax", 1),
        ("DELETE DATA { <urn:x:s> dct:title _:b }", "query.syntax", 1),
        ("\n\nINSERT DATA { <urn:x:s> nope:title 1 }", "query.syntax", 3),
        ("ASK {}", "update.expected", None),
        ("INSERT { ?s ?p ?o } WHERE { SERVICE <urn:x:s> { ?s ?p ?o } }", "query.service-not-allowed", None),
    ],
)
def test_errors_name_their_place(lake: Lake, text: str, code: str, line: int | None) -> None:
    error = refused(lake, text)
    assert isinstance(error, QueryError)
    assert (error.code, error.place and error.place.line) == (code, line)


def test_refusals_name_the_operation(lake: Lake) -> None:
    error = refused(lake, "INSERT DATA { <model/acme/m> dct:title 'x' } ;\n  LOAD <urn:x:d>")
    assert isinstance(error, RefusedError)
    assert str(error.report.findings[0].place) == "2:3"


def test_an_update_is_bounded(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    said(lake, TAGGED)
    pairs = "INSERT { ?a <urn:x:p> ?b } WHERE { ?a ?p ?o . ?b ?q ?r }"
    for module, bound, value, text, code in (
        (carrying, "MOST_STATEMENTS", 3, pairs, "update.too-large"),
        (carrying, "MOST_SOLUTIONS", 2, pairs, "update.too-large"),
        (carrying, "MOST_SECONDS", -1.0, pairs, "update.too-slow"),
        (workspace, "MOST_RECORDS", 1, pairs, "update.too-large"),
        (
            looking,
            "MOST_COPIED",
            3,
            f"INSERT DATA {{ <model/acme/churn> dcat:keyword 'x' }} ; {pairs}",
            "update.copy-too-large",
        ),
    ):
        with monkeypatch.context() as patched:
            patched.setattr(module, bound, value)
            error = refused(lake, text)
        assert (type(error), error.code) == (UsageError, code)


def test_a_conflict_begins_with_the_where_again(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    said(lake, TAGGED)
    judge, told = lake._writer.judge_edit, [True]

    def interrupted(edit: object) -> object:
        if told:
            told.clear()
            said(lake, CHURN + '<model/acme/churn> dcat:keyword "c" .', source="urn:source:b")
        return judge(edit)

    monkeypatch.setattr(lake._writer, "judge_edit", interrupted)
    receipt = lake.update(
        "DELETE { ?m dcat:keyword ?k } INSERT { ?m dcat:keyword ?u } WHERE { ?m dcat:keyword ?k BIND(UCASE(?k) AS ?u) }"
    )
    assert receipt.sequence == 3
    assert keywords(lake) == ["A", "B", "C"]


def test_somebody_who_is_always_faster_makes_a_conflict(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    said(lake, TAGGED)
    judge, turns = lake._writer.judge_edit, iter(range(100))

    def interrupted(edit: object) -> object:
        said(lake, CHURN + f'<model/acme/churn> dcat:keyword "{next(turns)}" .', source="urn:source:b")
        return judge(edit)

    monkeypatch.setattr(lake._writer, "judge_edit", interrupted)
    with pytest.raises(ConflictError):
        lake.update("INSERT DATA { <model/acme/churn> dcat:keyword 'x' }")


def test_updates_of_many_threads_are_all_made(lake: Lake) -> None:
    said(lake, CHURN)
    text = """DELETE {{ ?m dcat:keyword ?k }} INSERT {{ ?m dcat:keyword ?n }}
        WHERE {{ ?m a lake:Model OPTIONAL {{ ?m dcat:keyword ?k }} BIND(CONCAT(COALESCE(?k, ''), '{}') AS ?n) }}"""
    threads = [threading.Thread(target=lake.update, args=(text.format(letter),)) for letter in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (keyword,) = keywords(lake)
    assert sorted(keyword) == list("abcd")


def syntax_cases() -> Iterator[object]:
    for folder in ("syntax-update-1", "syntax-update-2", "update-silent", "add", "move", "copy", "clear", "drop"):
        for path in sorted((SUITE / folder).glob("*.ru")):
            # Nr. 54 uses a label in two operations; its name does not say that it is bad.
            good = "bad" not in path.name and path.name != "syntax-update-54.ru"
            yield pytest.param(path, good, id=f"{folder}-{path.stem}")


@pytest.mark.parametrize(("path", "good"), list(syntax_cases()))
def test_the_syntax_is_that_of_the_w3c(path: Path, good: bool) -> None:
    text = path.read_text(encoding="utf-8")
    if good:
        read_request(text, base=BASE)
        return
    with pytest.raises(QueryError) as caught:
        read_request(text, base=BASE)
    assert caught.value.code == "query.syntax"


# Properties


RESOURCES = ["model/acme/churn", "model/acme/other"]
parts = st.lists(st.tuples(st.sampled_from(RESOURCES), st.sampled_from(["a", "b", "1.5", "1.50"])), max_size=3)
steps = st.lists(st.tuples(st.sampled_from(["INSERT", "DELETE"]), parts), min_size=1, max_size=4)


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Lake, Lake]]:
    """Two lakes that say the same."""
    folder = tmp_path_factory.mktemp("pair")
    with (
        modellake.open(folder / "one", base_iri=BASE) as one,
        modellake.open(folder / "other", base_iri=BASE) as other,
    ):
        yield one, other


def data(items: list[tuple[str, str]]) -> str:
    return " ".join(f"<{name}> <urn:x:p> {value if value[0].isdigit() else repr(value)} ." for name, value in items)


def now(lake: Lake) -> set[Triple]:
    return {normal_statement(item) for name in RESOURCES for item in lake.state(NamedNode(BASE + name)).statements}


def begin(lake: Lake, items: list[tuple[str, str]]) -> None:
    """Let the lake say this of the two models and nothing else."""
    lake.update("DELETE { ?m <urn:x:p> ?v } WHERE { ?m <urn:x:p> ?v }")
    titles = "".join(f'<{name}> a lake:Model ; dct:title "M" .' for name in RESOURCES)
    said(lake, titles + data(items))


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(parts, steps)
def test_an_update_is_the_edit_of_what_it_comes_to(
    pair: tuple[Lake, Lake], first: list[tuple[str, str]], then: list[tuple[str, list[tuple[str, str]]]]
) -> None:
    one, other = pair
    for lake in pair:
        begin(lake, first)
    expected = now(one)
    for verb, items in then:
        changed = set(map(normal_statement, statements(data(items))))
        expected = expected | changed if verb == "INSERT" else expected - changed
    receipt = one.update(" ; ".join(f"{verb} DATA {{ {data(items)} }}" for verb, items in then))
    if receipt.added or receipt.removed:
        other.curate(add=receipt.added, remove=receipt.removed, reason="")
    assert now(one) == now(other) == expected
    again = one.update(" ; ".join(f"{verb} DATA {{ {data(items)} }}" for verb, items in then))
    assert (again.sequence, now(one)) == (None, expected)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(parts, parts)
def test_what_is_inserted_and_deleted_is_not_there(
    pair: tuple[Lake, Lake], first: list[tuple[str, str]], items: list[tuple[str, str]]
) -> None:
    lake, _ = pair
    begin(lake, first)
    before = now(lake)
    lake.update(f"INSERT DATA {{ {data(items)} }}")
    lake.update(f"DELETE DATA {{ {data(items)} }}")
    assert now(lake) == before - set(map(normal_statement, statements(data(items))))
    assert not lake.verify(deep=True).findings
