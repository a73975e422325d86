"""Committing: what gets in, what does not, and what either leaves behind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from pyoxigraph import NamedNode

from lakes import BASE, CHURN, quads, said, statements, turtle
from modellake.core.description import Description, Source
from modellake.core.errors import RefusedError
from modellake.core.report import Finding, Severity
from modellake.lake.lake import Lake

MODEL = NamedNode(BASE + "model/acme/churn")


def refused(lake: Lake, text: str, **options: str) -> RefusedError:
    before = (lake.ledger.head(), quads(lake))
    with pytest.raises(RefusedError) as caught:
        lake.commit(turtle(text), format="turtle", **options)
    assert (lake.ledger.head(), quads(lake)) == before, "a refusal must write nothing"
    return caught.value


def finding(error: RefusedError, code: str) -> Finding:
    return next(item for item in error.report if item.code == code)


def test_a_commit_makes_records_that_can_be_asked_for(lake: Lake) -> None:
    receipt = lake.commit(turtle(CHURN), format="turtle", message="first", agent="ada")
    assert (receipt.sequence, receipt.commits, receipt.records) == (1, 1, 2)
    found = lake.query("SELECT ?t { ?m a <https://w3id.org/model-lake#Model> ; <http://purl.org/dc/terms/title> ?t }")
    assert list(found) == [{"t": "Churn"}]


def test_supertypes_and_superproperties_are_there_and_can_be_told_apart(lake: Lake) -> None:
    lake.commit(turtle(CHURN + "<model/acme/churn> lake:fineTunedFrom <model/acme/base> ."), format="turtle")
    assert lake.query("ASK { ?m <http://www.w3.org/ns/prov#wasDerivedFrom> ?b }")
    assert lake.query(
        "ASK { GRAPH ?g { ?m <http://www.w3.org/ns/prov#wasDerivedFrom> ?b } "
        "FILTER(STRENDS(STR(?g), 'graph/entailed')) }"
    )
    assert not lake.query("ASK { GRAPH ?g { ?m <https://w3id.org/model-lake#fineTunedFrom> ?b } }")


def test_the_provenance_graph_says_who_when_why_and_from_where(lake: Lake) -> None:
    said(lake, CHURN, source="urn:source:a", message="because")
    (row,) = lake.query(
        """PREFIX prov: <http://www.w3.org/ns/prov#> PREFIX lake: <https://w3id.org/model-lake#>
        PREFIX foaf: <http://xmlns.com/foaf/0.1/>
        SELECT ?why ?source ?record { GRAPH ?g {
          ?commit a lake:Commit ; lake:message ?why ; prov:used ?source ; prov:generated ?record .
          ?record foaf:primaryTopic <https://lake.example.org/model/acme/churn> } }"""
    )
    assert row == {"why": "because", "source": "urn:source:a", "record": BASE + "record/model/acme/churn"}


def test_saying_the_same_again_makes_no_commit(lake: Lake) -> None:
    first = said(lake, CHURN)
    again = said(lake, CHURN)
    assert (first.commits, again.commits, again.sequence) == (1, 0, None)
    assert again.unchanged == ["urn:source:a"]


def test_a_source_withdraws_what_it_no_longer_says(lake: Lake) -> None:
    said(lake, CHURN + '<dataset/acme/d> a lake:Dataset ; dct:title "D" .')
    said(lake, CHURN)
    assert not lake.query("ASK { <dataset/acme/d> ?p ?o }")


def test_a_partial_description_withdraws_nothing(lake: Lake) -> None:
    said(lake, CHURN + '<dataset/acme/d> a lake:Dataset ; dct:title "D" .')
    source = Source(NamedNode("urn:source:a"), "a")
    lake.commit(Description(source, statements('<dataset/acme/e> a lake:Dataset ; dct:title "E" .'), complete=False))
    assert len(lake.query("SELECT ?d { ?d a <https://w3id.org/model-lake#Dataset> }")) == 2


def test_two_sources_make_one_record(lake: Lake) -> None:
    said(lake, CHURN)
    said(lake, '<model/acme/churn> dcat:keyword "churn" .', source="urn:source:b")
    state = lake.state("acme/churn")
    assert len(state.said) == 2
    lake.withdraw("urn:source:b", message="gone")
    assert len(lake.state("acme/churn").said) == 1


def test_a_violation_is_refused_with_place_rule_and_remedy(lake: Lake, write: Callable[[str, str], Path]) -> None:
    path = write("churn.ttl", turtle(CHURN.replace('; dct:title "Churn"', "")))
    with pytest.raises(RefusedError) as caught:
        lake.commit(path)
    found = next(item for item in caught.value.report if item.severity is Severity.VIOLATION)
    line = next(n for n, text in enumerate(path.read_text().splitlines(), 1) if text.startswith("<model/acme/churn> a"))
    assert (found.place.document, found.place.line) == (str(path), line)
    assert found.shape == "https://w3id.org/model-lake/shapes#Artifact-title"
    assert found.remedy and "dct:title" in found.remedy
    assert {language for language, _ in found.messages} == {"en", "fr"}


def test_an_unknown_term_of_ours_names_the_nearest(lake: Lake) -> None:
    error = refused(lake, CHURN + "<model/acme/churn> lake:trainedOnn <dataset/d> .")
    found = finding(error, "gate.unknown-term")
    assert "lake:trainedOn?" in (found.remedy or "")
    assert found.place is not None and found.place.line


@pytest.mark.parametrize(
    ("wrong", "right"), [("titel", "dct:title"), ("licence", "dct:license"), ("Modell", "lake:Model")]
)
def test_the_nearest_term_can_be_the_one_of_a_vocabulary_in_use(lake: Lake, wrong: str, right: str) -> None:
    text = f"<model/x> a lake:{wrong} ." if wrong[0].isupper() else f"<model/x> lake:{wrong} 'x' ."
    assert (finding(refused(lake, text), "gate.unknown-term").remedy or "").startswith(f"Did you mean {right}?")


def test_thousands_of_unknown_terms_are_all_told(lake: Lake) -> None:
    said_of_one = " ; ".join(f"lake:term{number} 1" for number in range(2000))
    found = refused(lake, f"<model/acme/churn> {said_of_one} .").report.findings
    assert sum(item.code == "gate.unknown-term" for item in found) == 2000
    assert 0 < sum("Did you mean" in (item.remedy or "") for item in found) <= 100


def test_terms_of_others_are_welcome(lake: Lake) -> None:
    lake.commit(turtle(CHURN + "<model/acme/churn> <urn:my:term> 1 ."), format="turtle")
    assert lake.query("ASK { ?m <urn:my:term> 1 }")


@pytest.mark.parametrize("subject", ["record/model/a", "graph/provenance", "source/x", "commit/1", ""])
def test_what_the_lake_says_about_itself_cannot_be_written(lake: Lake, subject: str) -> None:
    assert finding(refused(lake, f"<{BASE}{subject}> dct:title 'x' ."), "gate.reserved-subject")


def test_a_refused_source_is_in_quarantine_with_its_bytes(lake: Lake, write: Callable[[str, str], Path]) -> None:
    path = write("bad.ttl", turtle("<model/a> a lake:Model ."))
    with pytest.raises(RefusedError) as caught:
        lake.commit(path)
    (number,) = caught.value.quarantined
    item = lake.ledger.quarantine.get(number)
    assert item.original == path.read_bytes()
    assert not item.report.conforms
    path.write_text(turtle("<model/a> a lake:Model ; dct:title 'A' ."))
    lake.commit(path)
    assert lake.ledger.quarantine.list() == []


def test_one_bad_file_holds_all_back(lake: Lake, write: Callable[[str, str], Path]) -> None:
    good, bad = write("good.ttl", turtle(CHURN)), write("bad.ttl", turtle("<model/b> a lake:Model ."))
    with pytest.raises(RefusedError):
        lake.commit([good, bad])
    assert lake.ledger.head().sequence == 0


def test_in_bulk_what_passes_is_committed(lake: Lake, write: Callable[[str, str], Path]) -> None:
    places = [write("good.ttl", turtle(CHURN)), write("bad.ttl", turtle("<model/b> a lake:Model ."))]
    places += [write("broken.ttl", "<a> <b")]
    receipt = lake.commit_each(item for place in places for item in lake.describe(place))
    assert [Path(place).name for place in receipt.accepted] == ["good.ttl"]
    assert receipt.refusals_by_code() == {"gate.shape": 1, "parse.syntax": 1}


def test_a_refused_description_does_not_drag_others_along(lake: Lake) -> None:
    """Two sources of one batch speak about one record; only the one that is wrong stays out."""
    good = Description(Source(NamedNode("urn:good"), "good"), statements(CHURN))
    bad = Description(Source(NamedNode("urn:bad"), "bad"), statements("<model/acme/other> a lake:Model ."))
    mixed = Description(
        Source(NamedNode("urn:mixed"), "mixed"),
        statements('<model/acme/churn> dcat:keyword "k" . <model/acme/third> a lake:Model .'),
    )
    receipt = lake.commit_each([good, bad, mixed])
    assert receipt.accepted == ["good"]
    assert sorted(item.place for item in receipt.refused) == ["bad", "mixed"]
    assert not lake.query('ASK { ?m <http://www.w3.org/ns/dcat#keyword> "k" }')


def test_a_cardinality_broken_by_two_sources_is_a_contradiction(lake: Lake) -> None:
    said(lake, CHURN)
    receipt = said(lake, '<model/acme/churn/version/1> dcat:version "one" .', source="urn:source:b")
    assert [item.severity for item in receipt.report if item.code == "gate.contradiction"] == [Severity.WARNING]
    claims = lake.query(
        """PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> PREFIX lake: <https://w3id.org/model-lake#>
        SELECT ?value ?source { GRAPH ?g { ?c a lake:Claim ; rdf:object ?value ; lake:assertedBy ?source } }
        ORDER BY ?value"""
    )
    assert list(claims) == [
        {"value": "1", "source": "urn:source:a"},
        {"value": "one", "source": "urn:source:b"},
    ]
    # The engine writes 0.5 for 0.500000: moments are compared, not their spellings.
    said_since = lake.query("claims", resource="acme/churn@1")
    since = {row["source"]: datetime.fromisoformat(row["time"]) for row in said_since}
    assert since == {
        "urn:source:a": datetime.fromisoformat(lake.ledger.commit(1).time),
        "urn:source:b": datetime.fromisoformat(lake.ledger.commit(2).time),
    }


def test_a_cardinality_broken_by_one_source_is_refused(lake: Lake) -> None:
    assert not refused(lake, CHURN + '<model/acme/churn/version/1> dcat:version "one" .').report.conforms


def test_two_spellings_of_one_number_do_not_contradict(lake: Lake) -> None:
    evaluation = (
        CHURN + "<evaluation/e> a lake:Evaluation ; lake:evaluates <model/acme/churn/version/1> ;"
        " lake:metric metric:accuracy ; lake:value {} ."
    )
    said(lake, evaluation.format("0.50"))
    receipt = said(lake, "<evaluation/e> lake:value 0.5 .", source="urn:source:b")
    assert not [item for item in receipt.report if item.code == "gate.contradiction"]


def test_a_retraction_outlives_the_next_harvest(lake: Lake) -> None:
    text = CHURN + '<model/acme/churn> dcat:keyword "wrong", "right" .'
    said(lake, text)
    lake.curate(remove=statements('<model/acme/churn> dcat:keyword "wrong" .'), reason="not about that", agent="ada")
    said(lake, text + '<model/acme/churn> dcat:keyword "new" .')
    assert set(lake.query("SELECT ?k { ?m <http://www.w3.org/ns/dcat#keyword> ?k }").column("k")) == {"right", "new"}
    (row,) = lake.query(
        """PREFIX lake: <https://w3id.org/model-lake#> PREFIX prov: <http://www.w3.org/ns/prov#>
        SELECT ?who ?why { GRAPH ?g { ?r a lake:Retraction ; prov:wasAttributedTo ?who ; lake:reason ?why } }"""
    )
    assert row == {"who": BASE + "agent/ada", "why": "not about that"}


def test_an_edit_that_would_break_a_rule_is_refused(lake: Lake) -> None:
    said(lake, CHURN)
    with pytest.raises(RefusedError):
        lake.curate(remove=statements('<model/acme/churn> dct:title "Churn" .'), reason="no")
    assert lake.query('ASK { <model/acme/churn> <http://purl.org/dc/terms/title> "Churn" }')


def test_a_withdrawal_that_leaves_a_record_invalid_is_committed_and_said(lake: Lake) -> None:
    said(lake, CHURN)
    said(lake, "<model/acme/churn> a lake:Model .", source="urn:source:b")
    receipt = lake.withdraw("urn:source:a", message="gone")
    assert "gate.invalid-after-withdrawal" in {item.code for item in receipt.report}
    assert receipt.commits == 1


def test_withdrawing_everything_leaves_nothing(lake: Lake) -> None:
    said(lake, CHURN)
    lake.withdraw("urn:source:a", message="gone")
    assert not lake.query("ASK { ?s ?p ?o }")
    assert not lake.query("ASK { GRAPH ?g { ?r <http://xmlns.com/foaf/0.1/primaryTopic> ?t } }")


def test_a_run_may_arrive_before_its_dataset(lake: Lake) -> None:
    run = "<run/r> a lake:TrainingRun ; dct:title 'R' ; lake:runStatus lake:finished ; lake:usedData <dataset/d> ."
    unresolved = "https://w3id.org/model-lake/shapes#Run-dataDataset"
    receipt = said(lake, run)
    assert receipt.commits == 1
    assert unresolved in {item.shape for item in receipt.report}
    said(lake, '<dataset/d> a lake:Dataset ; dct:title "D" .', source="urn:source:b")
    again = said(lake, run + "<run/r> dct:description 'more' .")
    assert unresolved not in {item.shape for item in again.report}


def test_both_engines_refuse_the_same(lake: Lake, tmp_path: Path) -> None:
    import modellake

    text = turtle(CHURN.replace('dcat:version "1"', "dcat:version <x>"))
    with modellake.open(tmp_path / "other", base_iri=BASE, engine="pyshacl") as other:
        ours = {(f.shape, f.focus, f.component) for f in lake.validate(text, format="turtle").refused[0].report}
        theirs = {(f.shape, f.focus, f.component) for f in other.validate(text, format="turtle").refused[0].report}
    assert ours == theirs


def test_a_commit_names_the_rules_in_force(lake: Lake) -> None:
    said(lake, CHURN)
    rules = lake.ledger.rules(1)
    assert set(rules) == {"ontology", "alignments", "shapes"}
    assert b"Artifact-title" in rules["shapes"]


def test_of_two_sources_of_one_record_the_wrong_one_is_refused(lake: Lake) -> None:
    """What one source of a batch says wrongly of a record does not keep out another that speaks of it too."""
    good = Description(Source(NamedNode("urn:good"), "good"), statements(CHURN))
    bad = Description(
        Source(NamedNode("urn:bad"), "bad"), statements("<model/acme/churn/version/1> lake:trainedOn 'text' .")
    )
    receipt = lake.commit_each([good, bad])
    assert receipt.accepted == ["good"]
    assert [item.place for item in receipt.refused] == ["bad"]
    assert lake.query("ASK { <model/acme/churn> a lake:Model }")
