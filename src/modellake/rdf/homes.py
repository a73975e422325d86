"""Splitting by home: every statement goes to the record of its subject, blank nodes get names.

A blank node follows its only referrer and is called ``{home}#_{hash}``, the hash being that of what the node
says, directly and through further blank nodes. So equal nodes from two sources coincide, different ones do
not, and a node keeps its name when a sibling is edited. The hash is made bottom-up, once per node, hence in
linear time for every acyclic input.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import BlankNode, NamedNode, Triple

from modellake.core.errors import ParseError
from modellake.core.iris import home_of
from modellake.core.terms import Term, subject_iri
from modellake.rdf.canon import normal_value

_HASH_LENGTH = 32


@dataclass(frozen=True, slots=True)
class HomeSplit:
    """Statements by home, and the name that every blank node got."""

    by_home: Mapping[NamedNode, frozenset[Triple]]
    names: Mapping[BlankNode, NamedNode]


@dataclass(frozen=True, slots=True)
class _BlankNodes:
    """What blank nodes say and who refers to them."""

    outgoing: Mapping[BlankNode, Sequence[Triple]]
    referrers: Mapping[BlankNode, Sequence[Triple]]

    @property
    def nodes(self) -> set[BlankNode]:
        return set(self.outgoing) | set(self.referrers)


def split_by_home(statements: Iterable[Triple]) -> HomeSplit:
    """Split statements by the home of their subjects and name the blank nodes.

    Raises:
        ParseError: a blank node is in a cycle (``blank-node.cycle``), is shared by two homes
            (``blank-node.shared``) or has no referrer (``blank-node.root``).
    """
    listed = list(statements)
    blanks = _blank_nodes(listed)
    names = _names(blanks) if blanks.nodes else {}
    by_home: dict[NamedNode, set[Triple]] = defaultdict(set)
    homes: dict[Term, NamedNode] = {}
    for statement in listed:
        subject = statement.subject
        named = renamed(statement, names) if names else statement
        if subject not in homes:
            homes[subject] = home_of(subject_iri(named))
        by_home[homes[subject]].add(named)
    return HomeSplit({home: frozenset(group) for home, group in by_home.items()}, names)


def renamed(statement: Triple, names: Mapping[BlankNode, NamedNode]) -> Triple:
    """The statement with its blank nodes named."""
    subject, value = statement.subject, statement.object
    if not isinstance(subject, BlankNode) and not isinstance(value, BlankNode):
        return statement
    return Triple(
        names.get(subject, subject) if isinstance(subject, BlankNode) else subject,
        statement.predicate,
        names.get(value, value) if isinstance(value, BlankNode) else value,
    )


def _blank_nodes(statements: Iterable[Triple]) -> _BlankNodes:
    outgoing: dict[BlankNode, list[Triple]] = defaultdict(list)
    referrers: dict[BlankNode, list[Triple]] = defaultdict(list)
    for statement in statements:
        if isinstance(statement.subject, BlankNode):
            outgoing[statement.subject].append(statement)
        if isinstance(statement.object, BlankNode):
            referrers[statement.object].append(statement)
    return _BlankNodes(outgoing, referrers)


def _names(blanks: _BlankNodes) -> dict[BlankNode, NamedNode]:
    leaves_first = _ordered(blanks)
    hashes: dict[BlankNode, str] = {}
    for node in leaves_first:
        hashes[node] = _closure_hash(blanks.outgoing.get(node, ()), hashes)
    homes: dict[BlankNode, NamedNode] = {}
    for node in reversed(leaves_first):
        homes[node] = _home(node, blanks, homes)
    return {node: NamedNode(f"{homes[node].value}#_{hashes[node]}") for node in leaves_first}


def _ordered(blanks: _BlankNodes) -> list[BlankNode]:
    """Blank nodes, each after all that it refers to (an iterative depth-first walk)."""
    done: dict[BlankNode, bool] = {}
    ordered: list[BlankNode] = []
    for root in sorted(blanks.nodes, key=lambda node: node.value):
        waiting = [root]
        while waiting:
            node = waiting[-1]
            if node in done:
                waiting.pop()
                if not done[node]:
                    done[node] = True
                    ordered.append(node)
                continue
            done[node] = False
            for below in _targets(node, blanks):
                if done.get(below) is False:
                    raise _cycle(below, blanks)
                if below not in done:
                    waiting.append(below)
    return ordered


def _targets(node: BlankNode, blanks: _BlankNodes) -> list[BlankNode]:
    return [item.object for item in blanks.outgoing.get(node, ()) if isinstance(item.object, BlankNode)]


def _closure_hash(outgoing: Sequence[Triple], hashes: Mapping[BlankNode, str]) -> str:
    lines = sorted(f"{item.predicate} {_hash_form(item.object, hashes)}" for item in outgoing)
    return hashlib.sha256("\n".join(dict.fromkeys(lines)).encode()).hexdigest()[:_HASH_LENGTH]


def _hash_form(value: Term, hashes: Mapping[BlankNode, str]) -> str:
    return f"_:{hashes[value]}" if isinstance(value, BlankNode) else str(normal_value(value))


def _home(node: BlankNode, blanks: _BlankNodes, homes: Mapping[BlankNode, NamedNode]) -> NamedNode:
    found = {_home_of_referrer(item, homes) for item in blanks.referrers.get(node, ())}
    if len(found) == 1:
        return found.pop()
    if not found:
        raise ParseError(
            f"Nothing refers to {_described(node, blanks)}, so it has no record to live in",
            code="blank-node.root",
            remedy="Give the thing an IRI (an @id in JSON-LD), or refer to it from one that has.",
        )
    raise ParseError(
        f"{_described(node, blanks)} is shared by {len(found)} resources: " + ", ".join(sorted(map(str, found))),
        code="blank-node.shared",
        remedy="Give the thing an IRI, or write it once in each of them.",
    )


def _home_of_referrer(statement: Triple, homes: Mapping[BlankNode, NamedNode]) -> NamedNode:
    subject = statement.subject
    return homes[subject] if isinstance(subject, BlankNode) else home_of(subject_iri(statement))


def _cycle(node: BlankNode, blanks: _BlankNodes) -> ParseError:
    return ParseError(
        f"{_described(node, blanks)} refers to itself through other blank nodes",
        code="blank-node.cycle",
        remedy="Give one of the things in the cycle an IRI.",
    )


def _described(node: BlankNode, blanks: _BlankNodes) -> str:
    """A blank node as a person can recognise it: its label means nothing to anyone."""
    said = sorted(blanks.outgoing.get(node, ()), key=str)[:3]
    inside = " ; ".join(f"{item.predicate} {_short(item.object)}" for item in said)
    return f"The blank node [ {inside} ]" if inside else "An empty blank node []"


def _short(value: object) -> str:
    text = "[…]" if isinstance(value, BlankNode) else str(value)
    return text if len(text) <= 80 else text[:77] + "…"
