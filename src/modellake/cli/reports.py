"""Findings, receipts and refusals, for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from modellake.cli.output import count, listed, note, paint, say, short_name, show_table, write_json
from modellake.core.prefixes import compact_all

if TYPE_CHECKING:
    from modellake.core.errors import RefusedError
    from modellake.core.report import Finding
    from modellake.lake.receipts import Reason, Receipt

SHOWN = 20
KINDS_SHOWN = 8
_COLORS = {"Violation": "red", "Warning": "yellow", "Info": "blue"}
_SHAPES = "https://w3id.org/model-lake/shapes#"


def show_report(findings: Iterable[Finding], *, base: str = "", shown: int = SHOWN, err: bool = False) -> None:
    """Findings one by one, violations first and in full, no more than ``shown`` of them."""
    tell = note if err else say
    ranked = sorted(findings, key=lambda finding: list(_COLORS).index(finding.severity.value))
    for finding in ranked[:shown]:
        tell(finding_text(finding, base) if is_blocking(finding) else finding_line(finding, base))
    if len(ranked) > shown:
        tell(f"… and {count(len(ranked) - shown, 'more finding')}; --json gives all of them.")


def finding_text(finding: Finding, base: str = "") -> str:
    """One finding in a few lines: what, where, which rule, what to do."""
    severity = paint(finding.severity.value, _COLORS[finding.severity.value], bold=True)
    message, about = sentence(finding, base)
    details = (
        ("at", str(finding.place) if finding.place else None),
        ("about", about),
        ("value", _value(finding)),
        ("rule", _rule(finding)),
        ("do", finding.remedy),
    )
    lines = (f"    {name + ':':<7}{text}" for name, text in details if text)
    return "\n".join((f"{severity} [{finding.code}] {message}", *lines))


def finding_line(finding: Finding, base: str = "") -> str:
    """One finding in a line: for what does not block."""
    severity = paint(f"{finding.severity.value:<9}", _COLORS[finding.severity.value])
    where = str(finding.place) if finding.place else _node(finding, base)
    text = finding.remedy or sentence(finding, base)[0]
    return severity + "  ".join(part for part in (where, compact_all(text), _rule(finding)) if part)


def rule_name(finding: Finding) -> str:
    """The rule that a finding comes from, as people call it."""
    return _rule(finding) or finding.code


def is_blocking(finding: Finding) -> bool:
    """Is it a violation?"""
    return finding.severity.value == "Violation"


def show_summary(findings: Iterable[Finding], *, base: str = "") -> None:
    """Findings counted by rule, each with an example: for what was let in all the same."""
    counts: Counter[tuple[str, str]] = Counter()
    examples: dict[tuple[str, str], tuple[str, str]] = {}
    for finding in findings:
        text = finding.remedy or finding.message
        # Messages without a remedy may each be another one.
        kind = finding.severity.value, finding.remedy or finding.shape or finding.code
        counts[kind] += 1
        examples.setdefault(kind, (text, _subject(finding, base)))
    ranked = sorted(counts.items(), key=lambda item: (list(_COLORS).index(item[0][0]), -item[1]))
    for kind, number in ranked[:KINDS_SHOWN]:
        text, subject = examples[kind]
        say(f"  {paint(f'{number:,} × {kind[0]}', _COLORS[kind[0]])}  {text}")
        say(paint(f"      for instance {subject}", dim=True))
    if len(ranked) > KINDS_SHOWN:
        say(f"  … and {count(len(ranked) - KINDS_SHOWN, 'more kind')} of finding; --json gives all of them.")


def show_receipt(receipt: Receipt, *, base: str = "") -> None:
    """What a commit did, in one line, and what it noticed."""
    if receipt.sequence is None:
        say("Nothing new: the lake says all of this already.")
    else:
        what = f"{count(len(receipt.accepted), 'source')}, {count(receipt.records, 'record')}"
        said = f", {count(len(receipt.unchanged), 'source')} unchanged" if receipt.unchanged else ""
        say(f"{commit_name(receipt.sequence, receipt.commit_hash)}  {what}{said}")
    show_summary(list(receipt.report), base=base)


def show_refusal(error: RefusedError, *, base: str, as_json: bool) -> None:
    """Why nothing was written, and where the documents are kept."""
    from modellake.cli.failures import show_error

    kept = error.quarantined
    which = "" if len(kept) == 1 else f" (kept as {listed([str(number) for number in kept], 12)})"
    error.remedy = f"Mend it and run this again, or: modellake quarantine show {kept[0] if kept else 'ID'}{which}"
    if as_json:
        write_json({"committed": False, "quarantine": list(kept), "report": error.report.to_dict()})
    else:
        blocking = [finding for finding in error.report if is_blocking(finding)]
        show_report(blocking, base=base, err=True)
        if len(blocking) < len(error.report):
            note(f"… and {count(len(error.report) - len(blocking), 'finding')} that would not block.")
    show_error(error)


def show_harvest(receipt: Receipt, *, seconds: float, base: str, dry_run: bool) -> None:
    """What a harvest did: outcomes, what was noticed, and what was refused for which reason."""
    documents = sum(receipt.counts().values())
    rate = f"{documents / seconds:,.0f}/s" if seconds > 0 else ""
    outcome = outcome_line(receipt, dry_run=dry_run)
    say(f"{paint(count(documents, 'document'), bold=True)} in {seconds:.1f} s ({rate}): {outcome}")
    if dry_run:
        say("Nothing was written: this was a dry run.")
    elif receipt.sequence is not None:
        last = commit_name(receipt.sequence, receipt.commit_hash)
        many = f"{count(receipt.commits, 'commit')}, the last one " if receipt.commits > 1 else ""
        say(f"{count(receipt.records, 'record')} in {many}{last}")
    show_summary((finding for _, finding in receipt.findings), base=base)
    if receipt.refused:
        show_outcomes(receipt, base=base, dry_run=dry_run)


def outcome_line(receipt: Receipt, *, dry_run: bool = False) -> str:
    """Outcomes with their numbers, those that did not occur left out."""
    outcomes = outcome_names(receipt, dry_run=dry_run).items()
    return ", ".join(f"{number:,} {name}" for name, number in outcomes if number) or "none"


def outcome_names(receipt: Receipt, *, dry_run: bool = False) -> dict[str, int]:
    """How many documents came to which outcome, as people call it."""
    counts = receipt.counts()
    refused = counts.pop("refused")
    return {**counts, "refused" if dry_run else "quarantined": refused}


def show_outcomes(receipt: Receipt, *, base: str, dry_run: bool = False) -> None:
    """How many documents came to which outcome, the refused ones by their reasons, each with an example."""
    accepted, unchanged, refused = outcome_names(receipt, dry_run=dry_run).items()
    reasons = receipt.reasons()
    rows = [(f"{number:,}", name, "", "", "", "") for name, number in (accepted, unchanged) if number]
    rows += [(f"{reason.count:,}", refused[0], *_reason_cells(reason, base)) for reason in reasons]
    say()
    show_table(("documents", "outcome", "reason", "for instance", "because", "do"), rows)
    if not dry_run:
        say()
        say("They are kept in quarantine. Next:")
        first = f"modellake quarantine show {reasons[0].quarantine}"
        say(f"  {first:<36}why, in full; with --bytes the document itself")
        say(f"  {'modellake quarantine retry --all':<36}when they are mended where they are")


def commit_name(sequence: int, commit_hash: str | None) -> str:
    """A commit as people and commands call it."""
    return f"{paint(f'commit {sequence}', 'green', bold=True)} {(commit_hash or '')[:12]}"


def sentence(finding: Finding, base: str = "") -> tuple[str, str | None]:
    """The message, and the node it is about unless the message begins with it."""
    about, message = _node(finding, base), compact_all(finding.message)
    if about and message[:1].islower():
        return f"{about} {message}", None
    return message, about


def _reason_cells(reason: Reason, base: str) -> tuple[str, str, str, str]:
    """Code, place, message and remedy."""
    finding = reason.finding
    code = f"{finding.code} {_rule(finding)}" if finding.shape else finding.code
    return code, reason.place, sentence(finding, base)[0], compact_all(finding.remedy or "")


def _rule(finding: Finding) -> str | None:
    """The shape that a finding comes from, as it is called in ``shapes/``."""
    return finding.shape.replace(_SHAPES, "shape:") if finding.shape else None


def _subject(finding: Finding, base: str) -> str:
    return _node(finding, base) or str(finding.place or finding.message)


def _node(finding: Finding, base: str) -> str | None:
    focus = finding.focus
    return short_name(focus[1:-1], base) if focus and focus.startswith("<") else focus


def _value(finding: Finding) -> str | None:
    """The value that is wrong, unless the message has it already."""
    value = finding.value
    if value is None or value == finding.focus or value in finding.message:
        return None
    return compact_all(value) if len(value) <= 200 else value[:197] + "…"
