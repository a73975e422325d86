"""Verdicts of the gate, shown to people."""

from __future__ import annotations

from collections.abc import Sequence

from modellake.cli.output import count, paint, say
from modellake.cli.reports import show_report
from modellake.lake.verdicts import Verdict

_COLORS = {"accepted": "green", "unchanged": "green", "refused": "red"}
_SAID = {
    "accepted": "would be accepted",
    "unchanged": "says nothing new",
    "refused": "would be refused",
}


def show_verdicts(verdicts: Sequence[Verdict], *, base: str) -> None:
    """Each document on a line, followed by what was found in it."""
    for verdict in verdicts:
        line = f"{paint(_SAID[verdict.outcome], _COLORS[verdict.outcome], bold=True)}  {verdict.place}"
        if verdict.statements is not None and verdict.records is not None:
            line += f"  ({count(verdict.statements, 'statement')}, {count(verdict.records, 'record')})"
        say(line)
        show_report(verdict.report, base=base)
