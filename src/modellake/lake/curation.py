"""Curation: what people add and take back by hand, over whatever sources say.

Additions are statements of the curated source. A retraction takes one statement back by its normal value, with
agent and reason, and outlives later harvests of the source that keeps saying it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from pyoxigraph import NamedNode, Triple

from modellake.core.iris import LakeIRIs, home_of
from modellake.lake.identity.merging import merged_state, read_groups
from modellake.lake.identity.names import MergedNames
from modellake.lake.intake import types_in
from modellake.lake.state import RecordState, Retraction, record_state, write_retractions
from modellake.ledger.commits import Change
from modellake.ledger.ledger import Ledger
from modellake.rdf.canon import canonical_ntriples, normal_statement


@dataclass(frozen=True, slots=True)
class Curation:
    """One edit of one record.

    Attributes:
        add: statements to say.
        remove: statements to say no longer, whoever said them.
        agent: the IRI of who edits.
        reason: why, for people.
        time: when.
    """

    add: Sequence[Triple]
    remove: Sequence[Triple]
    agent: str
    reason: str
    time: datetime

    def apply(self, state: RecordState) -> RecordState:
        """The state after the edit."""
        added = {normal_statement(item): item for item in self.add}
        removed = {normal_statement(item): item for item in self.remove}
        said = {normal_statement(item) for group in state.said.values() for item in group}
        kept = [item for item in state.retractions if normal_statement(item.statement) not in added]
        known = {normal_statement(item.statement) for item in kept}
        kept += [self._retraction(item) for form, item in removed.items() if form in said - known]
        additions = [item for item in state.additions if normal_statement(item) not in removed]
        present = said | {normal_statement(item) for item in additions}
        additions += [item for form, item in added.items() if form not in present]
        return replace(state, additions=frozenset(additions), retractions=tuple(kept))

    def _retraction(self, statement: Triple) -> Retraction:
        return Retraction(statement, self.agent, self.reason, self.time.isoformat())


def edited_states(edit: Curation, ledger: Ledger, names: MergedNames) -> dict[str, RecordState]:
    """The states of records after an edit, each with what its own sources say, by record.

    A resource is edited under the name by which it is described, whatever name the edit uses.
    """
    edit = replace(edit, add=[*map(names.statement, edit.add)], remove=[*map(names.statement, edit.remove)])
    edits = _by_home(edit)
    states: dict[str, RecordState] = {}
    for home, group in sorted(read_groups(ledger, names, edits, None).items()):
        parts = {
            record: record_state(names.iris.topic(NamedNode(record)), contents, names.iris)
            for record, contents in group.contents.items()
        }
        said = merged_state(group.home, parts.values(), names).said
        (first, own), *others = parts.items()
        inside = edits[home]
        states[first] = replace(inside.apply(replace(own, said=said)), said=own.said)
        states |= {record: state for record, part in others if (state := _without(part, inside, names)) != part}
    return states


def whole_states(states: Mapping[str, RecordState], ledger: Ledger, names: MergedNames) -> list[RecordState]:
    """The states of resources after an edit, with what is said of each under its other names.

    Args:
        states: of the records that change, by record.
    """
    if not names.canonical:
        return list(states.values())
    homes = {names.home(state.home.value) for state in states.values()}
    return [
        merged_state(
            group.home,
            [
                states.get(record) or record_state(names.iris.topic(NamedNode(record)), contents, names.iris)
                for record, contents in group.contents.items()
            ],
            names,
        )
        for group in read_groups(ledger, names, homes, None).values()
    ]


def _by_home(edit: Curation) -> dict[str, Curation]:
    """An edit in parts, each about one resource."""
    found: defaultdict[str, tuple[list[Triple], list[Triple]]] = defaultdict(lambda: ([], []))
    for at, group in enumerate((edit.add, edit.remove)):
        for item in group:
            if isinstance(item.subject, NamedNode):
                found[home_of(item.subject).value][at].append(item)
    return {home: replace(edit, add=add, remove=remove) for home, (add, remove) in found.items()}


def _without(part: RecordState, edit: Curation, names: MergedNames) -> RecordState:
    """What was curated under another name, as far as an edit does not take it back."""
    removed, added = ({normal_statement(item) for item in group} for group in (edit.remove, edit.add))
    return replace(
        part,
        additions=frozenset(item for item in part.additions if normal_statement(names.statement(item)) not in removed),
        retractions=tuple(
            item for item in part.retractions if normal_statement(names.statement(item.statement)) not in added
        ),
    )


def curated_changes(record: str, state: RecordState, iris: LakeIRIs) -> list[Change]:
    """The two contents that the curated source has for a record."""
    retractions = write_retractions(state.home, state.retractions)
    curated = iris.curated.value
    return [
        Change(record, curated, _content(state.additions), "statements", state.space, types_in(state.additions)),
        Change(record, curated, _content(retractions), "retractions", state.space),
    ]


def _content(statements: Iterable[Triple]) -> bytes | None:
    return canonical_ntriples(statements) or None
