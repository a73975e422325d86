"""Editing records as wholes: after any edits and harvests a record says what it was last made to say."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

import modellake
from lakes import BASE, said, statements, turtle
from modellake.core.errors import ConflictError, NotFoundError, ParseError, RefusedError, UsageError
from modellake.core.vocab import DCAT, RDF, XSD
from modellake.lake.editing import differences
from modellake.lake.editing.records import Expected, Record
from modellake.lake.lake import Lake
from modellake.rdf.canon import normal_statement
from modellake.rdf.formats import syntax_named
from modellake.rdf.graphs import Document, SentGraph, read_graph

MODEL = NamedNode(f"{BASE}model/acme/churn")
OWN = frozenset(statements('<model/acme/churn> a lake:Model ; dct:title "Churn" .'))
XSD_INT = "http://www.w3.org/2001/XMLSchema#int"
VALUE = NamedNode("urn:x:value")
# Two spellings of one number, and what only looks like it.
OBJECTS = (
    Literal("1.50", datatype=XSD.decimal),
    Literal("1.5", datatype=XSD.decimal),
    Literal("1.5"),
    Literal("a", language="en"),
    Literal("7", datatype=NamedNode(XSD_INT)),
    Literal("7", datatype=XSD.integer),
    NamedNode(f"{MODEL.value}#part"),
)
LOOSE = st.frozensets(
    st.builds(
        Triple, st.sampled_from([MODEL, NamedNode(f"{MODEL.value}#part")]), st.just(VALUE), st.sampled_from(OBJECTS)
    ),
    max_size=5,
)


def values(items: object) -> set[Triple]:
    return set(map(normal_statement, items))  # type: ignore[call-overload]


class Edits(RuleBasedStateMachine):
    """A record, a source that speaks of it, and what it should say by now."""

    @initialize()
    def open(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.lake = modellake.open(Path(self.folder.name) / "lake", base_iri=BASE)
        self.source: set[Triple] = set()
        self.added: set[Triple] = set()
        self.retracted: set[Triple] = set()

    @property
    def model(self) -> set[Triple]:
        return self.source - self.retracted | self.added

    def edit(self, wanted: set[Triple]) -> None:
        """What a curated source does to reach a state."""
        now = self.model
        self.retracted = (self.retracted | (now - wanted) & self.source) - wanted
        self.added = (self.added & wanted) | (wanted - self.source - self.added)

    @rule(loose=LOOSE)
    def replace(self, loose: frozenset[Triple]) -> None:
        receipt = self.lake.replace_record(MODEL, OWN | loose)
        self.edit(values(OWN | loose))
        self.check(receipt.before, receipt.after, receipt.sequence)

    @rule(loose=LOOSE)
    def extend(self, loose: frozenset[Triple]) -> None:
        receipt = self.lake.extend_record(MODEL, OWN | loose)
        self.edit(self.model | values(OWN | loose))
        self.check(receipt.before, receipt.after, receipt.sequence)

    @rule()
    def delete(self) -> None:
        if not self.model:
            with pytest.raises(NotFoundError):
                self.lake.delete_record(MODEL)
            return
        receipt = self.lake.delete_record(MODEL)
        self.edit(set())
        self.check(receipt.before, receipt.after, receipt.sequence)

    @rule(chosen=st.sampled_from(OBJECTS))
    def update(self, chosen: Literal | NamedNode) -> None:
        before = self.model
        text = f"DELETE {{ ?s ?p {chosen} }} WHERE {{ ?s ?p {chosen} }}"
        receipt = self.lake.update_record(MODEL, text)
        gone = normal_statement(Triple(MODEL, VALUE, chosen)).object
        self.edit({item for item in before if item.object != gone})
        self.check(receipt.before, receipt.after, receipt.sequence)

    @rule(loose=LOOSE)
    def harvest(self, loose: frozenset[Triple]) -> None:
        lines = "\n".join(f"{item} ." for item in OWN | loose)
        self.lake.commit(lines, format="ntriples", source="urn:source:a")
        self.source = values(OWN | loose)

    @rule()
    def put_back(self) -> None:
        record = self.lake.record(MODEL)
        if record.exists:
            assert self.lake.replace_record(MODEL, record.statements).sequence is None

    def check(self, before: Record | None, after: Record | None, sequence: int | None) -> None:
        assert before and after
        assert (before.hash == after.hash) == (sequence is None)

    @invariant()
    def says_what_it_should(self) -> None:
        if hasattr(self, "lake"):
            assert values(self.lake.record(MODEL).statements) == self.model

    def teardown(self) -> None:
        if hasattr(self, "lake"):
            assert self.lake.verify(deep=True).conforms
            self.lake.close()
            self.folder.cleanup()


TestEdits = Edits.TestCase
TestEdits.settings = settings(max_examples=15, stateful_step_count=12, deadline=None)


@given(loose=LOOSE)
@settings(max_examples=100, deadline=None)
def test_a_hash_is_of_statements_in_any_order(loose: frozenset[Triple]) -> None:
    listed = sorted(OWN | loose, key=str)
    one, other = (Record(MODEL, MODEL, frozenset(items)) for items in (listed, reversed(listed)))
    assert one.hash == other.hash
    assert Record(MODEL, MODEL, frozenset(listed[1:])).hash != one.hash
    assert Record(MODEL, MODEL, frozenset()).hash is None


@pytest.mark.parametrize(
    ("expected", "absent", "same", "other"),
    [
        (Expected(), True, True, True),
        (Expected(exists=True), False, True, True),
        (Expected(exists=False), True, False, False),
        (Expected(hashes=frozenset({"a"})), False, True, False),
        (Expected(hashes=frozenset()), False, False, False),
        (Expected(others=frozenset({"a"})), True, False, True),
    ],
)
def test_expectations(expected: Expected, absent: bool, same: bool, other: bool) -> None:
    assert (expected.is_met_by(None), expected.is_met_by("a"), expected.is_met_by("b")) == (absent, same, other)


def test_names_of_records(lake: Lake) -> None:
    said(lake, '<model/acme/churn> a lake:Model ; dct:title "Churn" .')
    named = [lake.record(name) for name in ("acme/churn", MODEL, MODEL.value, f"{BASE}record/model/acme/churn")]
    assert len({record.hash for record in named}) == 1
    assert {record.home for record in named} == {MODEL}
    assert not lake.record(f"{BASE}model/acme/none").exists
    with pytest.raises(NotFoundError):
        lake.record("acme/none")


def test_what_is_expected_is_looked_at_before_anything_is_written(lake: Lake) -> None:
    said(lake, '<model/acme/churn> a lake:Model ; dct:title "Churn" .')
    head = lake.ledger.head()
    for wrong in (Expected(hashes=frozenset({"x"})), "x"):
        check_that_nothing_is_written(lake, wrong)
    assert lake.ledger.head() == head
    right = lake.record(MODEL).hash
    assert lake.extend_record(MODEL, [Triple(MODEL, VALUE, Literal("x"))], expected=right).sequence == 2


def check_that_nothing_is_written(lake: Lake, wrong: Expected | str) -> None:
    for edit in (
        lambda: lake.replace_record(MODEL, OWN | {Triple(MODEL, VALUE, Literal("x"))}, expected=wrong),
        lambda: lake.extend_record(MODEL, [Triple(MODEL, VALUE, Literal("x"))], expected=wrong),
        lambda: lake.delete_record(MODEL, expected=wrong),
        lambda: lake.update_record(MODEL, "INSERT DATA { <model/acme/churn> <urn:x:p> 1 }", expected=wrong),
    ):
        with pytest.raises(ConflictError) as raised:
            edit()
        assert raised.value.code == "record.changed"


def test_text_and_statements(lake: Lake) -> None:
    receipt = lake.replace_record(MODEL, turtle('<model/acme/churn> a lake:Model ; dct:title "Churn" .'), message="why")
    assert receipt.created
    assert values(receipt.added) == values(OWN)
    assert lake.ledger.commit(1).message == "why"
    assert lake.replace_record(MODEL, OWN).sequence is None
    again = b'{"@id": "model/acme/churn", "http://www.w3.org/ns/dcat#keyword": "k"}'
    assert [str(item.object) for item in lake.extend_record(MODEL, again, format="jsonld").added] == ['"k"']
    with pytest.raises(ParseError):
        lake.replace_record(MODEL, "<x>")


def test_blank_nodes_get_the_names_that_documents_give_them(lake: Lake) -> None:
    node = BlankNode()
    part = [Triple(MODEL, VALUE, node), Triple(node, RDF.type, DCAT.Distribution), Triple(node, VALUE, Literal("x"))]
    lake.replace_record(MODEL, [*OWN, *part])
    head = lake.ledger.head()
    assert lake.extend_record(MODEL, [*OWN, *part]).sequence is None
    assert lake.ledger.head() == head


def test_codes_of_refusals(lake: Lake) -> None:
    said(lake, '<model/acme/churn> a lake:Model ; dct:title "Churn" .')

    def codes(edit: object) -> set[str]:
        with pytest.raises(RefusedError) as raised:
            edit()  # type: ignore[operator]
        return {finding.code for finding in raised.value.report}

    other = Triple(NamedNode(f"{BASE}model/acme/other"), VALUE, Literal("x"))
    assert codes(lambda: lake.replace_record(MODEL, [*OWN, other])) == {"gate.other-record"}
    assert codes(lambda: lake.extend_record(MODEL, [other])) == {"gate.other-record"}
    assert codes(lambda: lake.update_record(MODEL, f"INSERT DATA {{ {other} }}")) == {"gate.other-record"}
    assert codes(lambda: lake.replace_record(MODEL, [])) == {"record.empty"}
    assert codes(lambda: lake.replace_record(MODEL, [Triple(BlankNode(), VALUE, MODEL)])) == {"blank-node.root"}
    with pytest.raises(UsageError) as raised:
        lake.update_record(MODEL, "DELETE WHERE { ?s ?p ?o }", emptying=False)
    assert raised.value.code == "record.emptied"
    assert lake.ledger.head().sequence == 1


def test_a_record_grows_up_to_a_bound(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(differences, "MOST_STATEMENTS", 10)
    many = [Triple(MODEL, VALUE, Literal(str(number))) for number in range(20)]
    for edit in (lake.replace_record, lake.extend_record):
        with pytest.raises(UsageError) as raised:
            edit(MODEL, [*OWN, *many])
        assert raised.value.code == "record.too-large"
    lake.commit("\n".join(f"{item} ." for item in [*OWN, *many]), format="ntriples", source="urn:source:a")
    assert lake.replace_record(MODEL, [*OWN, *many]).sequence is None
    assert lake.replace_record(MODEL, [*OWN, *many[1:], Triple(MODEL, VALUE, Literal("x"))]).removed == many[:1]
    with pytest.raises(UsageError):
        lake.extend_record(MODEL, [Triple(MODEL, VALUE, Literal("y")), Triple(MODEL, VALUE, Literal("z"))])


def test_one_record_of_a_document(lake: Lake) -> None:
    def graph(text: str) -> SentGraph:
        return read_graph([Document(turtle(text).encode(), syntax_named("turtle"))], BASE)

    found = lake.only_record(graph("<model/acme/churn> a lake:Model ; dct:creator [] ."))
    assert found.home == MODEL
    for text, code in (("<a> <b> <c> . <d> <b> <c> .", "record.several"), ("", "record.none")):
        with pytest.raises(UsageError) as raised:
            lake.only_record(graph(text))
        assert raised.value.code == code
