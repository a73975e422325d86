"""Payloads: the bytes that a lake keeps of model and data files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Annotated

import typer

from modellake.cli.lakes import opened, opened_ledger
from modellake.cli.options import DEFAULT_LAKE, JsonOption, LakeOption, examples
from modellake.cli.output import (
    count,
    is_terminal,
    note,
    paint,
    say,
    short_name,
    show_pairs,
    show_table,
    size,
    write_json,
)
from modellake.cli.progress import measured, waiting
from modellake.cli.reports import show_report, show_summary
from modellake.core.errors import ModelLakeError, NotFoundError, UsageError

if TYPE_CHECKING:
    from pyoxigraph import NamedNode

    from modellake.core.report import Finding
    from modellake.lake.keeping import Kept, PayloadKeeper
    from modellake.lake.lake import Lake
    from modellake.lake.payloads import PayloadFile, Payloads
    from modellake.ledger.blobs import Blob

app = typer.Typer(
    help="Get, list, check and drop the bytes of model and data files that the lake keeps.",
    rich_markup_mode=None,
    no_args_is_help=True,
    epilog=examples(
        "modellake harvest models/ --store",
        "modellake payload list",
        "modellake payload get acme/churn@1.2 -o churn.onnx",
        "modellake payload verify",
    ),
)
LISTED = 12
# What no bytes have, to see whether a place answers.
_NOTHING = "0" * 64


def keeper_for(lake: Lake, *, wanted: bool, place: str | None) -> PayloadKeeper | None:
    """What keeps the files of a harvest; None where nobody asked for that.

    Raises:
        UnavailableError: the place of payloads cannot be reached; better told before anything is written.
    """
    from modellake.lake.keeping import PayloadKeeper

    if place is not None:
        lake.payloads.use(_as_setting(place))
    if not wanted and place is None:
        return None
    lake.payloads.find(_NOTHING)
    return PayloadKeeper(lake.payloads, lake.ledger)


def show_kept(lake: Lake, kept: Kept) -> None:
    """What became of the files of a harvest."""
    already = f", {count(kept.present, 'file')} kept already" if kept.present else ""
    say(f"{count(kept.files, 'file')} kept ({size(kept.size)}){already} in {lake.payloads.blobs.places[0].name}")
    if kept.missed:
        say(f"{paint(count(kept.missed, 'file') + ' not kept', 'red')}:")
    show_summary(kept.findings, base=lake.iris.base)


@app.command("list", epilog=examples("modellake payload list", "modellake payload list --json"))
def list_payloads(lake: LakeOption = DEFAULT_LAKE, as_json: JsonOption = False) -> None:
    """List what is kept, and whose files it is."""
    with opened(lake) as held:
        with waiting("Asking"):
            blobs, owners = list(held.payloads.list()), _owners(held)
        if as_json:
            write_json([_blob_dict(blob, owners) for blob in blobs])
            return
        if not blobs:
            say("No payload is kept. Keep some: modellake harvest --store SOURCE")
            return
        base = held.iris.base
        show_table(("sha256", "size", "file of", "place"), [_row(blob, owners, base) for blob in blobs])
        say()
        say(f"{count(len(blobs), 'file')}, {size(sum(blob.size for blob in blobs))}")


@app.command(
    "get",
    epilog=examples(
        "modellake payload get acme/churn@1.2 -o churn.onnx",
        "modellake payload get acme/churn@1.2 -o folder/",
        "modellake payload get 5ba5ac2b… | sha256sum",
    ),
)
def get_payload(
    name: Annotated[
        str, typer.Argument(metavar="SHA256|RESOURCE", help="A SHA-256, or what has the file.", show_default=False)
    ],
    output: Annotated[
        str | None,
        typer.Option("-o", "--output", metavar="FILE|DIR/", help="Where to; a folder takes all files of a resource."),
    ] = None,
    lake: LakeOption = DEFAULT_LAKE,
) -> None:
    """Get the bytes of a file, checked against their SHA-256.

    Without -o they go to stdout; then look at the exit status, as what is wrong shows only at the end.
    """
    from modellake.ledger.blobs import is_digest

    with _payloads(lake) as payloads:
        into_folder = output is not None and (output.endswith("/") or Path(output).is_dir())
        if output is not None and into_folder and not is_digest(name.lower()):
            _save_all(payloads, name, Path(output))
            return
        sha256 = payloads.digest(name)
        if output is None:
            _write(payloads, sha256)
        else:
            target = Path(output) / sha256 if into_folder else Path(output)
            payloads.save(sha256, target)
            note(f"{target}: {_size_text(payloads, sha256)}, SHA-256 {sha256}")


@app.command("add", epilog=examples("modellake payload add model.onnx"))
def add_payload(
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="Files to keep.", show_default=False)],
    lake: LakeOption = DEFAULT_LAKE,
) -> None:
    """Keep files by name.

    For those whose descriptions the lake has from elsewhere, such as the files of a run.
    """
    with _payloads(lake) as payloads:
        for path in files:
            say(f"{payloads.add(path)}  {path}")


@app.command("drop", epilog=examples("modellake payload drop 5ba5ac2b…"))
def drop_payloads(
    digests: Annotated[list[str], typer.Argument(metavar="SHA256", help="In full.", show_default=False)],
    lake: LakeOption = DEFAULT_LAKE,
) -> None:
    """Keep bytes no more, for good.

    What the lake says about the file stays. A harvest with --store keeps the file again.
    """
    with _payloads(lake) as payloads:
        for sha256 in digests:
            blob = payloads.drop(sha256.lower())
            say(f"Removed {blob.sha256} ({size(blob.size)}) from {blob.place}")


@app.command("verify", epilog=examples("modellake payload verify", "modellake payload verify --set-aside"))
def verify_payloads(
    set_aside: Annotated[
        bool, typer.Option("--set-aside", help="Move damaged bytes out of the way, so that right ones can be kept.")
    ] = False,
    lake: LakeOption = DEFAULT_LAKE,
    as_json: JsonOption = False,
) -> None:
    """Compare all that is kept with its SHA-256.

    Ends with status 1 when something is damaged.
    """
    with _payloads(lake) as payloads:
        left_behind = payloads.blobs.clean()
        blobs = list(payloads.list())
        findings: list[Finding] = []
        total, done = sum(blob.size for blob in blobs), 0
        with measured("Verifying") as meter:
            for blob, finding in payloads.verify(set_aside=set_aside):
                findings += [finding] if finding else []
                done += blob.size
                meter(done, total)
    if as_json:
        write_json({"files": len(blobs), "bytes": total, "findings": [item.to_dict() for item in findings]})
    else:
        show_report(findings)
        if left_behind:
            say(f"Removed {count(left_behind, 'file')} that an interrupted writer left behind")
        if not findings:
            say(f"{paint('All bytes are as they were written:', 'green')} {count(len(blobs), 'file')}, {size(total)}")
    raise typer.Exit(1 if findings else 0)


@app.command(
    "place",
    epilog=examples("modellake payload place", "modellake payload place s3://models/payloads"),
)
def place_payloads(
    place: Annotated[
        str | None, typer.Argument(metavar="[DIR|URL]", help="Where to keep payloads from now on.", show_default=False)
    ] = None,
    lake: LakeOption = DEFAULT_LAKE,
    as_json: JsonOption = False,
) -> None:
    """Say where new payloads go, or change it.

    What is kept already stays where it is and is still found. Object storage (s3://, gs://, az://) takes its
    credentials from the environment.
    """
    with _payloads(lake) as payloads:
        if place is not None:
            payloads.use(_as_setting(place))
        names = [item.name for item in payloads.blobs.places]
    if as_json:
        write_json({"places": names})
        return
    show_pairs([("new ones go to", names[0]), *(("also searched", name) for name in names[1:])])


def files_kept(lake: Lake, resource: NamedNode) -> list[dict[str, str]]:
    """Which files of a resource are kept, and where: the first few of them, as a place may be far away."""
    files = [file for file in lake.payloads.files(resource) if file.sha256]
    kept = []
    try:
        for file in files[:LISTED]:
            blob = lake.payloads.find(file.sha256 or "")
            if blob is not None:
                kept.append({"name": file.name, "sha256": blob.sha256, "place": blob.place})
    except ModelLakeError as error:
        note(f"Whether all its files are kept cannot be told: {error.message}")
    return kept


def show_files_kept(kept: list[dict[str, str]]) -> None:
    """Files that are kept, as a part of what is shown of a resource; nothing where there is none."""
    if kept:
        say()
        say(paint("kept", "cyan", bold=True))
        show_pairs((file["name"], f"{file['sha256']} in {file['place']}") for file in kept)


@contextmanager
def _payloads(directory: Path) -> Iterator[Payloads]:
    """The payloads of a lake, whose view another command may have open."""
    from modellake.core.iris import LakeIRIs
    from modellake.lake.payloads import Payloads

    with opened_ledger(directory) as ledger:
        yield Payloads(directory, ledger, LakeIRIs(ledger.base_iri))


def _as_setting(place: str) -> str:
    """A place as the lake keeps it: what is relative for a caller is absolute for the lake."""
    return place if "://" in place else str(Path(place).expanduser().absolute())


def _owners(lake: Lake) -> dict[str, list[tuple[str, str]]]:
    """Who has a file with which SHA-256: resources and names of files."""
    owners: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in lake.query("files"):
        if row["checksum"]:
            owners[row["checksum"].lower()].append((row["owner"], row["name"] or ""))
    return owners


def _row(blob: Blob, owners: dict[str, list[tuple[str, str]]], base: str) -> tuple[str, str, str, str]:
    having = [f"{short_name(owner, base)} {name}".strip() for owner, name in owners.get(blob.sha256, [])]
    rest = f" and {len(having) - 1} more" if len(having) > 1 else ""
    return blob.sha256, size(blob.size), having[0] + rest if having else "(not described)", blob.place


def _blob_dict(blob: Blob, owners: dict[str, list[tuple[str, str]]]) -> dict[str, object]:
    files = [{"resource": owner, "name": name} for owner, name in owners.get(blob.sha256, [])]
    return {"sha256": blob.sha256, "size": blob.size, "place": blob.place, "files": files}


def _size_text(payloads: Payloads, sha256: str) -> str:
    blob = payloads.find(sha256)
    return size(blob.size) if blob else ""


def _write(payloads: Payloads, sha256: str) -> None:
    if is_terminal():
        raise UsageError(
            "The bytes of a file are nothing for a terminal",
            code="payload.terminal",
            remedy="Name a file with -o, or pipe them on.",
        )
    stream = typer.get_binary_stream("stdout")
    for chunk in payloads.blobs.chunks(sha256):
        stream.write(chunk)
    stream.flush()


def _save_all(payloads: Payloads, name: str, folder: Path) -> None:
    """All kept files of a resource below a folder, under their names."""
    saved, missing = 0, []
    for file in payloads.files(name):
        if file.sha256 and payloads.find(file.sha256):
            payloads.save(file.sha256, folder / _safe_name(file))
            saved += 1
        else:
            missing.append(file.name or file.node.value)
    if not saved:
        raise NotFoundError(
            f"No file of {name} is kept",
            code="payload.absent",
            remedy="Keep them: modellake harvest --store SOURCE",
        )
    note(f"{count(saved, 'file')} in {folder}")
    for item in missing:
        note(f"not kept: {item}")


def _safe_name(file: PayloadFile) -> PurePosixPath | str:
    """The name of a file as a relative path that stays in its folder; else its digest."""
    path = PurePosixPath(file.name)
    plain = file.name and not path.is_absolute() and ".." not in path.parts and not set(file.name) & set("\\:\0")
    return path if plain else file.sha256 or "unnamed"
