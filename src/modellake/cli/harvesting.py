"""Harvesting: documents of other tools and places, taken in as descriptions."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from modellake.cli.failures import INTERRUPTED
from modellake.cli.lakes import opened, opened_or_scratch
from modellake.cli.options import (
    DEFAULT_LAKE,
    AgentOption,
    GateEngine,
    JsonOption,
    LakeOption,
    MessageOption,
    examples,
)
from modellake.cli.output import listed, note, write_json_lists
from modellake.cli.progress import Tally, is_watched, tallied
from modellake.cli.reports import outcome_line, show_harvest, show_refusal

if TYPE_CHECKING:
    from pathlib import Path

    from modellake.core.plugins import Harvester
    from modellake.lake.harvesting.documents import Harvested
    from modellake.lake.harvesting.naming import Naming
    from modellake.lake.keeping import PayloadKeeper
    from modellake.lake.lake import Lake
    from modellake.lake.receipts import Receipt

    Pairs = list[tuple[Harvester, str]]

EXAMPLES = examples(
    'modellake harvest cards/ -m "Cards of the vision team"',
    "modellake harvest README.md --explain",
    "modellake harvest README.md --from huggingface --dry-run",
    "modellake harvest ~/.cache/huggingface/hub --strict",
    "modellake harvest models/ --store",
    "modellake harvest models/ --source https://example.org/models/",
    "modellake harvest --list",
)
# What --time-limit is by default, in seconds; the same as that of the library.
_TIME_LIMIT = 3600.0


def harvest(
    sources: Annotated[
        list[str] | None, typer.Argument(metavar="SOURCE", help="Files, folders or URLs.", show_default=False)
    ] = None,
    harvester: Annotated[
        str | None,
        typer.Option("--from", metavar="NAME", help="Which harvester reads them; by default the one that does."),
    ] = None,
    message: MessageOption = "",
    agent: AgentOption = None,
    source: Annotated[
        str | None,
        typer.Option(
            "--source",
            metavar="IRI",
            help="What the document is called, by default its file: IRI; for a folder what comes before the paths "
            "of the documents in it, such as https://example.org/models/.",
        ),
    ] = None,
    strict: Annotated[
        bool,
        typer.Option(
            "--strict/--keep-going",
            help="Write nothing if one document is refused, or take in what passes and quarantine the rest; "
            "for a single document both are the same.",
        ),
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Judge the documents and write nothing.")] = False,
    explain: Annotated[
        bool,
        typer.Option("--explain", help="Show what is made of each document, statement by statement; write nothing."),
    ] = False,
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers", "-j", min=1, metavar="N", help="Processes that read; by default as many as are worth it."
        ),
    ] = None,
    reread: Annotated[bool, typer.Option("--reread", help="Read documents again that are as they were.")] = False,
    time_limit: Annotated[
        float,
        typer.Option(
            "--time-limit", min=0.1, metavar="SECONDS", help="For each document, where other processes read it."
        ),
    ] = _TIME_LIMIT,
    store: Annotated[
        bool, typer.Option("--store", help="Keep the bytes of the described files too: modellake payload --help")
    ] = False,
    store_at: Annotated[
        str | None,
        typer.Option("--store-at", metavar="PLACE", help="The same, at this folder or URL from now on (s3://…)."),
    ] = None,
    listing: Annotated[bool, typer.Option("--list", help="List the installed harvesters and what they read.")] = False,
    lake: LakeOption = DEFAULT_LAKE,
    as_json: JsonOption = False,
) -> None:
    """Take in what other tools have written, such as model cards.

    What the gate refuses is kept in quarantine with the reasons, and the command ends with status 1. A document that
    was harvested before replaces what it said then; one that is as it was is not read again. A folder is read by all
    harvesters that find something in it. Installed plugins read more kinds of documents.
    """
    from modellake.cli.harvesters import show_harvesters
    from modellake.cli.payloads import keeper_for, show_kept
    from modellake.core.errors import RefusedError, UsageError
    from modellake.lake.harvesting.choosing import choose
    from modellake.lake.harvesting.naming import naming_of

    if listing:
        show_harvesters(as_json=as_json)
        return
    if not sources:
        raise UsageError("Nothing to harvest", remedy="Name a file, a folder or a URL. What is read: harvest --list")
    naming = naming_of(sources, source) if source is not None else None
    if explain:
        _explain(sources, harvester, lake, naming, as_json=as_json)
        return
    with opened(lake) as held:
        chosen = choose(sources, harvester)
        keeper = None if dry_run else keeper_for(held, wanted=store, place=store_at)
        items = held.harvested(chosen, workers=workers, reread=reread, time_limit=time_limit, naming=naming)
        message = message or f"Harvest {source or listed(sources)}"
        started = time.monotonic()
        try:
            receipt = _take_in(
                held, chosen, items, keeper, strict=strict, dry_run=dry_run, message=message, agent=agent
            )
        except RefusedError as error:
            show_refusal(error, base=held.iris.base, as_json=as_json)
            raise typer.Exit(error.exit_status) from error
        seconds = time.monotonic() - started
        if as_json:
            kept = {"payloads": keeper.kept.to_dict()} if keeper else {}
            head = {"dry_run": dry_run, "seconds": round(seconds, 3), **receipt.summary(), **kept}
            write_json_lists(head, receipt.lists())
        else:
            show_harvest(receipt, seconds=seconds, base=held.iris.base, dry_run=dry_run)
            if keeper:
                show_kept(held, keeper.kept)
    raise typer.Exit(1 if receipt.refused or (keeper and keeper.kept.missed) else 0)


def _explain(sources: list[str], harvester: str | None, lake: Path, naming: Naming | None, *, as_json: bool) -> None:
    """Show what would be made of documents, without a lake too."""
    from modellake.cli.explanations import explain, show_explanations
    from modellake.lake.harvesting.choosing import choose

    chosen = choose(sources, harvester)
    with opened_or_scratch(lake, engine=GateEngine.AUTO) as held:
        explanations = explain(held, held.harvested(chosen, reread=True, naming=naming))
        refused = show_explanations(explanations, base=held.iris.base, as_json=as_json)
    raise typer.Exit(1 if refused else 0)


def _take_in(
    lake: Lake,
    chosen: Pairs,
    items: Iterable[Harvested],
    keeper: PayloadKeeper | None,
    *,
    strict: bool,
    dry_run: bool,
    message: str,
    agent: str | None,
) -> Receipt:
    before = lake.ledger.head().sequence
    try:
        with tallied("Harvesting", _total(chosen)) as tally:
            progress = _Progress(tally, keeper, dry_run=dry_run)
            return lake.take_in(
                progress.counted(items),
                message=message,
                agent=agent,
                strict=strict,
                dry_run=dry_run,
                watch=progress.watch,
            )
    except KeyboardInterrupt:
        note(f"interrupted: {_so_far(lake, progress, before)}; run it again to finish.")
        raise typer.Exit(INTERRUPTED) from None
    except Exception:
        if lake.ledger.head().sequence > before:
            note(f"So far: {_so_far(lake, progress, before)}.")
        raise


def _so_far(lake: Lake, progress: _Progress, before: int) -> str:
    """How far a harvest came that did not come to its end."""
    last = lake.ledger.head().sequence
    written = f"committed up to commit {last}" if last > before else "nothing is committed"
    return f"{progress.outcome or 'no batch is done'}; {written}"


class _Progress:
    """Counts documents as they are read, and remembers what has become of them so far."""

    def __init__(self, tally: Tally, keeper: PayloadKeeper | None, *, dry_run: bool) -> None:
        self.outcome = ""
        self._tally = tally
        self._keeper = keeper
        self._dry_run = dry_run
        self._done = 0

    def counted(self, items: Iterable[Harvested]) -> Iterator[Harvested]:
        for item in self._keeper.noticed(items) if self._keeper else items:
            self._done += 1
            self._tally(self._done, self.outcome)
            yield item
        self._tally(self._done, f"{self.outcome} writing …".strip())

    def watch(self, receipt: Receipt) -> None:
        self.outcome = outcome_line(receipt, dry_run=self._dry_run)
        self._tally(self._done, self.outcome)
        if self._keeper:
            self._keeper.settle(receipt, lambda name: self._tally(self._done, f"{self.outcome} keeping {name}"))


def _total(chosen: Pairs) -> int | None:
    """How many documents there are; counted only when somebody watches and counting is cheap."""
    from modellake.lake.harvesting.choosing import found

    if not is_watched() or any("://" in place for _, place in chosen):
        return None
    return sum(1 for _ in found(chosen))
