"""For those who edit an ontology: ``ontology check``, ``ontology diff``, ``ontology pages``."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from modellake.cli.options import EngineOption, GateEngine, JsonOption, examples
from modellake.cli.output import count, paint, say, show_table, write_json
from modellake.cli.progress import waiting

if TYPE_CHECKING:
    from collections.abc import Iterable

    from modellake.core.report import Finding, Report
    from modellake.rdf.changes import Comparison
    from modellake.rdf.ontology import Ontology

app = typer.Typer(
    help="Check an ontology, compare two versions of it, write its reference pages.",
    rich_markup_mode=None,
    no_args_is_help=True,
    epilog=examples(
        "modellake ontology check",
        "modellake ontology check my-ontology/ --skip-reasoner",
        "modellake ontology diff released/ ontology/",
    ),
)


@app.command(
    epilog=examples(
        "modellake ontology check",
        "modellake ontology check my-ontology/ --skip-reasoner",
        "modellake ontology check my-ontology.owl --json",
    )
)
def check(
    place: Annotated[
        Path | None,
        typer.Argument(metavar="[DIR|FILE]", help="The ontology. By default the one that modellake uses."),
    ] = None,
    skip_reasoner: Annotated[
        bool, typer.Option("--skip-reasoner", help="Leave HermiT out, which needs Java and owlready2.")
    ] = False,
    engine: EngineOption = GateEngine.AUTO,
    as_json: JsonOption = False,
) -> None:
    """Check an ontology: its texts, its references, its logic.

    Shapes ask for labels, definitions and metadata; queries look for the pitfalls of OOPS! and the findings of a
    ROBOT report; HermiT looks for contradictions. Nothing is fetched. Ends with status 1 when there is a finding.
    """
    from modellake.core.errors import ParseError
    from modellake.core.report import Finding, Report, Severity
    from modellake.lake.ontology import check_ontology

    try:
        ontology = _read(place or _own())
    except ParseError as error:
        # What a broken file would have said is missing everywhere: it is the only finding.
        report = Report((Finding(error.code, Severity.VIOLATION, error.message, error.remedy, error.place),))
        facts: dict[str, Any] = {}
    else:
        with waiting("Checking"):
            report = check_ontology(ontology, reasoner=not skip_reasoner, engine=engine.value)
        facts = _facts(ontology)
    if as_json:
        write_json({**facts, **report.to_dict()})
    else:
        _show_report(report, facts)
    raise typer.Exit(1 if report else 0)


@app.command(
    epilog=examples("modellake ontology diff released/ ontology/", "modellake ontology diff v1.ttl v2.ttl --json")
)
def diff(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="A folder or file: the version people have.")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="A folder or file: the version they would get.")],
    as_json: JsonOption = False,
) -> None:
    """Compare two versions of an ontology and say which changes break what was written for the old one.

    Breaking is what makes a right description wrong or loses answers: a term, a superclass or a code that is gone,
    a domain or range that is narrower. Ends with status 1 when a change is breaking.
    """
    from modellake.rdf.changes import Comparison

    comparison = Comparison(_read(old), _read(new))
    if as_json:
        before, after = comparison.versions
        changes = [change.to_dict() for change in comparison.changes]
        write_json({"old": before, "new": after, "breaking": comparison.breaking, "changes": changes})
    else:
        _show_changes(comparison)
    raise typer.Exit(1 if comparison.breaking else 0)


@app.command(epilog=examples("modellake ontology pages docs/reference"))
def pages(
    directory: Annotated[
        Path, typer.Argument(metavar="DIR", help="Where the pages go; it is made if it is not there.")
    ],
    as_json: JsonOption = False,
) -> None:
    """Write the reference of terms, code lists, shapes, alignments and harvesters as Markdown.

    What people have written below the mark on a page stays as it is.
    """
    from modellake.harvest.pages import harvester_pages
    from modellake.rdf.pages import write_pages

    with waiting("Writing"):
        changed = write_pages(directory, harvester_pages())
    if as_json:
        write_json([str(path) for path in changed])
    else:
        for path in changed:
            say(str(path))
        say(f"{count(len(changed), 'page')} written" if changed else "All pages are as they should be")


def _own() -> Path:
    from modellake.rdf.assets import ontology_dir

    return ontology_dir()


def _read(place: Path) -> Ontology:
    from modellake.rdf.ontology import read_ontology

    return read_ontology(place)


def _facts(ontology: Ontology) -> dict[str, int]:
    return {"files": len(ontology.files), "statements": len(ontology.statements), "terms": len(ontology.terms)}


def _show_report(report: Report, facts: dict[str, int]) -> None:
    if report:
        show_table(("severity", "at", "check", "term", "finding"), map(_row, report))
        say()
        _show_remedies(report)
    said = ", ".join(count(number, name.removesuffix("s")) for name, number in facts.items())
    counts = ", ".join(f"{number} {name}" for name, number in Counter(item.severity.value for item in report).items())
    verdict = (
        paint(f"{count(len(report), 'finding')} ({counts})", "red") if report else paint("Nothing to mend", "green")
    )
    say(f"{verdict}{' in ' + said if said else ''}")


def _row(finding: Finding) -> tuple[str, str, str, str, str]:
    from modellake.core.prefixes import compact_all

    # A shape's message names the property already; a query's says what is wrong, and this on what.
    what = finding.value or (None if finding.shape else finding.path)
    return (
        finding.severity.value,
        str(finding.place or ""),
        finding.code.removeprefix("ontology."),
        compact_all(finding.focus or ""),
        compact_all(finding.message) + (f": {compact_all(what)}" if what else ""),
    )


def _show_remedies(findings: Iterable[Finding]) -> None:
    remedies = {finding.code.removeprefix("ontology."): finding.remedy for finding in findings if finding.remedy}
    width = max(map(len, remedies), default=0)
    for name, remedy in remedies.items():
        say(f"{paint(name.ljust(width), bold=True)}  {remedy}")
    say()


def _show_changes(comparison: Comparison) -> None:
    from modellake.core.prefixes import compact

    before, after = comparison.versions
    rows = [
        ("breaking" if change.breaking else "compatible", change.kind, compact(change.term), change.text)
        for change in comparison.changes
    ]
    if rows:
        show_table(("effect", "change", "term", "what"), rows)
        say()
    breaking = sum(change.breaking for change in comparison.changes)
    versions = f"{before or '(no version)'} → {after or '(no version)'}"
    say(f"{versions}: {breaking} breaking, {len(rows) - breaking} compatible")
    if breaking and not comparison.announced:
        say(paint("A breaking change takes a new major version, or before 1.0.0 a new minor one.", "yellow"))
