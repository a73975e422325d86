"""The state of a record: union of sources, minus retractions, plus the curated source."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Triple

import modellake
from lakes import BASE, quads
from modellake.core.description import Description, Source
from modellake.lake.lake import Lake
from modellake.rdf.canon import normal_statement

SUBJECTS = [NamedNode(BASE + "thing/a"), NamedNode(BASE + "thing/b"), NamedNode(BASE + "thing/a#part")]
DECIMAL = NamedNode("http://www.w3.org/2001/XMLSchema#decimal")
OBJECTS = [Literal("1.50", datatype=DECIMAL), Literal("1.5", datatype=DECIMAL), Literal("x"), SUBJECTS[1]]
STATEMENT = st.builds(Triple, st.sampled_from(SUBJECTS), st.just(NamedNode("urn:p")), st.sampled_from(OBJECTS))
SOURCES = ["urn:source:a", "urn:source:b"]


@dataclass
class Model:
    """What section by section the definition of a record's state says, over normal values."""

    said: dict[str, set[Triple]] = field(default_factory=dict)
    retracted: set[Triple] = field(default_factory=set)
    added: set[Triple] = field(default_factory=set)

    def state(self) -> set[Triple]:
        union = {normal_statement(item) for group in self.said.values() for item in group}
        return (union - self.retracted) | self.added

    def harvest(self, source: str, statements: set[Triple]) -> None:
        self.said[source] = statements

    def withdraw(self, source: str) -> None:
        self.said.pop(source, None)

    def retract(self, statement: Triple) -> None:
        normal = normal_statement(statement)
        self.added.discard(normal)
        if any(normal_statement(item) == normal for group in self.said.values() for item in group):
            self.retracted.add(normal)

    def add(self, statement: Triple) -> None:
        normal = normal_statement(statement)
        self.retracted.discard(normal)
        if not any(normal_statement(item) == normal for group in self.said.values() for item in group):
            self.added.add(normal)


STEP = st.one_of(
    st.tuples(st.just("harvest"), st.sampled_from(SOURCES), st.sets(STATEMENT, max_size=4)),
    st.tuples(st.just("withdraw"), st.sampled_from(SOURCES)),
    st.tuples(st.just("retract"), STATEMENT),
    st.tuples(st.just("add"), STATEMENT),
)


def carry_out(lake: Lake, model: Model, step: tuple[object, ...]) -> None:
    match step:
        case ("harvest", str(source), set(statements)):
            lake.commit(Description(Source(NamedNode(source), source), sorted(statements, key=str)))
            model.harvest(source, statements)
        case ("withdraw", str(source)):
            lake.withdraw(source, message="gone")
            model.withdraw(source)
        case ("retract", Triple() as statement):
            lake.curate(remove=[statement], reason="wrong")
            model.retract(statement)
        case ("add", Triple() as statement):
            lake.curate(add=[statement], reason="known")
            model.add(statement)


def asserted(lake: Lake, sequence: int | None = None) -> set[Triple]:
    """The default graph, which for these untyped things has nothing entailed."""
    view = lake.view if sequence is None else lake.past(sequence)
    return {quad.triple for quad in view.engine.quads() if str(quad.graph_name) == "DEFAULT"}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=st.lists(STEP, min_size=1, max_size=10))
def test_any_order_of_steps_gives_the_defined_state(steps: list[tuple[object, ...]]) -> None:
    with tempfile.TemporaryDirectory() as folder, modellake.open(Path(folder), base_iri=BASE) as lake:
        model, states = Model(), {0: set[Triple]()}
        for step in steps:
            carry_out(lake, model, step)
            assert asserted(lake) == model.state()
            states[lake.ledger.head().sequence] = asserted(lake)
        for sequence, state in states.items():
            assert asserted(lake, sequence) == state, "time travel differs from what was"
        shown = quads(lake)
        lake.rebuild()
        assert quads(lake) == shown, "the ledger replayed differs from the view"
        assert lake.verify().conforms


@settings(max_examples=15, deadline=None)
@given(steps=st.permutations([(source, number) for source in SOURCES for number in range(2)]))
def test_sources_may_come_in_any_order(steps: list[tuple[str, int]]) -> None:
    """What counts is the last word of each source, not who spoke first."""
    final = {source: max(number for other, number in steps if other == source) for source in SOURCES}
    with tempfile.TemporaryDirectory() as folder, modellake.open(Path(folder), base_iri=BASE) as lake:
        for source, number in sorted(steps, key=lambda step: (step[1], steps.index(step))):
            value = Literal(f"{source} {number}")
            lake.commit(
                Description(Source(NamedNode(source), source), [Triple(SUBJECTS[0], NamedNode("urn:p"), value)])
            )
        expected = {Triple(SUBJECTS[0], NamedNode("urn:p"), Literal(f"{s} {n}")) for s, n in final.items()}
        assert asserted(lake) == expected
