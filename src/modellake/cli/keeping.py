"""Looking after a lake: ``verify``, ``rebuild``, ``stats``."""

from __future__ import annotations

import time
from contextlib import ExitStack
from typing import Annotated

import typer

from modellake.cli.lakes import opened, opened_ledger
from modellake.cli.options import DEFAULT_LAKE, JsonOption, LakeOption, check_head, examples
from modellake.cli.output import count, note, paint, say, show_pairs, size, write_json
from modellake.cli.progress import measured
from modellake.cli.reports import finding_text

VERIFY_EXAMPLES = examples(
    "modellake verify",
    "modellake verify --head 1f0c…   (the hash that you wrote down)",
    "modellake verify --deep         (the view and the payloads as well)",
)
REBUILD_EXAMPLES = examples("modellake rebuild")
STATS_EXAMPLES = examples("modellake stats", "modellake stats --json")


def verify(
    head: Annotated[
        str | None,
        typer.Option("--head", metavar="HASH", help="A commit's hash that you wrote down: it must be in the chain."),
    ] = None,
    deep: Annotated[
        bool,
        typer.Option("--deep", help="Also derive the view anew and compare it, and read all payloads that are kept."),
    ] = False,
    lake: LakeOption = DEFAULT_LAKE,
    as_json: JsonOption = False,
) -> None:
    """Check every commit and content of the ledger against its hashes.

    Someone who can write the whole file could compute a new chain. Write the hash of the last commit down elsewhere
    and give it with --head next time: then that shows as well. Ends with status 1 when a finding is more than a remark.
    """
    check_head(head)
    with ExitStack() as stack:
        held = stack.enter_context(opened(lake)) if deep else None
        ledger = held.ledger if held else stack.enter_context(opened_ledger(lake))
        with measured("Verifying") as meter:
            if held:
                report = held.verify(head=head, deep=True, progress=meter)
            else:
                report = ledger.verify(head=head, progress=meter)
        last = ledger.head()
        serious = [finding for finding in report if finding.severity.value != "Info"]
        if as_json:
            write_json({"sequence": last.sequence, "head": last.hash, **report.to_dict()})
        else:
            for finding in report:
                say(finding_text(finding, ledger.base_iri))
            if not serious:
                what = (
                    "The ledger is as it was written, and the view shows it"
                    if deep
                    else "The ledger is as it was written"
                )
                say(f"{paint(f'{what}:', 'green')} {count(last.sequence, 'commit')}")
                say(f"head {last.hash}")
    raise typer.Exit(1 if serious else 0)


def rebuild(lake: LakeOption = DEFAULT_LAKE, as_json: JsonOption = False) -> None:
    """Make the view that answers queries again from the ledger.

    Never needed in daily life: a view that is behind catches up, and a damaged one is made again when it is opened.
    """
    with opened(lake) as held:
        started = time.monotonic()
        with measured("Rebuilding") as meter:
            held.rebuild(progress=meter)
        seconds, quads = time.monotonic() - started, held.view.engine.size()
        if as_json:
            write_json({"quads": quads, "seconds": round(seconds, 3)})
        else:
            say(f"Made the view again from the ledger: {count(quads, 'quad')} in {seconds:.1f} s")


def stats(lake: LakeOption = DEFAULT_LAKE, as_json: JsonOption = False) -> None:
    """Say how much the lake holds."""
    with opened(lake) as held:
        found, base = held.stats(), held.iris.base
    ledger = found.ledger
    numbers = {
        "commits": ledger.commits,
        "records": ledger.records,
        "sources": ledger.sources,
        "contents": ledger.contents,
        "content_bytes": ledger.size,
        "stored_bytes": ledger.stored,
        "quarantined": ledger.quarantined,
        "quads": found.quads,
        "lag": found.lag,
    }
    if as_json:
        write_json({"lake": str(lake), "base_iri": base, **numbers})
        return
    kept = f"{ledger.contents:,} ({size(ledger.size)}, stored as {size(ledger.stored)})"
    lines = [("lake", str(lake)), ("base IRI", base)]
    lines += [(name, f"{numbers[name]:,}") for name in ("commits", "records", "sources")]
    lines += [("contents", kept), ("quads", f"{found.quads:,}"), ("quarantined", f"{ledger.quarantined:,}")]
    show_pairs(lines)
    if ledger.quarantined:
        note("See what waits in quarantine: modellake quarantine list")
