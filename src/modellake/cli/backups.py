"""Moving a lake: ``backup``, ``restore``, and ``head``, which tells what to write down elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from modellake.cli.lakes import opened_ledger
from modellake.cli.options import DEFAULT_LAKE, JsonOption, LakeOption, check_head, examples
from modellake.cli.output import count, note, say, size, write_json
from modellake.cli.progress import measured

HEAD_EXAMPLES = examples("modellake head", "modellake head --json")
BACKUP_EXAMPLES = examples("modellake backup lake-2026-11-24.sqlite")
RESTORE_EXAMPLES = examples(
    "modellake restore lake-2026-11-24.sqlite --lake restored",
    "modellake restore lake-2026-11-24.sqlite --lake restored --head 1f0c…",
    "modellake restore lake-2026-11-24.sqlite --lake shared --ledger postgresql://ada@db.example.org/lakes",
)
HeadOption = Annotated[
    str | None,
    typer.Option("--head", metavar="HASH", help="A commit's hash that you wrote down: the backup must hold it."),
]
IntoOption = Annotated[
    str | None,
    typer.Option(
        "--ledger",
        metavar="URL",
        help="Put the ledger into PostgreSQL: postgresql://user@host/database?schema=NAME.",
    ),
]


def head(lake: LakeOption = DEFAULT_LAKE, as_json: JsonOption = False) -> None:
    """Print the hash of the last commit, to be written down where nobody who can write the lake can write.

    It stands for the whole history: with ``modellake verify --head HASH`` anybody can tell later whether the lake still
    holds everything up to here, unchanged.
    """
    with opened_ledger(lake) as ledger:
        last = ledger.head()
        time = ledger.commit(last.sequence).time if last.sequence else None
        if as_json:
            write_json({"lake": ledger.lake_id, "sequence": last.sequence, "hash": last.hash, "time": time})
        else:
            say(f"{last.hash}  commit {last.sequence}{f' of {time}' if time else ', an empty lake'}")
            note(f"Check it later: modellake verify --head {last.hash}")


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write; it must not be there.")],
    lake: LakeOption = DEFAULT_LAKE,
    as_json: JsonOption = False,
) -> None:
    """Copy the lake's ledger into one file, while others go on using it.

    The ledger is all that a lake needs: its view is made again when it is restored. Payload bytes that were kept with
    ``harvest --store`` are files of their own and are not in the backup.
    """
    with opened_ledger(lake) as ledger, measured("Copying") as meter:
        last = ledger.backup(file, meter)
    written = file.stat().st_size
    if as_json:
        write_json({"file": str(file), "bytes": written, "sequence": last.sequence, "head": last.hash})
        return
    say(f"Wrote {file}: {count(last.sequence, 'commit')}, {size(written)}")
    say(f"head {last.hash}")
    if (lake / "blobs").is_dir():
        note(f"Payload bytes are not in it: copy the folder {lake / 'blobs'} as well.")


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `modellake backup` wrote.")],
    head: HeadOption = None,
    ledger: IntoOption = None,
    lake: LakeOption = DEFAULT_LAKE,
    as_json: JsonOption = False,
) -> None:
    """Make a lake from a backup, in a folder that holds none.

    The backup is verified first, as by ``modellake verify``, and is left as it is. A lake that is there is never
    overwritten, and no ledger in PostgreSQL either: --ledger must name a schema without tables.
    """
    from modellake.bootstrap import restore_lake

    check_head(head)
    with measured("Restoring") as meter:
        restore_lake(file, lake, ledger=ledger, head=head, progress=meter)
    with opened_ledger(lake) as restored:
        last, base = restored.head(), restored.base_iri
    if as_json:
        write_json({"lake": str(lake), "base_iri": base, "sequence": last.sequence, "head": last.hash})
        return
    say(f"Restored {count(last.sequence, 'commit')} into {lake}, base IRI {base}")
    note(f"Its view is made when it is opened first: modellake stats --lake {lake}")
