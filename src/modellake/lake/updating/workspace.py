"""The workspace of an update: records as they were and as its operations leave them, before anything is written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pyoxigraph import NamedNode, Triple

from modellake.core.errors import UsageError
from modellake.core.iris import home_of
from modellake.lake.identity.merging import group_state, read_groups
from modellake.lake.identity.names import MergedNames
from modellake.ledger.ledger import Ledger
from modellake.rdf.canon import normal_statement

# Statements by their normal value, in the lexical form that is kept.
Said = dict[Triple, Triple]
MOST_RECORDS = 10_000


@dataclass(frozen=True, slots=True)
class Step:
    """What one operation did to one record."""

    home: str
    before: Said
    after: Said


@dataclass(slots=True)
class Workspace:
    """The records that an update has come to touch.

    Attributes:
        spaces: what the caller may see.
        original: what the lake said of each resource before, by the IRI under which it is described.
        current: what it says after the operations so far.
    """

    ledger: Ledger
    names: MergedNames
    spaces: frozenset[str]
    original: dict[str, Said] = field(default_factory=dict)
    current: dict[str, Said] = field(default_factory=dict)

    def said(self, homes: Iterable[str]) -> Mapping[str, Said]:
        """What the lake says now about resources, by the IRIs under which they are described.

        Raises:
            UsageError: ``update.too-large``.
        """
        wanted = list(dict.fromkeys(map(self.names.home, homes)))
        missing = [home for home in wanted if home not in self.current]
        if len(missing) + len(self.current) > MOST_RECORDS:
            raise too_large(f"It touches more than {MOST_RECORDS:,} records")
        groups = read_groups(self.ledger, self.names, missing, None, self.spaces) if missing else {}
        for home in missing:
            group = groups.get(home)
            state = group_state(group, self.names, self.names.iris).statements if group else ()
            self.original[home] = {normal_statement(item): item for item in state}
            self.current[home] = self.original[home]
        return {home: self.current[home] for home in wanted}

    def apply(self, removed: Iterable[Triple], added: Iterable[Triple]) -> list[Step]:
        """Take statements away and then put others in; what was changed by it."""
        gone = {normal_statement(item) for item in removed}
        new = {normal_statement(item): item for item in added}
        homes: defaultdict[str, tuple[set[Triple], Said]] = defaultdict(lambda: (set(), {}))
        for form in gone:
            homes[home_iri(form)][0].add(form)
        for form, item in new.items():
            homes[home_iri(form)][1][form] = item
        steps = []
        for home, before in self.said(homes).items():
            kept = {form: item for form, item in before.items() if form not in homes[home][0]}
            # What was there before keeps its lexical form.
            after = kept | {form: before.get(form, item) for form, item in homes[home][1].items()}
            if after.keys() != before.keys():
                self.current[home] = after
                steps.append(Step(home, before, after))
        return steps

    def emptied(self) -> list[str]:
        """The resources about which something was said, and nothing is said now."""
        return sorted(home for home, said in self.current.items() if self.original[home] and not said)

    def delta(self) -> tuple[list[Triple], list[Triple]]:
        """What has come in and what is gone, in the order of their texts."""
        added = [item for home, said in self.current.items() for item in _beyond(said, self.original[home])]
        removed = [item for home, said in self.original.items() for item in _beyond(said, self.current[home])]
        return sorted(added, key=str), sorted(removed, key=str)


def home_iri(statement: Triple) -> str:
    """The IRI of the resource whose record holds a statement; "" for a blank node."""
    subject = statement.subject
    return home_of(subject).value if isinstance(subject, NamedNode) else ""


def too_large(why: str) -> UsageError:
    """The error for an update that does more than one commit may."""
    return UsageError(
        f"The update is too large: {why}",
        code="update.too-large",
        remedy="Split it: narrow its WHERE, for instance with VALUES, and run it several times.",
    )


def _beyond(said: Said, other: Said) -> list[Triple]:
    return [item for form, item in said.items() if form not in other]
