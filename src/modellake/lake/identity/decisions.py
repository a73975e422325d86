"""Decisions of people about identity: that two resources are one, or that they are not."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Triple

from modellake.core.vocab import LAKE, PROV, RDF, XSD

if TYPE_CHECKING:
    from modellake.lake.identity.clusters import Pair


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody decided about two resources; the last decision about a pair holds.

    Attributes:
        pair: their IRIs, in order.
        same: whether they are one.
        preferred: whose IRI is kept, if that was said.
        agent: the IRI of who decided.
        reason: why, for people.
        time: ISO 8601, UTC.
        evidence: what spoke for it then.
    """

    pair: Pair
    same: bool
    agent: str
    reason: str
    time: str
    preferred: str | None = None
    evidence: tuple[str, ...] = ()


def write_decisions(decisions: Iterable[Decision]) -> frozenset[Triple]:
    """Decisions as RDF, the form in which the ledger keeps them and a view shows them."""
    return frozenset(part for decision in decisions for part in _statements(decision))


def read_decisions(statements: Iterable[Triple]) -> tuple[Decision, ...]:
    """The inverse of `write_decisions`, in a stable order."""
    nodes: defaultdict[str, defaultdict[NamedNode, list[str]]] = defaultdict(lambda: defaultdict(list))
    for item in statements:
        if isinstance(item.subject, NamedNode) and isinstance(item.object, NamedNode | Literal):
            nodes[item.subject.value][item.predicate].append(item.object.value)
    decided = (values for _, values in sorted(nodes.items()) if LAKE.comparesResource in values)
    return tuple(_read(values) for values in decided)


def _statements(decision: Decision) -> Iterator[Triple]:
    digest = hashlib.sha256(" ".join(decision.pair).encode()).hexdigest()[:32]
    node = NamedNode(f"{decision.pair[0]}#_identity-{digest}")
    yield Triple(node, RDF.type, LAKE.Identification if decision.same else LAKE.Distinction)
    yield Triple(node, RDF.type, LAKE.IdentityDecision)
    for iri in decision.pair:
        yield Triple(node, LAKE.comparesResource, NamedNode(iri))
    if decision.preferred:
        yield Triple(node, LAKE.prefersResource, NamedNode(decision.preferred))
    yield Triple(node, PROV.wasAttributedTo, NamedNode(decision.agent))
    yield Triple(node, LAKE.reason, Literal(decision.reason))
    yield Triple(node, PROV.generatedAtTime, Literal(decision.time, datatype=XSD.dateTime))
    for text in decision.evidence:
        yield Triple(node, LAKE.identityEvidence, Literal(text))


def _read(values: Mapping[NamedNode, list[str]]) -> Decision:
    one, other = sorted(values[LAKE.comparesResource])
    (agent,), (reason,), (time,) = values[PROV.wasAttributedTo], values[LAKE.reason], values[PROV.generatedAtTime]
    preferred = values.get(LAKE.prefersResource)
    return Decision(
        (one, other),
        LAKE.Identification.value in values[RDF.type],
        agent,
        reason,
        time,
        preferred[0] if preferred else None,
        tuple(sorted(values.get(LAKE.identityEvidence, ()))),
    )
