"""The quarantine: what the gate refused, why, and how it gets in after all."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from modellake.cli.lakes import opened, opened_ledger
from modellake.cli.options import (
    DEFAULT_LAKE,
    AgentOption,
    JsonOption,
    LakeOption,
    MessageOption,
    examples,
)
from modellake.cli.output import (
    count,
    listed,
    moment,
    say,
    short_name,
    show_pairs,
    show_table,
    size,
    write_bytes,
    write_json,
)
from modellake.cli.reports import is_blocking, sentence, show_receipt, show_report

if TYPE_CHECKING:
    from modellake.ledger.quarantine import Quarantine, QuarantineDocument, QuarantineItem

app = typer.Typer(
    help="Look at what the gate refused; retry or drop it.",
    rich_markup_mode=None,
    no_args_is_help=True,
    epilog=examples(
        "modellake quarantine list",
        "modellake quarantine show 3",
        "modellake quarantine retry 3",
    ),
)
IdArgument = Annotated[int, typer.Argument(metavar="ID", help="The number of the item.", show_default=False)]


@app.command("list", epilog=examples("modellake quarantine list", "modellake quarantine list --all --json"))
def list_items(
    everything: Annotated[bool, typer.Option("--all", help="Also what has been taken in since.")] = False,
    lake: LakeOption = DEFAULT_LAKE,
    as_json: JsonOption = False,
) -> None:
    """List what waits in quarantine, oldest first, with the first reason of each."""
    with opened_ledger(lake) as ledger:
        items = ledger.quarantine.list(None if everything else "open")
        if as_json:
            write_json([_summary(item) for item in items])
        elif not items:
            say("The quarantine is empty.")
        else:
            columns = ("id", "refused", "status", "document", "reason")
            show_table(
                columns if everything else _without_status(columns),
                [_row(item, everything, ledger.base_iri) for item in items],
            )


@app.command(
    "show",
    epilog=examples("modellake quarantine show 3", "modellake quarantine show 3 --bytes > README.md"),
)
def show_item(
    item: IdArgument,
    as_bytes: Annotated[bool, typer.Option("--bytes", help="Write the document itself to stdout.")] = False,
    lake: LakeOption = DEFAULT_LAKE,
    as_json: JsonOption = False,
) -> None:
    """Show why an item was refused, or with --bytes the document exactly as it was sent."""
    with opened_ledger(lake) as ledger:
        document = ledger.quarantine.get(item)
        if as_bytes:
            write_bytes(document.original)
        elif as_json:
            write_json({**_summary(document), "report": document.report.to_dict()})
        else:
            show_pairs(_facts(document, ledger.base_iri))
            say()
            show_report(document.report, base=ledger.base_iri)


@app.command(
    "retry",
    epilog=examples(
        "modellake quarantine retry 3",
        "modellake quarantine retry --all",
        "modellake quarantine retry 3 --file mended.md",
    ),
)
def retry(
    items: Annotated[
        list[int] | None, typer.Argument(metavar="ID", help="The numbers of the items.", show_default=False)
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="All that waits.")] = False,
    file: Annotated[
        Path | None, typer.Option("--file", metavar="MENDED", help="Take the document from this file.")
    ] = None,
    message: MessageOption = "",
    agent: AgentOption = None,
    lake: LakeOption = DEFAULT_LAKE,
    as_json: JsonOption = False,
) -> None:
    """Send items through the gate again, under the names of their sources.

    A document is read from its place if it is still there (mend it there), else as it was kept; or from --file. What
    passes is committed and leaves the quarantine; what does not stays, and the command ends with status 1.
    """
    from modellake.lake.harvesting import retry_item

    with opened(lake) as held:
        chosen = _chosen(held.ledger.quarantine, items or [], everything, file)
        mended = _mended(file)
        again = [retry_item(item, held.iris, mended) for item in chosen]
        reason = message or f"Retry {listed([item.place for item in chosen])}"
        receipt = held.commit_each(again, message=reason, agent=agent)
        if as_json:
            write_json(receipt.to_dict())
        else:
            for refused in receipt.refused:
                say(f"Still refused: {refused.place} (quarantine item {refused.quarantine})")
                show_report(refused.report, base=held.iris.base)
            if receipt.accepted or receipt.unchanged:
                show_receipt(receipt, base=held.iris.base)
            if not chosen:
                say("The quarantine is empty.")
    raise typer.Exit(1 if receipt.refused else 0)


@app.command("drop", epilog=examples("modellake quarantine drop 3 4"))
def drop(
    items: Annotated[list[int], typer.Argument(metavar="ID", help="The numbers of the items.", show_default=False)],
    lake: LakeOption = DEFAULT_LAKE,
    as_json: JsonOption = False,
) -> None:
    """Throw items away for good, with their documents. The original files are not touched."""
    with opened_ledger(lake) as ledger:
        # All of them must be there before the first one goes.
        documents = [ledger.quarantine.get(item) for item in dict.fromkeys(items)]
        for document in documents:
            ledger.quarantine.drop(document.id)
        if as_json:
            write_json({"dropped": [document.id for document in documents]})
        else:
            say("\n".join(f"Dropped {document.id}: {document.place}" for document in documents))


def _chosen(quarantine: Quarantine, items: list[int], everything: bool, file: Path | None) -> list[QuarantineDocument]:
    from modellake.core.errors import UsageError

    if bool(items) == everything:
        raise UsageError("Which items?", code="quarantine.which", remedy="Give their numbers, or --all.")
    if file is not None and len(items) != 1:
        raise UsageError("--file mends one item", code="quarantine.which", remedy="Give the number of that item.")
    wanted = [item.id for item in quarantine.list()] if everything else sorted(set(items))
    # Of several refusals of one source the last one counts.
    latest = {document.source: document for document in map(quarantine.get, wanted)}
    return list(latest.values())


def _mended(file: Path | None) -> bytes | None:
    from modellake.core.errors import NotFoundError

    if file is None:
        return None
    if not file.is_file():
        raise NotFoundError(f"There is no file {file}", code="file.absent")
    return file.read_bytes()


def _without_status(columns: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(column for column in columns if column != "status")


def _row(item: QuarantineItem, everything: bool, base: str) -> list[str]:
    status = [_status(item)] if everything else []
    return [str(item.id), moment(item.time), *status, item.place, _reason(item, base)]


def _status(item: QuarantineItem) -> str:
    return item.status if item.sequence is None else f"{item.status}, commit {item.sequence}"


def _reason(item: QuarantineItem, base: str) -> str:
    blocking = [finding for finding in item.report if is_blocking(finding)]
    if not blocking:
        return ""
    more = f" (and {count(len(blocking) - 1, 'more reason')})" if len(blocking) > 1 else ""
    return f"[{blocking[0].code}] {sentence(blocking[0], base)[0]}{more}"


def _facts(item: QuarantineItem, base: str) -> list[tuple[str, str]]:
    return [
        ("item", str(item.id)),
        ("document", item.place),
        ("source", item.source),
        ("read as", item.harvester or item.media_type),
        ("refused", f"{moment(item.time)}, sent by {short_name(item.agent, base)}"),
        ("status", _status(item)),
        ("size", size(item.size)),
    ]


def _summary(item: QuarantineItem) -> dict[str, Any]:
    return {
        "id": item.id,
        "time": item.time,
        "status": item.status,
        "taken_in_with": item.sequence,
        "place": item.place,
        "source": item.source,
        "media_type": item.media_type,
        "harvester": item.harvester,
        "agent": item.agent,
        "size": item.size,
        "reasons": [finding.code for finding in item.report],
    }
