"""Rebasing: a lake gets another base IRI, in one commit.

The commit withdraws every record and says it anew under its new name, so that what was said before stays as it was
said. Its rule ``base`` names the new base IRI, and everything after it is read with that one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice

from pyoxigraph import Literal, NamedNode, Triple

from modellake.core.errors import UsageError
from modellake.core.iris import LakeIRIs
from modellake.core.terms import Term
from modellake.lake.drafting import Intent, rules_in_force
from modellake.lake.gate import Gate
from modellake.lake.identity.decisions import Decision, write_decisions
from modellake.lake.identity.names import MergedNames, merged_statements
from modellake.lake.intake import types_in
from modellake.lake.state import read_retractions, write_retractions
from modellake.ledger.bases import BASE
from modellake.ledger.commits import IDENTITY, RETRACTIONS, STATEMENTS, Change, Draft, Identifier, SourceNote
from modellake.ledger.ledger import Ledger
from modellake.ledger.records import RecordContent
from modellake.rdf.canon import canonical_ntriples, parse_ntriples

Progress = Callable[[int, int], None]
_TOGETHER = 500


@dataclass(frozen=True, slots=True)
class Rebased:
    """What a rebase did, or would do.

    Attributes:
        records: how many have another name now.
        sources: how many of them have.
        sequence: of the commit; None for a dry run.
    """

    old: str
    new: str
    records: int
    sources: int
    sequence: int | None = None
    commit_hash: str | None = None


@dataclass(frozen=True, slots=True)
class Renaming:
    """From the names of one base IRI to those of another."""

    old: LakeIRIs
    new: LakeIRIs

    def text(self, iri: str) -> str:
        """An IRI by its new name; those of others stay."""
        return self.new.base + iri[len(self.old.base) :] if iri.startswith(self.old.base) else iri

    def node(self, node: NamedNode) -> NamedNode:
        """The same for a term."""
        return NamedNode(self.text(node.value)) if node.value.startswith(self.old.base) else node

    def term(self, term: Term) -> Term:
        """A term by its new name; of a literal only the datatype is an IRI."""
        if isinstance(term, NamedNode):
            return self.node(term)
        if isinstance(term, Literal) and term.datatype.value.startswith(self.old.base):
            return Literal(term.value, datatype=self.node(term.datatype))
        return term

    def statement(self, item: Triple) -> Triple:
        """A statement with all its terms by their new names."""
        return Triple(self.term(item.subject), self.node(item.predicate), self.term(item.object))  # type: ignore[arg-type]

    def home(self, record: str) -> NamedNode:
        """What a record is about, by its new name."""
        return self.node(self.old.topic(NamedNode(record)))

    def record(self, record: str) -> str:
        """The new name of a record; it holds the whole IRI of a resource outside of the base IRI, and only then."""
        return self.new.record(self.home(record)).value

    def content(self, held: RecordContent) -> Change:
        """What a source says about a record, under the new names of both."""
        record, source = self.record(held.record), self.text(held.source)
        said = parse_ntriples(held.content)
        if held.kind == RETRACTIONS:
            taken = [
                replace(item, statement=self.statement(item.statement), agent=self.text(item.agent))
                for item in read_retractions(said)
            ]
            content = canonical_ntriples(write_retractions(self.home(held.record), taken))
            return Change(record, source, content, RETRACTIONS, held.space)
        renamed = list(map(self.statement, said))
        return Change(record, source, canonical_ntriples(renamed), STATEMENTS, held.space, types_in(renamed))

    def decision(self, decision: Decision) -> Decision:
        """What somebody decided, under the new names; the pair is in order again."""
        one, other = sorted(map(self.text, decision.pair))
        return replace(
            decision,
            pair=(one, other),
            agent=self.text(decision.agent),
            preferred=self.text(decision.preferred) if decision.preferred else None,
            evidence=tuple(sorted(map(self.text, decision.evidence))),
        )

    def identifier(self, item: Identifier) -> Identifier:
        """An identifier, which may be a name that the lake gives."""
        return item._replace(key=self.text(item.key))


class Rebase:
    """One rebase of a lake.

    Args:
        gate: of the lake as it is.
        names: which resources are one.
        base: the new base IRI.

    Raises:
        UsageError: ``base-iri.malformed``.
    """

    def __init__(self, ledger: Ledger, gate: Gate, names: MergedNames, base: str) -> None:
        self._ledger = ledger
        self._gate = gate
        self._names = names
        self._renaming = Renaming(gate.iris, LakeIRIs(base))

    def run(self, intent: Intent, *, dry_run: bool = False, progress: Progress | None = None) -> Rebased:
        """Make the commit, all or nothing; for a dry run, only find out whether it can be made.

        Raises:
            UsageError: ``rebase.same``, or ``rebase.collision`` and nothing was written.
            ConflictError: somebody has written meanwhile, and nothing was written.
        """
        head, old, new = self._ledger.head(), self._renaming.old.base, self._renaming.new.base
        if old == new:
            raise UsageError(f"The base IRI is {new} already", code="rebase.same")
        records = self._check()
        sources = self._sources()
        told = Rebased(old, new, records, len(sources))
        if dry_run:
            return told
        rules = {**rules_in_force(self._gate), BASE: new.encode()}
        changes = _Counted(self._changes, records, progress)
        identifiers = self._identifiers()
        draft = Draft(intent.agent, intent.message, changes, datetime.now(UTC), rules, sources, identifiers=identifiers)
        commit = self._ledger.append(draft, expected=head)
        return told if commit is None else replace(told, sequence=commit.sequence, commit_hash=commit.hash)

    def _check(self) -> int:
        """Every record must get a name that no other has; how many there are."""
        number = 0
        for record in self._ledger.records():
            number += 1
            home = self._renaming.old.topic(NamedNode(record))
            if not home.value.startswith(self._renaming.old.base) and home.value.startswith(self._renaming.new.base):
                self._check_newcomer(home)
        return number

    def _check_newcomer(self, home: NamedNode) -> None:
        """A resource of others that would be one of ours."""
        old, new = self._renaming.old, self._renaming.new
        ours = NamedNode(old.base + home.value[len(new.base) :])
        if new.is_reserved(home) or self._ledger.has_record(old.record(ours).value):
            raise UsageError(
                f"{home.value} and {ours.value} would have one name",
                code="rebase.collision",
                remedy="Choose another base IRI; or withdraw what is said of one of them, or decide that they are one.",
            )

    def _sources(self) -> dict[str, SourceNote]:
        """What is known of the sources that get another name."""
        text = self._renaming.text
        return {
            text(item.iri): SourceNote(text(item.place), item.media_type, item.harvester)
            for item in self._ledger.sources()
            if item.records and text(item.iri) != item.iri
        }

    def _identifiers(self) -> dict[str, frozenset[Identifier]]:
        """The index of identifiers under new names."""
        found: dict[str, frozenset[Identifier]] = {}
        records = self._ledger.records()
        while page := list(islice(records, _TOGETHER)):
            for record, items in self._ledger.identifiers.of_records(page).items():
                found[record] = frozenset()
                found[self._renaming.record(record)] = frozenset(map(self._renaming.identifier, items))
        return found

    def _changes(self) -> Iterator[Change]:
        yield from self._identity()
        for record, contents in self._ledger.contents_all():
            for held in contents:
                kind = RETRACTIONS if held.kind == RETRACTIONS else STATEMENTS
                yield Change(record, held.source, None, kind, held.space)
                yield self._renaming.content(held)

    def _identity(self) -> Iterator[Change]:
        """What is said of names, and what people decided about them."""
        spaces: dict[tuple[str, str], str] = {}
        for entry in self._ledger.identifiers.decided():
            spaces.pop((entry.record, entry.source), None)
            if entry.content is not None:
                spaces[entry.record, entry.source] = entry.space
        for (record, source), space in spaces.items():
            yield Change(record, source, None, IDENTITY, space)
        yield from self._merges(spaces)
        yield from self._decisions(spaces)

    def _merges(self, spaces: Mapping[tuple[str, str], str]) -> Iterator[Change]:
        text, old, new = self._renaming.text, self._renaming.old, self._renaming.new
        for iri, home in self._names.canonical.items():
            evidence = sorted(map(text, self._names.evidence.get(iri, ())))
            content = canonical_ntriples(merged_statements(text(iri), text(home), evidence))
            record = old.record(NamedNode(iri)).value
            space = spaces.get((record, old.source("identity").value), "default")
            yield Change(self._renaming.record(record), new.source("identity").value, content, IDENTITY, space)

    def _decisions(self, spaces: Mapping[tuple[str, str], str]) -> Iterator[Change]:
        old, new = self._renaming.old, self._renaming.new
        kept: dict[str, tuple[str, list[Decision]]] = {}
        for pair, decision in sorted(self._names.decisions.items()):
            space = spaces.get((old.record(NamedNode(pair[0])).value, old.curated.value), "default")
            renamed = self._renaming.decision(decision)
            kept.setdefault(new.record(NamedNode(renamed.pair[0])).value, (space, []))[1].append(renamed)
        for record, (space, decisions) in kept.items():
            yield Change(record, new.curated.value, canonical_ntriples(write_decisions(decisions)), IDENTITY, space)


class _Counted(Iterable[Change]):
    """Changes that are made as they are asked for, so that they need not be in memory together."""

    def __init__(self, make: Callable[[], Iterator[Change]], total: int, progress: Progress | None) -> None:
        self._make = make
        self._total = total
        self._progress = progress

    def __iter__(self) -> Iterator[Change]:
        done, last = 0, ""
        for change in self._make():
            yield change
            if self._progress and change.content is None and change.kind == STATEMENTS and change.record != last:
                done, last = done + 1, change.record
                self._progress(done, self._total)
