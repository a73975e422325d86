"""Merging: the state of a resource that several records are about.

Contents stay as their sources said them. Names are put in the place of other names only where a state is made, so a
merge can be taken back and costs nothing where there is none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from pyoxigraph import NamedNode, Triple

from modellake.core.iris import LakeIRIs
from modellake.lake.identity.names import MergedNames
from modellake.lake.state import RecordState, Retraction, record_state
from modellake.ledger.ledger import Ledger
from modellake.ledger.records import RecordContent
from modellake.rdf.canon import normal_statement


@dataclass(frozen=True, slots=True)
class Group:
    """What the ledger holds about one resource, under all its names.

    Attributes:
        home: the IRI under which the resource is described.
        contents: by record, the one about ``home`` first.
    """

    home: NamedNode
    contents: Mapping[str, list[RecordContent]]

    @property
    def all_contents(self) -> list[RecordContent]:
        """The contents of all records."""
        return [content for contents in self.contents.values() for content in contents]


def read_groups(
    ledger: Ledger, names: MergedNames, homes: Iterable[str], at: int | None, spaces: frozenset[str] | None = None
) -> dict[str, Group]:
    """What the ledger holds about resources, given any of their names, by the IRI under which each is described."""
    iris = names.iris
    if not names.canonical:
        # Every record is a group of its own.
        alone = {iris.record(NamedNode(home)).value: home for home in homes}
        found = ledger.contents_many(alone, at=at)
        return {
            alone[record]: Group(NamedNode(alone[record]), {record: _readable(held, spaces)}) for record, held in found
        }
    wanted = {home: names.members(home) for home in dict.fromkeys(map(names.home, homes))}
    records = {name: iris.record(NamedNode(name)).value for members in wanted.values() for name in members}
    held = dict(ledger.contents_many(records.values(), at=at))
    return {
        home: Group(NamedNode(home), {records[name]: _readable(held[records[name]], spaces) for name in members})
        for home, members in wanted.items()
    }


def group_state(group: Group, names: MergedNames, iris: LakeIRIs) -> RecordState:
    """The state of a resource, with other resources by the names under which they are described."""
    states = [record_state(iris.topic(NamedNode(record)), held, iris) for record, held in group.contents.items()]
    return merged_state(group.home, states, names)


def merged_state(home: NamedNode, states: Iterable[RecordState], names: MergedNames) -> RecordState:
    """Several states as one of ``home``, with all resources by the names under which they are described."""
    parts = list(states)
    if not names.canonical and len(parts) == 1:
        return parts[0]
    said: defaultdict[NamedNode, set[Triple]] = defaultdict(set)
    for part in parts:
        for source, statements in part.said.items():
            said[source].update(map(names.statement, statements))
    retractions = {
        str(normal_statement(item.statement)): item for part in parts for item in _renamed(part.retractions, names)
    }
    spaces = [part.space for part in parts if part.said or part.additions or part.retractions]
    return RecordState(
        home,
        {source: frozenset(statements) for source, statements in said.items()},
        frozenset(names.statement(item) for part in parts for item in part.additions),
        tuple(retractions[key] for key in sorted(retractions)),
        spaces[0] if spaces else "default",
    )


def _renamed(retractions: Iterable[Retraction], names: MergedNames) -> Iterable[Retraction]:
    return (replace(item, statement=names.statement(item.statement)) for item in retractions)


def _readable(contents: list[RecordContent], spaces: frozenset[str] | None) -> list[RecordContent]:
    return contents if spaces is None else [content for content in contents if content.space in spaces]
