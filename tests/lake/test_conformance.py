"""Conformance: which records do not conform to another release's rules, and which change is to blame."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Triple

import modellake
from lakes import BASE, CHURN, said, turtle
from modellake.core.report import Severity
from modellake.core.vocab import DCT
from modellake.lake import conformance
from modellake.lake.conformance import Nonconformity
from modellake.lake.lake import Lake
from modellake.lake.rules import Rules, rule_changes, rules_of_now

Release = Callable[[Callable[[Path], object]], AbstractContextManager[None]]
SHAPES = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix shape: <https://w3id.org/model-lake/shapes#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""
NEW_SHAPE = """
shape:Slow a sh:NodeShape ; sh:targetClass lake:Dataset ; sh:property shape:Slow-isbn .
shape:Slow-isbn a sh:PropertyShape ; sh:path <https://example.org/isbn> ; sh:minCount 1 ; sh:message "Give it."@en .
"""


def add(text: str, folder: str = "shapes/gate") -> Callable[[Path], object]:
    """A release with one more file."""
    return lambda place: (place / folder / "zz-more.ttl").write_text(turtle(SHAPES + text))


def edit(name: str, old: str, new: str) -> Callable[[Path], object]:
    """A release in which one text of one file is another one."""

    def change(place: Path) -> None:
        text = (place / name).read_text()
        assert old in text
        (place / name).write_text(text.replace(old, new))

    return change


def violations(lake: Lake) -> list[Nonconformity]:
    return [item for item in lake.audit() if item.finding.severity is Severity.VIOLATION]


def fill(place: Path) -> None:
    with modellake.open(place, base_iri=BASE) as lake:
        said(lake, CHURN)
        said(lake, '<dataset/a> a lake:Dataset ; dct:title "A" .', "urn:a")
        said(lake, '<dataset/b> a lake:Dataset ; dct:title "B" ; <https://example.org/isbn> "1" .', "urn:b")
        assert violations(lake) == []


def test_the_release_that_wrote_a_lake_has_nothing_against_it(lake: Lake) -> None:
    said(lake, CHURN)
    found = list(lake.audit())
    assert found
    assert all(item.cause is None and item.finding.severity is not Severity.VIOLATION for item in found)


def test_a_new_shape_is_named(tmp_path: Path, other_release: Release) -> None:
    fill(tmp_path / "lake")
    with other_release(add(NEW_SHAPE)), modellake.open(tmp_path / "lake") as lake:
        (found,) = violations(lake)
        assert (found.home, found.sequence) == (f"{BASE}dataset/a", 2)
        assert found.cause == "the shape Slow-isbn is new"
        assert found.record == f"{BASE}record/dataset/a"
        changes = rule_changes(Rules.from_texts(lake.ledger.rules(3)), rules_of_now(lake.gate))
        assert {(item.part, item.change, item.name.rpartition("#")[2]) for item in changes} == {
            ("shapes", "added", "Slow"),
            ("shapes", "added", "Slow-isbn"),
        }


def test_a_record_that_was_refused_by_no_rule_since_is_not_blamed_on_a_release(
    tmp_path: Path, other_release: Release
) -> None:
    """What was written under the new rules knows of no change."""
    with other_release(add("")), modellake.open(tmp_path / "lake", base_iri=BASE) as lake:
        said(lake, CHURN)
        said(lake, '<model/acme/churn> a lake:Model ; dct:title "Churn" .', "urn:b")
        lake.withdraw("urn:source:a", message="gone")
        assert all(item.cause is None for item in lake.audit())


def test_a_changed_shape_is_named(tmp_path: Path, other_release: Release) -> None:
    fill(tmp_path / "lake")
    before = "sh:path lake:task ;\n    sh:minCount 1 ;\n    sh:severity sh:Warning ;"
    stricter = edit("shapes/gate/model.ttl", before, before.replace("sh:Warning", "sh:Violation"))
    with other_release(stricter), modellake.open(tmp_path / "lake") as lake:
        (found,) = violations(lake)
        assert found.home == f"{BASE}model/acme/churn"
        assert found.cause == "the shape Model-task has changed"


def test_another_target_is_a_change_of_the_shape(tmp_path: Path, other_release: Release) -> None:
    narrow = NEW_SHAPE.replace("sh:targetClass lake:Dataset", "sh:targetClass lake:Code")
    with other_release(add(narrow)):
        fill(tmp_path / "lake")
    with other_release(add(NEW_SHAPE)), modellake.open(tmp_path / "lake") as lake:
        assert [item.cause for item in violations(lake)] == ["the shape Slow-isbn has changed"]


def test_another_text_for_people_is_no_change(tmp_path: Path, other_release: Release) -> None:
    fill(tmp_path / "lake")
    with (
        other_release(edit("shapes/gate/model.ttl", "people look for models by what they do", "it helps")),
        modellake.open(tmp_path / "lake") as lake,
    ):
        assert rule_changes(Rules.from_texts(lake.ledger.rules(3)), rules_of_now(lake.gate)) == []
        assert not [item for item in lake.audit() if item.cause]


def test_a_class_that_has_moved_is_named(tmp_path: Path, other_release: Release) -> None:
    with (
        other_release(add("lake:Odd a <http://www.w3.org/2002/07/owl#Class> .", "ontology")),
        modellake.open(tmp_path / "lake", base_iri=BASE) as lake,
    ):
        said(lake, '<dataset/o> a lake:Odd ; dct:title "O" .')
        assert violations(lake) == []
    moved = "lake:Odd a <http://www.w3.org/2002/07/owl#Class> ; rdfs:subClassOf lake:ModelVersion ."
    with other_release(add(moved, "ontology")), modellake.open(tmp_path / "lake") as lake:
        assert {item.cause for item in violations(lake)} == {"the hierarchy of classes and properties has changed"}


def test_a_term_that_is_gone_is_named(tmp_path: Path, other_release: Release) -> None:
    with (
        other_release(add("lake:oddity a <http://www.w3.org/2002/07/owl#DatatypeProperty> .", "ontology")),
        modellake.open(tmp_path / "lake", base_iri=BASE) as lake,
    ):
        said(lake, '<dataset/o> a lake:Dataset ; dct:title "O" ; lake:oddity "x" .')
    with modellake.open(tmp_path / "lake") as lake:
        (found,) = violations(lake)
        assert found.finding.code == "gate.unknown-term"
        assert found.cause == "the term oddity is gone"
        changes = rule_changes(Rules.from_texts(lake.ledger.rules(1)), rules_of_now(lake.gate))
        assert [(item.change, item.breaking) for item in changes] == [("removed", True)]


def test_a_page_is_as_good_as_a_whole(tmp_path: Path, other_release: Release, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path / "lake")
    with other_release(add(NEW_SHAPE)), modellake.open(tmp_path / "lake") as lake:
        whole = sorted(str(item) for item in lake.audit())
        seen: list[tuple[int, int]] = []
        monkeypatch.setattr(conformance, "_TOGETHER", 1)
        assert sorted(str(item) for item in lake.audit(progress=lambda *pair: seen.append(pair))) == whole
        assert seen == [(number, 4) for number in range(1, 5)]


def test_merged_and_curated_records_are_judged_as_they_are_shown(lake: Lake) -> None:
    said(lake, '<dataset/a> a lake:Dataset ; dct:title "A" . <dataset/b> a lake:Dataset ; dct:title "A" .')
    lake.accept_duplicate("dataset/a", "dataset/b", reason="One file.", into="dataset/a")
    text = Triple(NamedNode(f"{BASE}dataset/a"), DCT.description, Literal("All about A.", language="en"))
    before = {item.finding.shape for item in lake.audit()}
    lake.curate(add=[text], reason="It had none.")
    homes = {item.home for item in lake.audit()}
    assert homes == {f"{BASE}dataset/a"}
    gone = before - {item.finding.shape for item in lake.audit()}
    assert [str(shape).rpartition("#")[2] for shape in gone] == ["Artifact-description"]


def test_what_the_gate_says_of_a_state_is_what_the_audit_says(lake: Lake) -> None:
    """The short way from content to finding gives what the long one gives."""
    said(lake, CHURN + '<dataset/a> a lake:Dataset ; dct:title "A" ; dcat:keyword "b" .')
    audited = {(item.home, item.finding) for item in lake.audit()}
    states = [lake.state(lake.iris.topic(NamedNode(record))) for record in lake.ledger.records()]
    judged = lake.gate.check_states(states, lake.ledger.types_of)
    assert audited == {(home.value, finding) for home, findings in judged.items() for finding in findings}


def test_one_record_is_judged_as_among_all(lake: Lake) -> None:
    said(lake, '<dataset/a> a lake:Dataset ; dct:title "A" . <dataset/b> a lake:Dataset ; dct:title "B" .')
    record = f"{BASE}record/dataset/a"
    alone = list(lake.audit(records=[record, f"{BASE}record/dataset/nobody"]))
    assert alone == [item for item in lake.audit() if item.record == record] != []
