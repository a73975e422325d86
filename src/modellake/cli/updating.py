"""Changing the lake in SPARQL: ``update``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from modellake.cli.lakes import opened
from modellake.cli.options import (
    DEFAULT_LAKE,
    AgentOption,
    JsonOption,
    LakeOption,
    MessageOption,
    examples,
)
from modellake.cli.output import count, note, paint, say, term_text, write_json
from modellake.cli.progress import waiting
from modellake.cli.reports import SHOWN, commit_name, finding_text, is_blocking, show_report

if TYPE_CHECKING:
    from pyoxigraph import Triple

    from modellake.core.errors import RefusedError
    from modellake.lake.updating.receipts import UpdateReceipt

UPDATE_EXAMPLES = examples(
    "modellake update -e 'INSERT DATA { <model/acme/churn> dcat:keyword \"banking\" }' -m 'Tag the churn model'",
    "modellake update -f rename.ru --dry-run",
    "sed 's/acme/apex/' rename.ru | modellake update -f - -m 'Follow the new name' --agent ada",
)


def update(
    text: Annotated[str | None, typer.Option("-e", metavar="TEXT", help="A SPARQL update.")] = None,
    file: Annotated[Path | None, typer.Option("-f", metavar="FILE", help="A file with one; - reads stdin.")] = None,
    message: MessageOption = "",
    agent: AgentOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be done, and write nothing.")] = False,
    lake: LakeOption = DEFAULT_LAKE,
    as_json: JsonOption = False,
) -> None:
    """Change the lake with a SPARQL update: all of its operations in one commit, or nothing.

    What it adds is curated. What it deletes is taken back for good, whichever source said it. The usual prefixes
    (lake:, prov:, dcat:, dct:, …) need no declaration. Where the gate refuses the outcome, nothing is written, and the
    command ends with status 1.
    """
    from modellake.core.errors import QueryError, RefusedError

    asked = _asked(text, file)
    with opened(lake) as held:
        base = held.iris.base
        try:
            with waiting("Updating"):
                receipt = held.update(asked, message=message, agent=agent, dry_run=dry_run)
        except QueryError as error:
            if file and error.place:
                error.place = replace(error.place, document=str(file))
            raise
        except RefusedError as error:
            _show_refusal(error, base, as_json=as_json)
            raise typer.Exit(error.exit_status) from error
    if as_json:
        write_json({"updated": receipt.sequence is not None, "dry_run": dry_run, **receipt.to_dict()})
    else:
        _show(receipt, base, dry_run=dry_run)


def _asked(text: str | None, file: Path | None) -> str:
    """The one update that was given.

    Raises:
        UsageError: none was, or two.
        NotFoundError: the file is not there.
    """
    from modellake.cli.questions import file_text
    from modellake.core.errors import UsageError

    if (text is None) == (file is None):
        raise UsageError(
            "What is the update?" if text is None else "Give one update",
            code="update.which",
            remedy="Write it after -e, or name its file after -f.",
        )
    return text if text is not None else file_text(file or Path())


def _show(receipt: UpdateReceipt, base: str, *, dry_run: bool) -> None:
    """What went and came, the commit, and what there is to say about it."""
    _show_statements("-", "red", receipt.removed, base)
    _show_statements("+", "green", receipt.added, base)
    changes = f"{count(len(receipt.added), 'statement')} added, {len(receipt.removed):,} taken back"
    where = f"in {count(receipt.records, 'record')}"
    if not receipt.added and not receipt.removed:
        say("Nothing to change.")
    elif dry_run:
        say(f"{changes} {where}: nothing was written, this was a dry run.")
    else:
        say(f"{commit_name(receipt.sequence or 0, receipt.commit_hash)}  {changes} {where}")
    own = [finding for finding in receipt.report if finding.code.startswith("update.")]
    for finding in own[:SHOWN]:
        say(finding_text(finding, base))
    if others := len(receipt.findings) - len(own[:SHOWN]):
        note(f"{count(others, 'more finding')} about what is said there now; --json gives all of them.")


def _show_statements(mark: str, color: str, statements: Sequence[Triple], base: str) -> None:
    for item in statements[:SHOWN]:
        terms = (term_text(term, base) for term in (item.subject, item.predicate, item.object))
        say(paint(f"{mark} {'  '.join(terms)}", color))
    if (more := len(statements) - SHOWN) > 0:
        say(f"{mark} … and {count(more, 'more statement')}; --json gives all of them.")


def _show_refusal(error: RefusedError, base: str, *, as_json: bool) -> None:
    from modellake.cli.failures import show_error

    if as_json:
        write_json({"updated": False, "report": error.report.to_dict()})
    else:
        blocking = [finding for finding in error.report if is_blocking(finding)]
        show_report(blocking, base=base, err=True)
        if len(blocking) < len(error.report):
            note(f"… and {count(len(error.report) - len(blocking), 'finding')} that would not block.")
    show_error(error)
