"""Clusters: which resources are one, given their identifiers and what people decided.

The answer depends on what is given alone, not on the order in which it came, and errs on the side of keeping apart:
what two readings of the evidence would merge differently is merged in neither way and left to people.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import TypeVar
from urllib.parse import urlsplit

from modellake.lake.identity.evidence import line_of
from modellake.lake.identity.weights import is_checksum
from modellake.ledger.commits import Identifier

Pair = tuple[str, str]
Group = frozenset[str]
Item = TypeVar("Item", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What is known about some resources.

    Attributes:
        identifiers: of each resource, by IRI.
        accepted: pairs that people call one.
        rejected: pairs that people keep apart.
        preferred: resources whose IRIs people want to keep.
        base: of the lake: names below it are of one scheme.
    """

    identifiers: Mapping[str, frozenset[Identifier]]
    accepted: frozenset[Pair] = frozenset()
    rejected: frozenset[Pair] = frozenset()
    preferred: frozenset[str] = frozenset()
    base: str = ""

    def is_own(self, iri: str) -> bool:
        """True for a resource that is called by its content and by nothing else."""
        return any(item.own for item in self.identifiers.get(iri, ()))

    def holders(self) -> dict[tuple[str, str], list[str]]:
        """Who bears each identifier, by key and kind."""
        found: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        for iri in sorted(self.identifiers):
            for item in self.identifiers[iri]:
                found[item.key, item.kind].append(iri)
        return found

    def schemes(self, group: Iterable[str]) -> set[str]:
        """Who gave out the names of these resources, those apart that are called by their content."""
        return {self._scheme(iri) for iri in group if not self.is_own(iri)}

    def _scheme(self, iri: str) -> str:
        parts = urlsplit(iri)
        return "lake" if iri.startswith(self.base) else parts.netloc or parts.scheme


def pair_of(one: str, other: str) -> Pair:
    """A pair, whichever is named first."""
    return (one, other) if one <= other else (other, one)


def merges(known: Knowledge) -> dict[str, str]:
    """The IRI under which each resource is described that is one with others; the others are left out."""
    found: dict[str, str] = {}
    for group in settled(known):
        name = canonical(known, group)
        found.update((iri, name) for iri in group if iri != name)
    return found


def settled(known: Knowledge) -> list[Group]:
    """Groups of resources that are one, each with more than one member."""
    named = _resolved(known, _named_edges(known), known.accepted)
    return [group for group in _by_content(known, named) if len(group) > 1]


def canonical(known: Knowledge, group: Collection[str]) -> str:
    """The IRI that is kept: the one people prefer, else a given one before a checksum, else the first."""
    return min(group, key=lambda iri: (iri not in known.preferred, known.is_own(iri), iri))


def _named_edges(known: Knowledge) -> set[Pair]:
    return {edge for (key, _), group in known.holders().items() if not is_checksum(key) for edge in _chain(group)}


def _resolved(known: Knowledge, edges: Collection[Pair], accepted: Collection[Pair]) -> list[Group]:
    """The groups that edges make; one in which two must be kept apart falls back to what people accepted."""
    groups: list[Group] = []
    for group in _components(known.identifiers.keys() | _ends(accepted), [*edges, *accepted]):
        contested = len(group) > 1 and _has_conflict(known, group)
        groups += _components(group, [edge for edge in accepted if edge[0] in group]) if contested else [group]
    return groups


def _by_content(known: Knowledge, named: Sequence[Group]) -> list[Group]:
    """Join the groups whose weights or data are equal."""
    of = {iri: group for group in named for iri in group}
    edges: list[tuple[Group, Group]] = []
    nameless: list[tuple[Group, Group]] = []
    for (key, _), holders in known.holders().items():
        if len(holders) > 1 and is_checksum(key):
            groups = sorted({of[iri] for iri in holders}, key=min)
            own = [group for group in groups if not known.schemes(group)]
            nameless += _chain(own)
            edges += _chain(own) if _is_ambiguous(known, groups) else _chain(groups)
    return [group for parts in _components(named, edges) for group in _united(known, parts, nameless)]


def _united(known: Knowledge, parts: frozenset[Group], nameless: Sequence[tuple[Group, Group]]) -> Iterator[Group]:
    """The parts as one group, or what is left of that where two of them must be kept apart."""
    whole = frozenset[str]().union(*parts)
    if len(whole) == 1 or (not _is_ambiguous(known, parts) and not _has_conflict(known, whole)):
        yield whole
        return
    for rest in _components(parts, [edge for edge in nameless if edge[0] in parts]):
        joined = frozenset[str]().union(*rest)
        yield from rest if _has_conflict(known, joined) else [joined]


def _is_ambiguous(known: Knowledge, groups: Iterable[Group]) -> bool:
    """True when two of the groups have names of one scheme, which therefore are of two things."""
    seen: set[str] = set()
    for schemes in map(known.schemes, groups):
        if schemes & seen:
            return True
        seen |= schemes
    return False


def _has_conflict(known: Knowledge, group: Group) -> bool:
    """True when people keep two members apart, or when two are versions of one line by their own names."""
    if any(one in group and other in group for one, other in known.rejected):
        return True
    lines: defaultdict[str, list[str]] = defaultdict(list)
    for iri in group:
        if line_of(iri) and not known.is_own(iri):
            lines[line_of(iri)].append(iri)
    return any(
        pair_of(one, other) not in known.accepted
        for members in lines.values()
        for one, other in combinations(sorted(members), 2)
    )


def _ends(edges: Iterable[Pair]) -> set[str]:
    return {iri for edge in edges for iri in edge}


def _chain(items: Sequence[Item]) -> list[tuple[Item, Item]]:
    return list(pairwise(items))


def _components(items: Iterable[Item], edges: Iterable[tuple[Item, Item]]) -> list[frozenset[Item]]:
    """What edges connect, each item once."""
    parent = {item: item for item in items}

    def root(item: Item) -> Item:
        while parent[item] != item:
            parent[item] = parent[parent[item]]
            item = parent[item]
        return item

    for one, other in edges:
        if one in parent and other in parent:
            parent[root(one)] = root(other)
    groups: defaultdict[Item, set[Item]] = defaultdict(set)
    for item in parent:
        groups[root(item)].add(item)
    return [frozenset(group) for group in groups.values()]
