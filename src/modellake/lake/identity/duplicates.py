"""Duplicates: pairs that may be one resource, for people to decide about.

Pairs are found where something equal brings them together (an identifier, a version, a spelling, a size), never by
comparing all with all, so that the work grows with the lake and not with its square.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from typing import Any

from pyoxigraph import Literal, NamedNode

from modellake.core.prefixes import compact
from modellake.core.vocab import DCT, LAKE
from modellake.lake.identity.clusters import Pair, pair_of
from modellake.lake.identity.evidence import line_of, space_of
from modellake.lake.identity.names import MergedNames
from modellake.lake.identity.weights import is_checksum
from modellake.ledger.ledger import Ledger

# Answers a named query with its solutions, as they come.
Ask = Callable[..., Any]
# How sure each kind of evidence makes that two are one; several together make surer.
SURE = {"identifier": 0.9, "content": 0.85, "version": 0.7, "name": 0.5, "spelling": 0.4, "size": 0.6}
_AGREES, _DIFFERS = 0.2, 0.35
# Values of which two different ones tell that two resources are two.
_TELLING_APART = frozenset([LAKE.parameterCount.value, LAKE.architecture.value])
_SHORTEST_NAME = 3
# Of many that have one thing in common, so many are paired with the first.
_PAIRED = 20
_SCANNED = 2_000_000
# Candidates for each pair that is shown.
_CONSIDERED = 4


@dataclass(frozen=True, slots=True, order=True)
class Evidence:
    """One thing that speaks for two resources being one.

    Attributes:
        kind: a key of `SURE`.
        text: what it is, for people.
    """

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Two resources that may be one.

    Attributes:
        one, other: the IRIs under which they are described.
        score: how sure it is, from 0 to 1.
        evidence: what speaks for it.
        against: what speaks against it.
    """

    one: NamedNode
    other: NamedNode
    score: float
    evidence: tuple[str, ...]
    against: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The pair as JSON-ready values."""
        return {
            "one": self.one.value,
            "other": self.other.value,
            "score": self.score,
            "evidence": list(self.evidence),
            "against": list(self.against),
        }


def find_duplicates(ledger: Ledger, names: MergedNames, ask: Ask, limit: int) -> list[Duplicate]:
    """The pairs that are most surely one and about which nobody has decided, at most ``limit``.

    Args:
        names: of the lake now, as far as whoever asks may know them.
        ask: answers a named query.
    """
    found: defaultdict[Pair, set[Evidence]] = defaultdict(set)
    for pair, evidence in _all_evidence(ledger, names, ask):
        if not _is_settled(pair, names):
            found[pair].add(evidence)
    likely = heapq.nsmallest(limit * _CONSIDERED, found.items(), key=lambda item: (-_sureness(item[1]), item[0]))
    facts = _facts(ask, {iri for pair, _ in likely for iri in pair})
    weighed = (_weighed(pair, evidence, facts) for pair, evidence in likely)
    ranked = sorted(filter(None, weighed), key=lambda item: (-item.score, item.one.value, item.other.value))
    return ranked[:limit]


def _all_evidence(ledger: Ledger, names: MergedNames, ask: Ask) -> Iterator[tuple[Pair, Evidence]]:
    yield from _by_identifier(ledger, names)
    yield from _by_version(names)
    yield from _by_name(ask, names)
    yield from _by_size(ask)


def _by_identifier(ledger: Ledger, names: MergedNames) -> Iterator[tuple[Pair, Evidence]]:
    """Resources that bear one identifier and were not merged, since they bear different ones besides."""
    shared = iter(ledger.identifiers.shared())
    while keys := list(dict.fromkeys(islice(shared, 500))):
        holders = ledger.identifiers.holders(keys)
        borne = ledger.identifiers.of_records({record for records in holders.values() for record in records})
        for key in keys:
            kinds: defaultdict[str, set[str]] = defaultdict(set)
            for record in holders.get(key, ()):
                iri = names.home(names.iris.topic(NamedNode(record)).value)
                for item in borne.get(record, ()):
                    if item.key == key:
                        kinds[item.kind].add(iri)
            evidence = Evidence("content" if is_checksum(key) else "identifier", f"equal {key}")
            for kind, group in kinds.items():
                if names.spaces is not None and space_of(kind) not in names.spaces:
                    continue
                yield from ((pair, evidence) for pair in _paired(group) if not _of_one_line(pair))


def _by_version(names: MergedNames) -> Iterator[tuple[Pair, Evidence]]:
    """Lines of which a version was found to be the same: one line under two names, or a copy."""
    for version in names.aliases:
        lines = {names.home(line_of(name)) for name in names.members(version) if line_of(name)}
        if len(lines) > 1:
            yield from ((pair, Evidence("version", f"both have the version <{version}>")) for pair in _paired(lines))


def _by_name(ask: Ask, names: MergedNames) -> Iterator[tuple[Pair, Evidence]]:
    """Lines of one name where at most one says of whom it is, or both say the same."""
    rows = islice(ask("line-names"), _SCANNED)
    for (_, name), group in groupby(rows, key=lambda row: (_value(row[0]), _value(row[1]))):
        if len(name) >= _SHORTEST_NAME:
            iris = sorted({_value(row[2]) for row in group})
            for pair in _same_owner(iris, names.iris.base):
                exact = _last(pair[0]) == _last(pair[1])
                text = f"both are called {_last(pair[0])}" if exact else f"{_last(pair[0])} and {_last(pair[1])}"
                yield pair, Evidence("name" if exact else "spelling", text)


def _by_size(ask: Ask) -> Iterator[tuple[Pair, Evidence]]:
    """Versions of one title with a file of one size, where no checksum tells more."""
    rows = islice(ask("version-sizes"), _SCANNED)
    for (_, title, size), group in groupby(rows, key=lambda row: tuple(map(_value, row))[:3]):
        listed = list(group)
        unchecked = {_value(row[3]) for row in listed if _value(row[4]) == "false"}
        for pair in _paired({_value(row[3]) for row in listed}):
            if unchecked.intersection(pair) and not _of_one_line(pair):
                yield pair, Evidence("size", f"both are titled {title} and have a file of {size} bytes")


def _paired(iris: Iterable[str]) -> Iterator[Pair]:
    first, *others = sorted(iris)
    return (pair_of(first, other) for other in others[:_PAIRED])


def _same_owner(iris: Sequence[str], base: str) -> Iterator[Pair]:
    owners: defaultdict[str, list[str]] = defaultdict(list)
    for iri in iris:
        owners[_spelled(_owner(iri, base))].append(iri)
    nameless = owners.pop("", [])
    for group in owners.values():
        yield from _paired(group)
        yield from _paired([group[0], *nameless[:1]])
    if len(nameless) > 1:
        yield from _paired(nameless)


def _owner(iri: str, base: str) -> str:
    """Of whom a line is, as far as its IRI tells: what stands between its kind and its name."""
    path = iri.removeprefix(base)
    return "/".join(path.split("/")[1:-1]) if path != iri else path.rpartition("/")[0]


def _last(iri: str) -> str:
    return iri.rstrip("/").rpartition("/")[2]


def _spelled(name: str) -> str:
    return name.lower().translate(str.maketrans("", "", "-_."))


def _of_one_line(pair: Pair) -> bool:
    """Versions of one line under two labels are two by what they say."""
    return bool(line_of(pair[0])) and line_of(pair[0]) == line_of(pair[1])


def _is_settled(pair: Pair, names: MergedNames) -> bool:
    one, other = pair
    if names.home(one) == names.home(other):
        return True
    others = set(names.members(other))
    return any(others.intersection(item.pair) for name in names.members(one) for item in names.decided_about(name))


def _facts(ask: Ask, iris: set[str]) -> Mapping[str, Mapping[str, set[str]]]:
    found: defaultdict[str, defaultdict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    if iris:
        for resource, name, value in ask("identity-facts", resource=[NamedNode(iri) for iri in sorted(iris)]):
            found[_value(resource)][_value(name)].add(_value(value))
    return found


def _weighed(pair: Pair, evidence: set[Evidence], facts: Mapping[str, Mapping[str, set[str]]]) -> Duplicate | None:
    """The pair with all that speaks for and against it; None where too much speaks against it."""
    # What is said of a version in common is said of both lines.
    common = any(item.kind == "version" for item in evidence)
    one, other = ({} if common else facts.get(iri, {}) for iri in pair)
    shared = [name for name in sorted(one.keys() & other.keys()) if name != DCT.title.value or _titled(evidence)]
    agreeing = [name for name in shared if one[name] & other[name]]
    differing = [name for name in shared if not one[name] & other[name]]
    weak = all(item.kind in ("name", "spelling", "size") for item in evidence)
    if weak and _TELLING_APART.intersection(differing):
        return None
    doubt = 1 - _sureness(evidence)
    score = (1 - doubt * (1 - _AGREES) ** len(agreeing)) * (1 - _DIFFERS) ** len(differing)
    said = [item.text for item in sorted(evidence)] + [f"equal {compact(name)}" for name in agreeing]
    against = tuple(f"different {compact(name)}" for name in differing)
    return Duplicate(NamedNode(pair[0]), NamedNode(pair[1]), round(score, 2), tuple(said), against)


def _titled(evidence: Iterable[Evidence]) -> bool:
    """A title that is the name says nothing more than the name."""
    return all(item.kind not in ("name", "spelling", "size") for item in evidence)


def _sureness(evidence: Iterable[Evidence]) -> float:
    doubt = 1.0
    for kind in {item.kind for item in evidence}:
        doubt *= 1 - SURE[kind]
    return 1 - doubt


def _value(term: object) -> str:
    return term.value if isinstance(term, NamedNode | Literal) else ""
