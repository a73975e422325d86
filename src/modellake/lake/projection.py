"""What a view shows: records and commits as statements in graphs.

The default graph holds the state of the lake, asserted and entailed. ``{base}graph/entailed`` repeats what is
entailed, ``{base}graph/provenance`` says who said it, when and why, and what sources do not agree on.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from pyoxigraph import DefaultGraph, Literal, NamedNode, Triple

from modellake.core.iris import LakeIRIs
from modellake.core.vocab import DCAT, DCT, FOAF, LAKE, PROV, RDF, XSD
from modellake.lake.gate import sorted_sources
from modellake.lake.state import RecordState, Retraction, retraction_node, write_retractions
from modellake.ledger.commits import Commit
from modellake.rdf.canon import canonical_lines
from modellake.rdf.closure import Hierarchy
from modellake.rdf.codec import ntriples_lines
from modellake.store.engine import Graphs

DEFAULT = DefaultGraph()
# Raised when the statements change that are made here: views of earlier releases are then made again.
_FORM = "1"


@dataclass(frozen=True, slots=True)
class RecordHistory:
    """When a record began, when it last changed, and which commit each source's present content came with.

    Attributes:
        commits: sequence by source IRI.
    """

    created: str
    modified: str
    commits: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class SourceNote:
    """What is known of a source besides its IRI."""

    iri: str
    place: str
    harvester: str | None


@dataclass(frozen=True, slots=True)
class Projection:
    """Turns states and commits into what a view holds."""

    iris: LakeIRIs
    hierarchy: Hierarchy
    single_valued: frozenset[NamedNode]

    @property
    def rules(self) -> str:
        """A digest of all that decides how contents become quads: a view made by other rules shows something else."""
        told = [_FORM, self.hierarchy.digest, *sorted(map(str, self.single_valued))]
        return hashlib.sha256("\n".join(told).encode()).hexdigest()[:16]

    def record_graphs(self, state: RecordState, history: RecordHistory) -> Graphs:
        """All that a view holds about one record; nothing for an empty one."""
        if state.is_empty and not state.retractions:
            return {}
        return self._graphs(state.lines, ntriples_lines(self._record_statements(state, history)))

    def plain_record_graphs(self, home: NamedNode, content: bytes, source: NamedNode, history: RecordHistory) -> Graphs:
        """The same for a record that one source speaks of and nobody has curated, from its canonical N-Triples."""
        statements = self._document_statements(home, [source], history)
        return self._graphs(canonical_lines(content), ntriples_lines(statements))

    def record_subjects(self, state: RecordState) -> set[NamedNode]:
        """Every subject that `record_graphs` may have used for this state, in any graph."""
        claims = {claim for claim, *_ in self._claims(state)}
        retractions = {retraction_node(state.home, item.statement) for item in state.retractions}
        return state.subjects() | claims | retractions | {state.home, self.iris.record(state.home)}

    def commit_graphs(self, commit: Commit, sources: Iterable[SourceNote], records: Iterable[str]) -> Graphs:
        """A commit as a ``prov:Activity`` (https://www.w3.org/TR/prov-o/#Activity) with its sources."""
        node, agent = self.iris.commit(commit.sequence), NamedNode(commit.agent)
        statements = [
            Triple(node, RDF.type, LAKE.Commit),
            Triple(node, RDF.type, PROV.Activity),
            Triple(node, LAKE.sequence, Literal(str(commit.sequence), datatype=XSD.integer)),
            Triple(node, LAKE.commitHash, Literal(commit.hash)),
            Triple(node, LAKE.message, Literal(commit.message)),
            Triple(node, PROV.endedAtTime, Literal(commit.time, datatype=XSD.dateTime)),
            Triple(node, PROV.wasAssociatedWith, agent),
            Triple(agent, RDF.type, PROV.Agent),
            Triple(agent, FOAF.name, Literal(_agent_name(commit.agent))),
        ]
        statements += [Triple(node, PROV.generated, NamedNode(record)) for record in records]
        for source in sources:
            statements.append(Triple(node, PROV.used, NamedNode(source.iri)))
            statements += _source_statements(source)
        return {self._provenance: ntriples_lines(statements)}

    def name_graphs(self, statements: Iterable[Triple]) -> Graphs:
        """What is said of the names of a resource: it is about the lake's own words, not about the world."""
        return {self._provenance: ntriples_lines(statements)}

    def _graphs(self, asserted: list[str], provenance: list[str]) -> Graphs:
        entailed = self.hierarchy.entailed_lines(asserted)
        return {DEFAULT: asserted + entailed, self._entailed: entailed, self._provenance: provenance}

    @property
    def _entailed(self) -> NamedNode:
        return self.iris.graph("entailed")

    @property
    def _provenance(self) -> NamedNode:
        return self.iris.graph("provenance")

    def _record_statements(self, state: RecordState, history: RecordHistory) -> Iterator[Triple]:
        curated = [self.iris.curated] if state.additions or state.retractions else []
        yield from self._document_statements(state.home, [*state.said, *curated], history)
        for claim, statement, source in self._claims(state):
            yield from _claim_statements(claim, statement, source)
            if source.value in history.commits:
                yield Triple(claim, PROV.wasGeneratedBy, self.iris.commit(history.commits[source.value]))
        yield from _retraction_statements(state.home, state.retractions)

    def _document_statements(
        self, home: NamedNode, sources: Iterable[NamedNode], history: RecordHistory
    ) -> Iterator[Triple]:
        """The record as a document: about what, since when, from where."""
        record = self.iris.record(home)
        yield Triple(record, RDF.type, LAKE.MetadataRecord)
        yield Triple(record, RDF.type, DCAT.CatalogRecord)
        yield Triple(record, FOAF.primaryTopic, home)
        yield Triple(record, DCT.created, Literal(history.created, datatype=XSD.dateTime))
        yield Triple(record, DCT.modified, Literal(history.modified, datatype=XSD.dateTime))
        for sequence in sorted(set(history.commits.values())):
            yield Triple(record, PROV.wasGeneratedBy, self.iris.commit(sequence))
        for source in sources:
            yield Triple(record, DCT.source, source)

    def _claims(self, state: RecordState) -> Iterator[tuple[NamedNode, Triple, NamedNode]]:
        """One claim per value and source for each single-valued property on which sources disagree."""
        if len(state.said) + bool(state.additions) < 2:
            return
        record = self.iris.record(state.home).value
        said = {(item.subject, item.predicate) for item in state.statements if item.predicate in self.single_valued}
        for subject, predicate in sorted(said, key=str):
            by_source = state.values_by_source(subject, predicate)  # type: ignore[arg-type]
            if len(set().union(*by_source.values())) < 2:
                continue
            for source, values in sorted_sources(by_source):
                name = source or self.iris.curated
                for value in values:
                    digest = hashlib.sha256(f"{value} {name}".encode()).hexdigest()[:32]
                    yield NamedNode(f"{record}#claim-{digest}"), value, name


def _claim_statements(claim: NamedNode, statement: Triple, source: NamedNode) -> Iterator[Triple]:
    yield Triple(claim, RDF.type, LAKE.Claim)
    yield Triple(claim, RDF.subject, statement.subject)
    yield Triple(claim, RDF.predicate, statement.predicate)
    yield Triple(claim, RDF.object, statement.object)
    yield Triple(claim, LAKE.assertedBy, source)


def _retraction_statements(home: NamedNode, retractions: Sequence[Retraction]) -> Iterable[Triple]:
    return write_retractions(home, retractions)


def _source_statements(source: SourceNote) -> list[Triple]:
    node = NamedNode(source.iri)
    statements = [
        Triple(node, RDF.type, LAKE.Source),
        Triple(node, DCT.title, Literal(source.place)),
    ]
    if source.harvester:
        statements.append(Triple(node, LAKE.harvester, Literal(source.harvester)))
    return statements


def _agent_name(iri: str) -> str:
    return unquote(iri.rstrip("/").rpartition("/")[2]) or iri
