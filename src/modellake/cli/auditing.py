"""The command ``audit``: every record, as it is, before the rules of now or before a profile."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from modellake.cli.lakes import opened
from modellake.cli.options import (
    DEFAULT_LAKE,
    AnyResourceArgument,
    EngineOption,
    GateEngine,
    JsonOption,
    LakeOption,
    examples,
)
from modellake.cli.output import count, paint, say, short_name, show_table, write_json_lists
from modellake.cli.progress import measured
from modellake.cli.reports import SHOWN, finding_text, is_blocking, rule_name, show_report
from modellake.core.prefixes import compact_all

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from modellake.core.report import Finding
    from modellake.lake.conformance import Nonconformity
    from modellake.lake.lake import Lake
    from modellake.lake.spools import Spool
    from modellake.rdf.shapes import ShapePack

EXAMPLES = examples(
    "modellake audit",
    "modellake audit acme/churn@1.2",
    "modellake audit --profile house-rules.ttl",
    "modellake audit --profile shapes/ --turtle > report.ttl",
)
_ORDER = ("Violation", "Warning", "Info")
_COLUMNS = ("findings", "severity", "rule", "for instance", "do", "since then")
Kind = tuple[str, str, str | None, str | None]  # severity, rule, property, cause


def audit(
    resource: AnyResourceArgument = None,
    profile: Annotated[
        Path | None,
        typer.Option(
            "--profile",
            metavar="FILE",
            help="SHACL shapes to use in place of those of the gate; a folder stands for all RDF files in it.",
        ),
    ] = None,
    engine: EngineOption = GateEngine.AUTO,
    as_json: JsonOption = False,
    turtle: Annotated[bool, typer.Option("--turtle", help="Answer with a sh:ValidationReport in Turtle.")] = False,
    lake: LakeOption = DEFAULT_LAKE,
) -> None:
    """Check records as they are now against the rules of now, or against a profile of your own.

    Nothing is changed. Where rules have changed since a record was written, the finding says which change is to blame.
    Ends with status 1 when a record violates a rule.
    """
    from modellake.rdf.profiles import read_profile

    pack = read_profile(profile, engine=engine.value) if profile else None
    with opened(lake, engine=engine) as held:
        found, records = _audited(held, pack, resource)
        base = held.iris.base
    conforms = not any(is_blocking(item.finding) for item in found)
    if as_json:
        write_json_lists({"conforms": conforms, "records": records}, {"findings": (item.to_dict() for item in found)})
    elif turtle:
        _write_report((item.finding for item in found), conforms=conforms)
    else:
        _show(found, base, alone=resource is not None)
        _show_outcome(found, records, conforms=conforms)
    raise typer.Exit(0 if conforms else 1)


def _audited(lake: Lake, pack: ShapePack | None, resource: str | None) -> tuple[Spool[Nonconformity], int]:
    """What is found, and in how many records it was looked for."""
    from modellake.lake.spools import Spool

    records = None if resource is None else _records(lake, resource)
    found: Spool[Nonconformity] = Spool()
    done = 0
    with measured("Auditing") as meter:

        def count_up(number: int, total: int) -> None:
            nonlocal done
            done = number
            meter(number, total if records is None else len(records))

        found.extend(lake.audit(pack, records=records, progress=count_up))
    return found, done


def _records(lake: Lake, name: str) -> list[str]:
    """The records about a resource.

    Raises:
        NotFoundError: the lake says nothing about it.
    """
    from modellake.cli.portraits import state_of

    home = state_of(lake, name, None).home
    return lake.identities.names_at(None).records(home.value)


def _write_report(findings: Iterable[Finding], *, conforms: bool) -> None:
    """A ``sh:ValidationReport``, which may be longer than memory."""
    from modellake.core.report import report_statements
    from modellake.rdf.codec import write_statements_as_they_come
    from modellake.rdf.formats import syntax_named

    statements = report_statements(findings, conforms=conforms)
    stream = typer.get_binary_stream("stdout")
    write_statements_as_they_come(statements, syntax_named("turtle"), stream, ("sh", "lake", "xsd"))
    stream.flush()


def _show(found: Sequence[Nonconformity], base: str, *, alone: bool) -> None:
    """Violations in full, the first of them; the rest by its rule, or of a resource alone one by one."""
    shown = [*islice((item for item in found if is_blocking(item.finding)), SHOWN)]
    for item in shown:
        say(_in_full(item, base))
    if not alone:
        _show_kinds(found, base)
        return
    rest = [item.finding for item in found if not is_blocking(item.finding)]
    show_report(rest, base=base)


def _in_full(item: Nonconformity, base: str) -> str:
    since = f"\n    since: commit {item.sequence}, {item.cause}" if item.cause else ""
    return finding_text(item.finding, base) + since


def _show_kinds(found: Iterable[Nonconformity], base: str) -> None:
    """Findings counted by rule, the gravest first, each with an example."""
    counts: Counter[Kind] = Counter()
    examples: dict[Kind, Nonconformity] = {}
    for item in found:
        kind = _kind(item)
        counts[kind] += 1
        examples.setdefault(kind, item)
    ranked = sorted(counts.items(), key=lambda pair: (_ORDER.index(pair[0][0]), -pair[1]))
    if ranked:
        rows = [_row(number, examples[kind], base) for kind, number in ranked]
        columns = slice(None) if any(cause for *_, cause in counts) else slice(0, -1)
        show_table(_COLUMNS[columns], [row[columns] for row in rows])
        say()


def _kind(item: Nonconformity) -> Kind:
    finding = item.finding
    # Shapes without a name are known by the shape that they are part of, and their property.
    return finding.severity.value, rule_name(finding), finding.path if finding.shape else None, item.cause


def _row(number: int, item: Nonconformity, base: str) -> tuple[str, ...]:
    finding = item.finding
    remedy = compact_all(finding.remedy or finding.message)
    name = short_name(item.home, base)
    return f"{number:,}", finding.severity.value, rule_name(finding), name, remedy, item.cause or ""


def _show_outcome(found: Iterable[Nonconformity], records: int, *, conforms: bool) -> None:
    counts = Counter(item.finding.severity.value for item in found)
    told = ", ".join(count(counts[name], name) for name in _ORDER if counts[name]) or "nothing to report"
    word = paint("Conforms:", "green") if conforms else paint("Does not conform:", "red")
    say(f"{word} {count(records, 'record')}, {told}")
