"""The names of a lake at one moment: which IRI stands for which resource, and what people decided about that.

It is read from the ledger and holds as much as there are merged names and decisions: nothing in most lakes.
"""

from __future__ import annotations

import re
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from pyoxigraph import Literal, NamedNode, Triple

from modellake.core.iris import LakeIRIs
from modellake.core.vocab import DCAT, FOAF, LAKE, RDF
from modellake.lake.identity.decisions import Decision, read_decisions, write_decisions
from modellake.ledger.identifier_index import IdentityEntry
from modellake.ledger.ledger import Ledger
from modellake.rdf.canon import parse_ntriples

if TYPE_CHECKING:
    from modellake.lake.identity.clusters import Pair

_IRI = re.compile(rb"<([^>#]*)")
# The names of a lake after a commit; those after the last one, if None.
NamesAt = Callable[[int | None], "MergedNames"]


@dataclass(slots=True)
class MergedNames:
    """What the ledger says of identity up to one commit.

    Attributes:
        iris: how the lake names things.
        spaces: whose decisions count; None for all.
        sequence: the commit up to which this holds.
        canonical: the IRI under which a resource is described that is merged into another, by its own IRI.
        aliases: the other names of a resource, by the IRI under which it is described.
        evidence: why a resource was merged, by its IRI.
        decisions: what people decided, by pair.
    """

    iris: LakeIRIs
    spaces: frozenset[str] | None = None
    sequence: int = 0
    canonical: dict[str, str] = field(default_factory=dict)
    aliases: dict[str, set[str]] = field(default_factory=dict)
    evidence: dict[str, tuple[str, ...]] = field(default_factory=dict)
    decisions: dict[Pair, Decision] = field(default_factory=dict)
    _decided: dict[str, set[Pair]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.canonical or self.decisions)

    def advance(self, ledger: Ledger, until: int) -> None:
        """Take in what the ledger says up to a commit."""
        if until > self.sequence:
            for entry in ledger.identifiers.decided(self.sequence, until):
                self._take(entry)
            self.sequence = until

    def copy(self) -> MergedNames:
        """The same, which stays as it is when this one advances."""
        aliases = {iri: set(names) for iri, names in self.aliases.items()}
        decided = {iri: set(pairs) for iri, pairs in self._decided.items()}
        return replace(
            self,
            canonical=dict(self.canonical),
            aliases=aliases,
            evidence=dict(self.evidence),
            decisions=dict(self.decisions),
            _decided=decided,
        )

    def home(self, iri: str) -> str:
        """The IRI under which a resource is described, given any of its names without fragment."""
        return self.canonical.get(iri, iri)

    def members(self, iri: str) -> list[str]:
        """All names of a resource, given any of them, the one under which it is described first."""
        home = self.home(iri)
        return [home, *sorted(self.aliases.get(home, ()))]

    def records(self, iri: str) -> list[str]:
        """The records about a resource by all of its names, given any of them."""
        return [self.iris.record(NamedNode(name)).value for name in self.members(iri)]

    def node(self, node: NamedNode) -> NamedNode:
        """A resource, or a part of one, by the name under which it is described."""
        if not self.canonical:
            return node
        head, mark, fragment = node.value.partition("#")
        home = self.canonical.get(head)
        return NamedNode(f"{home}{mark}{fragment}") if home else node

    def statement(self, statement: Triple) -> Triple:
        """A statement about resources by the names under which they are described."""
        subject, value = statement.subject, statement.object
        new_subject = self.node(subject) if isinstance(subject, NamedNode) else subject
        new_value = self.node(value) if isinstance(value, NamedNode) else value
        if new_subject is subject and new_value is value:
            return statement
        return Triple(new_subject, statement.predicate, new_value)

    def parameter(self, value: Any) -> Any:
        """The parameter of a query: a resource by the name under which it is described, other values as they are."""
        if isinstance(value, NamedNode):
            return self.node(value)
        if isinstance(value, str) and value.partition("#")[0] in self.canonical:
            return self.node(NamedNode(value))
        return [self.parameter(item) for item in value] if isinstance(value, list | tuple) else value

    def decided_about(self, iri: str) -> list[Decision]:
        """What people decided about the resource of this very name."""
        return [self.decisions[pair] for pair in sorted(self._decided.get(iri, ()))]

    def kept_at(self, iri: str) -> list[Decision]:
        """The decisions that the record of this very name keeps: those of which it is the first."""
        return [decision for decision in self.decided_about(iri) if decision.pair[0] == iri]

    def statements(self, home: str) -> Iterator[Triple]:
        """What a view says about the names of a resource, given the one under which it is described."""
        document = self.iris.record(NamedNode(home))
        for alias in self.members(home)[1:]:
            record = self.iris.record(NamedNode(alias))
            yield from merged_statements(alias, home, self.evidence.get(alias, ()))
            yield from _document_statements(record, document, home)
        yield from write_decisions(decision for name in self.members(home) for decision in self.kept_at(name))

    def mentions(self, content: bytes) -> bool:
        """Whether a content (N-Triples) names a resource that is described under another name."""
        return bool(self.canonical) and any(iri.decode() in self.canonical for iri in _IRI.findall(content))

    def merge(self, iri: str, home: str, evidence: tuple[str, ...] = ()) -> None:
        """Let a resource be described under another name."""
        self.forget(iri)
        self.canonical[iri] = home
        self.aliases.setdefault(home, set()).add(iri)
        self.evidence[iri] = evidence

    def forget(self, iri: str) -> None:
        """Let a resource be described by itself."""
        before = self.canonical.pop(iri, None)
        if before is not None:
            self.aliases[before].discard(iri)
            if not self.aliases[before]:
                del self.aliases[before]
        self.evidence.pop(iri, None)

    def _take(self, entry: IdentityEntry) -> None:
        # A rebase says everything again; what was said under another base IRI is withdrawn with it.
        if not entry.record.startswith(f"{self.iris.base}record/"):
            return
        if self.spaces is not None and entry.space not in self.spaces:
            return
        iri = self.iris.topic(NamedNode(entry.record)).value
        statements = parse_ntriples(entry.content) if entry.content else []
        if entry.source == self.iris.curated.value:
            self._take_decisions(iri, read_decisions(statements))
        else:
            self._take_merge(iri, statements)

    def _take_decisions(self, iri: str, decisions: Iterable[Decision]) -> None:
        # The record of the first of a pair holds all decisions about it.
        for pair in [pair for pair in self._decided.get(iri, ()) if pair[0] == iri]:
            del self.decisions[pair]
            for name in pair:
                self._decided[name].discard(pair)
        for decision in decisions:
            self.decisions[decision.pair] = decision
            for name in decision.pair:
                self._decided.setdefault(name, set()).add(decision.pair)

    def _take_merge(self, iri: str, statements: Iterable[Triple]) -> None:
        self.forget(iri)
        found: defaultdict[NamedNode, list[str]] = defaultdict(list)
        for item in statements:
            if isinstance(item.object, NamedNode | Literal):
                found[item.predicate].append(item.object.value)
        if found[LAKE.mergedInto]:
            self.merge(iri, found[LAKE.mergedInto][0], tuple(sorted(found[LAKE.identityEvidence])))


