"""Conformance: what the rules of now say about records that were written under the rules of then.

Nothing is rewritten when ontology or shapes change with a release. The whole lake is put before the gate again, in
batches, and each finding comes with what has changed since the record was written: the texts of then are in the ledger.
"""

from __future__ import annotations

import os
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any

from pyoxigraph import NamedNode

from modellake.core.report import Finding
from modellake.lake.gate import Checked, Gate
from modellake.lake.identity.merging import group_state, read_groups
from modellake.lake.identity.names import MergedNames
from modellake.lake.rules import Rules, RulesOfLedger, rules_of_now
from modellake.lake.state import RecordState, record_state
from modellake.lake.terms import is_unknown
from modellake.ledger.ledger import Ledger
from modellake.ledger.records import RecordContent
from modellake.rdf.canon import canonical_lines

Progress = Callable[[int, int], None]
Page = Sequence[tuple[str, list[RecordContent]]]
Found = tuple[str, str, int, Finding]  # record, what it is about, the commit that wrote it last, and what is found
# The time that the engine takes for a record grows with the records that it is given together.
_TOGETHER = 50
_MOST_WORKERS = 8
_OWN_TERM = re.compile(r"<(https://w3id\.org/model-lake[^>]*)>")


@dataclass(frozen=True, slots=True)
class Nonconformity:
    """One thing that the rules of now have against a record.

    Attributes:
        record: the IRI of the record.
        home: the IRI of what it is about.
        sequence: the commit that wrote it last.
        cause: what has changed since then, in a sentence; None when the rules were the same and it came in so.
    """

    record: str
    home: str
    sequence: int
    finding: Finding
    cause: str | None

    def to_dict(self) -> dict[str, Any]:
        """As JSON-ready values."""
        about = {"record": self.record, "resource": self.home, "commit": self.sequence, "cause": self.cause}
        return {**about, "finding": self.finding.to_dict()}


@dataclass(frozen=True)
class Stored:
    """The state of a record that one source speaks of, straight from its content: most records are such."""

    home: NamedNode
    content: RecordContent
    names: MergedNames

    is_empty = False

    @cached_property
    def lines(self) -> list[str]:
        """The statements as lines of N-Triples."""
        return canonical_lines(self.content.content)

    def values_by_source(self, subject: NamedNode, predicate: NamedNode) -> Any:
        """See `RecordState.values_by_source`."""
        return record_state(self.home, [self.content], self.names.iris).values_by_source(subject, predicate)


def audit_lake(
    ledger: Ledger,
    gate: Gate,
    names: MergedNames,
    progress: Progress | None = None,
    records: Iterable[str] | None = None,
    *,
    blame: bool = True,
) -> Iterator[Nonconformity]:
    """All that the gate has against the records of a lake, in the order of records, in bounded memory.

    Args:
        names: which resources are one.
        progress: called with (records done, records in all).
        records: only these, by their IRIs.
        blame: say what has changed since each was written.
    """
    total, done = ledger.stats().records if progress else 0, 0
    causes = _Causes(RulesOfLedger(ledger), rules_of_now(gate)) if blame else None
    for size, page in _in_order(_pages(ledger, records), lambda part: _audited(ledger, gate, names, part)):
        for record, home, sequence, finding in page:
            yield Nonconformity(record, home, sequence, finding, causes.of(finding, sequence) if causes else None)
        done += size
        if progress:
            progress(done, total)


def _pages(ledger: Ledger, records: Iterable[str] | None) -> Iterator[Page]:
    wanted = ledger.contents_all() if records is None else ledger.contents_many(records)
    stated = ((record, held) for record, held in wanted if held)
    while page := list(islice(stated, _TOGETHER)):
        yield page


def _in_order(pages: Iterator[Page], audited: Callable[[Page], list[Found]]) -> Iterator[tuple[int, list[Found]]]:
    """What is found in each page, in their order, several of them being audited at once: the engine lets go of the
    interpreter while it validates."""
    waiting: deque[tuple[int, Future[list[Found]]]] = deque()
    workers = min(_MOST_WORKERS, os.cpu_count() or 1)
    with ThreadPoolExecutor(workers, thread_name_prefix="audit") as pool:
        for page in pages:
            waiting.append((len(page), pool.submit(audited, page)))
            if len(waiting) > 2 * workers:
                size, found = waiting.popleft()
                yield size, found.result()
        for size, found in waiting:
            yield size, found.result()


def _audited(ledger: Ledger, gate: Gate, names: MergedNames, page: Page) -> list[Found]:
    written = {record: max(item.sequence for item in held) for record, held in page}
    states = dict(_states(ledger, names, page))
    by_home = gate.check_states(list(states.values()), ledger.types_of)
    return [
        (record, state.home.value, written[record], finding)
        for record, state in states.items()
        for finding in [*by_home.get(state.home, ()), *_unknown(gate, state)]
    ]


def _states(ledger: Ledger, names: MergedNames, page: Page) -> Iterator[tuple[str, Checked]]:
    """The state of each record, that of a merged resource with the record by which it is described."""
    iris = names.iris
    for record, held in page:
        home = iris.topic(NamedNode(record))
        if names.home(home.value) != home.value:
            continue
        if home.value in names.aliases or any(names.mentions(item.content) for item in held):
            (group,) = read_groups(ledger, names, [home.value], None).values()
            yield record, group_state(group, names, iris)
        elif len(held) == 1 and held[0].source != iris.curated.value:
            yield record, Stored(home, held[0], names)
        else:
            yield record, record_state(home, held, iris)


def _unknown(gate: Gate, state: Checked) -> list[Finding]:
    """Terms of ours that are no more. Only records that hold one are read as statements."""
    used = {iri for line in state.lines for iri in _OWN_TERM.findall(line)}
    if not any(map(is_unknown, used)):
        return []
    whole = state if isinstance(state, RecordState) else None
    if whole is None and isinstance(state, Stored):
        whole = record_state(state.home, [state.content], state.names.iris)
    return gate.check_terms(whole.statements) if whole is not None else []


class _Causes:
    """Tells what has changed between the rules of then and those of now."""

    def __init__(self, then: RulesOfLedger, now: Rules) -> None:
        self._then = then
        self._now = now
        self._same: dict[int, bool] = {}

    def of(self, finding: Finding, sequence: int) -> str | None:
        """What made this a finding since a commit; None when nothing did."""
        if sequence not in self._same:
            self._same[sequence] = self._then.of(sequence) == self._now
        if self._same[sequence]:
            return None
        then = self._then.of(sequence)
        if finding.code == "gate.unknown-term":
            return _cause_of_term(finding, then)
        return self._cause_of_shape(finding, then)

    def _cause_of_shape(self, finding: Finding, then: Rules) -> str | None:
        shape = finding.shape or ""
        before, after = then.definition(shape), self._now.definition(shape)
        name = shape.rpartition("#")[2] or "without a name"
        if not before:
            return f"the shape {name} is new"
        if before != after:
            return f"the shape {name} has changed"
        if then.hierarchy_digest != self._now.hierarchy_digest:
            return "the hierarchy of classes and properties has changed"
        return None


def _cause_of_term(finding: Finding, then: Rules) -> str | None:
    terms = [term[1:-1] for term in (finding.path, finding.value) if term and term.startswith("<")]
    gone = next((term for term in terms if is_unknown(term) and term in then.terms), None)
    return f"the term {gone.rpartition('#')[2]} is gone" if gone else None
