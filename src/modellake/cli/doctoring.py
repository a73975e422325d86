"""Looking after a lake for long: ``doctor``, ``upgrade``, ``rebase``."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from modellake.cli.lakes import opened, opened_ledger
from modellake.cli.options import DEFAULT_LAKE, AgentOption, JsonOption, LakeOption, examples
from modellake.cli.output import count, note, paint, say, show_pairs, show_table, write_json
from modellake.cli.progress import measured
from modellake.cli.reports import commit_name, finding_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from modellake.bootstrap.settings import Settings
    from modellake.core.report import Finding
    from modellake.lake.doctor.examination import Check
    from modellake.lake.doctor.patient import Patient
    from modellake.lake.rebase import Rebased
    from modellake.lake.rules import RuleChange
    from modellake.ledger.upgrades import Upgrade

DOCTOR_EXAMPLES = examples(
    "modellake doctor",
    "modellake doctor --check conformance --check references",
    "modellake doctor --json",
)
UPGRADE_EXAMPLES = examples("modellake upgrade --dry-run", "modellake upgrade")
REBASE_EXAMPLES = examples(
    "modellake rebase https://models.example.org/ -m 'We publish.' --dry-run",
    "modellake rebase https://models.example.org/ -m 'We publish.'",
)
_SHOWN = 30
_ORDER = ("Violation", "Warning", "Info")


def doctor(
    check: Annotated[
        list[str] | None,
        typer.Option("--check", metavar="NAME", help="Make this check alone; may be given several times."),
    ] = None,
    lake: LakeOption = DEFAULT_LAKE,
    as_json: JsonOption = False,
) -> None:
    """Examine a lake and what is around it, and say what to do about each finding.

    Settings with where each comes from, versions, disk, permissions, what killed commands left behind, clocks,
    quarantine, references that lead nowhere, contradictions, and whether all records conform to the rules of this
    release. Nothing is changed. Ends with status 1 when there is a finding that is more than a remark.
    """
    from modellake.bootstrap import read_settings
    from modellake.lake.doctor.examination import chosen, examine
    from modellake.lake.doctor.facts import facts_about

    chosen(check or ())
    for patient in _patients(lake):
        with measured("Examining") as meter:
            results = [(item, found) for item, found in examine(patient, check or (), meter)]
        facts = facts_about(patient)
    settings = read_settings(lake)
    findings = [finding for _, found in results for finding in found or ()] + ([] if check else _misspelled())
    serious = [finding for finding in findings if finding.severity.value != "Info"]
    if as_json:
        checks = [
            {"check": item.name, "made": found is not None, "findings": len(found or ())} for item, found in results
        ]
        told = [
            {"setting": item.setting.name, "value": item.shown, "from": item.origin, "variable": item.setting.variable}
            for item in settings
        ]
        write_json(
            {
                "facts": facts,
                "settings": told,
                "checks": checks,
                "findings": [finding.to_dict() for finding in findings],
            }
        )
    else:
        if not check:
            _show_facts(facts, settings)
        _show_examination(results, findings)
    raise typer.Exit(1 if serious else 0)


def upgrade(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")] = False,
    lake: LakeOption = DEFAULT_LAKE,
    as_json: JsonOption = False,
) -> None:
    """Bring a lake up to date with this release, and say what has changed since it was written last.

    Every command does the same when it opens a lake: tables and indexes are added to the ledger, in one transaction,
    and the view is made again. What is committed stays as it is; records that do not conform to new rules are listed
    by ``modellake doctor``, never rewritten.
    """
    from modellake.bootstrap import plan_upgrade_of

    plan = plan_upgrade_of(lake)
    if dry_run and plan:
        # The tables are those of then: nothing can be read from them before they are brought up to date.
        _show_upgrade(plan, [], 0, done=False, as_json=as_json)
        return
    if not dry_run:
        opened(lake).close()
    changes, head = _changes(lake)
    _show_upgrade(plan, changes, head, done=not dry_run, as_json=as_json)


def rebase(
    base_iri: Annotated[str, typer.Argument(metavar="NEW_BASE", help="The new base IRI; it ends in '/'.")],
    message: Annotated[
        str, typer.Option("--message", "-m", metavar="TEXT", help="Why: what the history will say.", show_default=False)
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Find out whether it can be done, and do nothing.")
    ] = False,
    agent: AgentOption = None,
    lake: LakeOption = DEFAULT_LAKE,
    as_json: JsonOption = False,
) -> None:
    """Give the lake another base IRI, in one commit: all that began with the old one begins with the new one.

    What was said before stays as it was: questions with --as-of an earlier moment answer with the old names, and a head
    that you wrote down earlier still verifies. Documents are read again by the next harvest.
    """
    with opened(lake) as held, measured("Renaming") as meter:
        done = held.rebase(base_iri, reason=message, agent=agent, dry_run=dry_run, progress=meter)
    if as_json:
        write_json({name: getattr(done, name) for name in done.__slots__})
    else:
        _show_rebased(done)


def _patients(lake: Path) -> Iterator[Patient]:
    """The lake, or its ledger alone while another process has the view open."""
    from modellake.bootstrap import open_lake
    from modellake.core.errors import UnavailableError
    from modellake.lake.doctor.patient import Patient

    try:
        held = open_lake(lake, notice=note, patience=0)
    except UnavailableError as error:
        if error.code != "view.locked":
            raise
        with opened_ledger(lake) as ledger:
            yield Patient(lake, ledger)
        return
    with held:
        yield Patient(lake, held.ledger, held)


def _misspelled() -> list[Finding]:
    """Variables that look like settings and are none."""
    from modellake.bootstrap.settings import misspelled
    from modellake.core.report import Finding, Severity

    return [
        Finding("doctor.settings", Severity.WARNING, f"{name} is no setting", f"Do you mean {meant}?")
        for name, meant in misspelled(os.environ).items()
    ]


def _show_facts(facts: dict[str, str], settings: Settings) -> None:
    show_pairs(facts.items())
    say()
    show_table(("setting", "value", "from"), [(item.setting.name, item.shown, item.origin) for item in settings])
    say()


def _show_examination(results: Sequence[tuple[Check, list[Finding] | None]], findings: Sequence[Finding]) -> None:
    show_table(("check", "result", "asks"), [(item.name, _result(found), item.title) for item, found in results])
    for finding in sorted(findings, key=lambda item: _ORDER.index(item.severity.value)):
        say()
        say(finding_text(finding))
    if not findings:
        say()
        say(paint("Nothing to do.", "green"))


def _result(findings: list[Finding] | None) -> str:
    if findings is None:
        return "left out"
    if not findings:
        return "fine"
    counts = Counter(finding.severity.value for finding in findings)
    return ", ".join(f"{counts[name]} × {name}" for name in _ORDER if counts[name])


def _changes(lake: Path) -> tuple[list[RuleChange], int]:
    """What differs between the rules of the last commit and those of now, and which commit that is."""
    from modellake.lake.drafting import rules_texts
    from modellake.lake.rules import Rules, rule_changes

    with opened_ledger(lake) as ledger:
        head = ledger.head().sequence
        if not head:
            return [], 0
        return rule_changes(Rules.from_texts(ledger.rules(head)), Rules.from_texts(rules_texts())), head


def _show_upgrade(plan: Upgrade, changes: Sequence[RuleChange], head: int, *, done: bool, as_json: bool) -> None:
    if as_json:
        ledger: dict[str, Any] = {"found": plan.found, "target": plan.target, "steps": list(plan.steps), "done": done}
        write_json({"ledger": ledger, "since_commit": head, "rules": [change.to_dict() for change in changes]})
        return
    if plan:
        verb = "was brought" if done else "would be brought"
        say(f"The ledger {verb} from version {plan.found} to {plan.target}:")
        for step in plan.steps:
            say(f"  {step}")
        if not done:
            say("Its rules can be compared with those of this release when that is done.")
            return
    else:
        say(f"The ledger is up to date: version {plan.found}")
    _show_changes(changes, head)


def _show_changes(changes: Sequence[RuleChange], head: int) -> None:
    if not changes:
        say("Ontology and shapes are those that the lake was written with last.")
        return
    breaking = sum(change.breaking for change in changes)
    say(f"Since commit {head}, {count(len(changes), 'rule')} changed, {breaking:,} of them against what may be there:")
    ranked = sorted(changes, key=lambda change: not change.breaking)
    rows = [("!" if item.breaking else "", item.part, item.change, _short(item.name), item.text) for item in ranked]
    show_table(("", "in", "change", "of", "what"), rows[:_SHOWN])
    if len(rows) > _SHOWN:
        say(f"… and {len(rows) - _SHOWN:,} more; --json gives all of them.")
    note("See which records do not conform any more: modellake doctor --check conformance")


def _short(iri: str) -> str:
    from modellake.core.prefixes import compact

    return compact(iri)


def _show_rebased(done: Rebased) -> None:
    what = f"{count(done.records, 'record')} and {count(done.sources, 'source')}"
    if done.sequence is None:
        say(f"{what} would begin with {done.new} instead of {done.old}. Nothing was written: this was a dry run.")
        return
    say(f"{commit_name(done.sequence, done.commit_hash)}  {what} begin with {done.new} instead of {done.old}")
    note("Write down the head: modellake head. Answers as of an earlier commit keep the old names.")
