"""Harvesting: documents of other tools and places, taken in as descriptions."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from itertools import islice
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
from modellake.cli.output import listed, note, write_json
from modellake.cli.progress import Tally, is_watched, tallied
from modellake.cli.reports import outcome_line, show_harvest, show_refusal

if TYPE_CHECKING:
    from modellake.core.description import Description, Refusal
    from modellake.core.plugins import Harvester
    from modellake.lake.keeping import PayloadKeeper
    from modellake.lake.lake import Lake
    from modellake.lake.receipts import Receipt

    Items = Iterable[Description | Refusal]
    Pairs = list[tuple[Harvester, str]]

_BATCH = 500
EXAMPLES = examples(
    'modellake harvest cards/ -m "Cards of the vision team"',
    "modellake harvest README.md --from huggingface --dry-run",
    "modellake harvest ~/.cache/huggingface/hub --strict",
    "modellake harvest models/ --store",
    "modellake harvest --list",
)


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
    strict: Annotated[
        bool,
        typer.Option(
            "--strict/--keep-going",
            help="Write nothing if one document is refused, or take in what passes and quarantine the rest.",
        ),
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Judge the documents and write nothing.")] = False,
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
    was harvested before replaces what it said then. Installed plugins read more kinds of documents.
    """
    from modellake.cli.harvesters import show_harvesters
    from modellake.cli.payloads import keeper_for, show_kept
    from modellake.core.errors import RefusedError, UsageError

    if listing:
        show_harvesters(as_json=as_json)
        return
    if not sources:
        raise UsageError("Nothing to harvest", remedy="Name a file, a folder or a URL. What is read: harvest --list")
    with opened(lake) as held:
        chosen = [(choose_harvester(place, harvester), place) for place in sources]
        keeper = None if dry_run else keeper_for(held, wanted=store, place=store_at)
        started = time.monotonic()
        try:
            receipt = _harvest(held, chosen, keeper, strict=strict, dry_run=dry_run, message=message, agent=agent)
        except RefusedError as error:
            show_refusal(error, base=held.iris.base, as_json=as_json)
            raise typer.Exit(error.exit_status) from error
        seconds = time.monotonic() - started
        if as_json:
            kept = {"payloads": keeper.kept.to_dict()} if keeper else {}
            write_json({"dry_run": dry_run, "seconds": round(seconds, 3), **receipt.to_dict(), **kept})
        else:
            show_harvest(receipt, seconds=seconds, base=held.iris.base, dry_run=dry_run)
            if keeper:
                show_kept(held, keeper.kept)
    raise typer.Exit(1 if receipt.refused or (keeper and keeper.kept.missed) else 0)


def choose_harvester(place: str, name: str | None) -> Harvester:
    """The harvester that reads a place.

    Raises:
        NotFoundError: there is nothing there, or no harvester of that name.
        UsageError: no harvester accepts it, or several do.
    """
    from modellake.core.errors import NotFoundError, UsageError
    from modellake.core.plugins import accepting_harvesters, harvester_names, load_harvester

    if "://" not in place and not Path(place).exists():
        raise NotFoundError(f"There is no file or folder {place}", code="file.absent")
    if name is not None:
        return load_harvester(name)
    accepting = accepting_harvesters(place)
    if len(accepting) == 1:
        return accepting[0]
    if not accepting:
        raise UsageError(
            f"No harvester knows what to do with {place}",
            code="harvester.none",
            remedy=f"Say which one with --from: {', '.join(harvester_names())}. RDF files: modellake commit {place}",
        )
    raise UsageError(
        f"Several harvesters accept {place}",
        code="harvester.ambiguous",
        remedy="Say which one: " + " or ".join(f"--from {harvester.name}" for harvester in accepting),
    )


def _harvest(
    lake: Lake,
    chosen: Pairs,
    keeper: PayloadKeeper | None,
    *,
    strict: bool,
    dry_run: bool,
    message: str,
    agent: str | None,
) -> Receipt:
    message = message or f"Harvest {listed([place for _, place in chosen])}"
    with tallied("Harvesting", _total(chosen)) as tally:
        progress = _Progress(tally, keeper)
        items = progress.counted(_documents(lake, chosen, keeper))
        try:
            if dry_run:
                return _judged(lake, items, progress)
            if strict:
                receipt = lake.commit(list(items), message=message, agent=agent)
                progress.watch(receipt)
                return receipt
            return lake.commit_each(items, message=message, agent=agent, watch=progress.watch)
        except BaseException:
            progress.last_words()
            raise


class _Progress:
    """Counts documents as they are read, and remembers what has become of them so far."""

    def __init__(self, tally: Tally, keeper: PayloadKeeper | None = None) -> None:
        self._tally = tally
        self._keeper = keeper
        self._done = 0
        self._outcome = ""
        self._commit: int | None = None

    def counted(self, items: Items) -> Iterator[Description | Refusal]:
        for item in items:
            self._done += 1
            self._tally(self._done, self._outcome)
            yield item
        self._tally(self._done, f"{self._outcome} writing …".strip())

    def watch(self, receipt: Receipt) -> None:
        self._outcome, self._commit = outcome_line(receipt), receipt.sequence
        self._tally(self._done, self._outcome)
        if self._keeper:
            self._keeper.settle(receipt, lambda name: self._tally(self._done, f"{self._outcome} keeping {name}"))

    def last_words(self) -> None:
        """Say how far a harvest came that did not come to its end."""
        if self._commit is not None:
            note(f"So far: {self._outcome}; committed up to commit {self._commit}.")


def _documents(lake: Lake, chosen: Pairs, keeper: PayloadKeeper | None = None) -> Iterator[Description | Refusal]:
    from modellake.lake.harvesting import harvest_place

    for harvester, place in chosen:
        items = harvest_place(harvester, place, lake.iris)
        yield from keeper.noticed(items, harvester) if keeper else items


def _total(chosen: Pairs) -> int | None:
    """How many documents there are; counted only when somebody watches and counting is cheap."""
    if not is_watched() or any("://" in place for _, place in chosen):
        return None
    return sum(1 for harvester, place in chosen for _ in harvester.find(place))


def _judged(lake: Lake, items: Iterator[Description | Refusal], progress: _Progress) -> Receipt:
    from modellake.lake.receipts import Receipt, RefusedSource

    receipt = Receipt()
    while group := list(islice(items, _BATCH)):
        judgment = lake.validate(group)
        receipt.accepted += [item.source.place for item in judgment.accepted]
        receipt.unchanged += [item.source.place for item in judgment.unchanged]
        receipt.refused += [
            RefusedSource(item.source.iri.value, item.source.place, item.report) for item in judgment.refused
        ]
        receipt.records += len({change.record for change in judgment.changes})
        receipt.findings += judgment.findings
        progress.watch(receipt)
    return receipt
