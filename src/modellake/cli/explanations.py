"""Explanations: what a harvester makes of a document, statement by statement, with the place of each in the source."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from modellake.cli.output import count, note, paint, say, show_table, term_text, write_json_lists
from modellake.cli.reports import show_report

if TYPE_CHECKING:
    from pyoxigraph import Triple

    from modellake.core.description import Description, Refusal
    from modellake.core.report import Finding, Place
    from modellake.lake.harvesting.documents import Harvested
    from modellake.lake.lake import Lake

    Row = tuple[Place | None, Triple]

# What the ontology has no term for is kept under the namespace of its format.
KEPT = "https://w3id.org/model-lake/source/"
_LONGEST = 120


@dataclass(frozen=True, slots=True)
class Explanation:
    """One document, and what would become of it.

    Attributes:
        outcome: ``accepted``, ``unchanged`` or ``refused``.
        findings: of the harvester and of the gate.
    """

    item: Description | Refusal
    outcome: str
    findings: tuple[Finding, ...]

    def rows(self) -> list[Row]:
        """The statements with their places: in the order of the source, those without a place last."""
        from modellake.core.description import Description

        if not isinstance(self.item, Description):
            return []
        places = self.item.places
        placed = [(places.get(statement), statement) for statement in dict.fromkeys(self.item.statements)]
        return sorted(placed, key=lambda row: (row[0] is None, (row[0].line or 0) if row[0] else 0))

    def parted_rows(self) -> tuple[list[Row], list[Row]]:
        """What is said in terms of the lake, and what is kept under the namespace of the source."""
        rows = self.rows()
        kept = kept_statements([statement for _, statement in rows])
        return [row for row in rows if row[1] not in kept], [row for row in rows if row[1] in kept]

    def to_dict(self) -> dict[str, Any]:
        """The explanation as JSON-ready values; terms are in N-Triples syntax."""
        mapped, kept = self.parted_rows()
        return {
            "document": self.item.source.place,
            "source": self.item.source.iri.value,
            "harvester": self.item.source.harvester,
            "outcome": self.outcome,
            "statements": [_row_dict(place, item) for place, item in mapped],
            "kept": [_row_dict(place, item) for place, item in kept],
            "findings": [finding.to_dict() for finding in self.findings],
        }


def kept_statements(statements: Sequence[Triple]) -> set[Triple]:
    """Those for which the ontology has no term, with what is said of the blank nodes that they lead to."""
    from pyoxigraph import BlankNode

    of_blank: dict[object, list[Triple]] = defaultdict(list)
    for statement in statements:
        if isinstance(statement.subject, BlankNode):
            of_blank[statement.subject].append(statement)
    waiting = [statement for statement in statements if statement.predicate.value.startswith(KEPT)]
    kept: set[Triple] = set()
    while waiting:
        statement = waiting.pop()
        if statement not in kept:
            kept.add(statement)
            waiting += of_blank.get(statement.object, ())
    return kept


def explain(lake: Lake, documents: Iterable[Harvested]) -> Iterator[Explanation]:
    """What would become of each document, judged by itself; nothing is written."""
    from modellake.core.description import Description

    for harvested in documents:
        if harvested.item is None:
            continue
        judgment = lake.validate(harvested.item)
        noticed = harvested.item.findings if isinstance(harvested.item, Description) else ()
        if judgment.refused:
            findings = [finding for item in judgment.refused for finding in item.report]
            yield Explanation(harvested.item, "refused", tuple(dict.fromkeys([*findings, *noticed])))
        else:
            found = tuple(finding for _, finding in judgment.findings)
            yield Explanation(harvested.item, "accepted" if judgment.accepted else "unchanged", (*noticed, *found))


def show_explanations(explanations: Iterable[Explanation], *, base: str, as_json: bool) -> int:
    """Show them, and return how many are refused."""
    counted = _Counted(explanations)
    if as_json:
        write_json_lists({}, {"documents": (explanation.to_dict() for explanation in counted)})
    else:
        for explanation in counted:
            _show(explanation, base)
        note(f"{count(counted.all, 'document')}, {counted.refused:,} of them would be refused. Nothing was written.")
    return counted.refused


class _Counted:
    """Explanations, counted while they are read."""

    def __init__(self, explanations: Iterable[Explanation]) -> None:
        self._explanations = explanations
        self.all = 0
        self.refused = 0

    def __iter__(self) -> Iterator[Explanation]:
        for explanation in self._explanations:
            self.all += 1
            self.refused += explanation.outcome == "refused"
            yield explanation


def _show(explanation: Explanation, base: str) -> None:
    source = explanation.item.source
    mapped, kept = explanation.parted_rows()
    size = count(len(mapped) + len(kept), "statement")
    say(f"{paint(source.place, bold=True)}, read by {source.harvester}: {size}, would be {explanation.outcome}")
    _show_rows("What is said in terms of the lake", mapped, base)
    _show_rows(f"What has no term, kept under {KEPT}", kept, base)
    if explanation.findings:
        say()
        say("Findings:")
        show_report(explanation.findings, base=base, shown=len(explanation.findings))
    say()


def _show_rows(title: str, rows: list[Row], base: str) -> None:
    if not rows:
        return
    say()
    say(f"{title}: {len(rows):,}")
    show_table(("where", "subject", "property", "value"), [_cells(place, item, base) for place, item in rows])


def _cells(place: Place | None, statement: Triple, base: str) -> tuple[str, str, str, str]:
    property_name = term_text(statement.predicate, base).removeprefix(KEPT)
    return where(place), term_text(statement.subject, base), property_name, _value(statement.object, base)


def where(place: Place | None) -> str:
    """A place inside its document: ``line 12 model-index[0].name``."""
    if place is None:
        return ""
    line = f"line {place.line}" if place.line is not None else ""
    return f"{line} {place.path or ''}".strip()


def _value(term: Any, base: str) -> str:
    text = " ".join(term_text(term, base).split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _row_dict(place: Place | None, statement: Triple) -> dict[str, Any]:
    told = {name: getattr(place, name) for name in place.__slots__} if place else {}
    return {
        "place": {name: value for name, value in told.items() if value is not None} or None,
        "subject": str(statement.subject),
        "property": str(statement.predicate),
        "value": str(statement.object),
    }