def _document_statements(record: NamedNode, document: NamedNode, home: str) -> Iterator[Triple]:
    yield Triple(record, RDF.type, LAKE.MetadataRecord)
    yield Triple(record, RDF.type, DCAT.CatalogRecord)
    yield Triple(record, FOAF.primaryTopic, NamedNode(home))
    yield Triple(record, LAKE.mergedInto, document)


def merged_statements(alias: str, home: str, evidence: Iterable[str]) -> Iterator[Triple]:
    """That a resource is described under another name, and why."""
    yield Triple(NamedNode(alias), LAKE.mergedInto, NamedNode(home))
    for text in evidence:
        yield Triple(NamedNode(alias), LAKE.identityEvidence, Literal(text))


class NamesOfLedger:
    """The names of a lake at any moment; those of now are kept.

    Args:
        ledger: the truth.
        iris: how the lake names things.
    """

    def __init__(self, ledger: Ledger, iris: LakeIRIs) -> None:
        self._ledger = ledger
        self._iris = iris
        self._now = MergedNames(iris)
        self._moving = threading.Lock()

    def at(self, sequence: int | None = None) -> MergedNames:
        """The names after a commit; those after the last one, if None."""
        if sequence is not None:
            names = MergedNames(LakeIRIs(self._ledger.bases.at(sequence)))
            names.advance(self._ledger, sequence)
            return names
        with self._moving:
            self._now.advance(self._ledger, self._ledger.head().sequence)
        return self._now
