"""Where the ledger of a lake is: a file in the lake's folder, or a database whose address the folder holds.

The address is written without a password. ``MODELLAKE_LEDGER`` may say another one, with a password or by another way
to the server; it must lead to the same lake.
"""

from __future__ import annotations

import json
import os
import uuid
from pathlib import Path

from modellake.core.errors import UsageError
from modellake.core.report import Place
from modellake.ledger.ledger import Ledger
from modellake.ledger.sqlite import put_in_place

FILE = "ledger.sqlite"
ADDRESS = "ledger.toml"
VARIABLE = "MODELLAKE_LEDGER"
_NOTICE = "# The ledger of this lake. Passwords are in ~/.pgpass, PGPASSWORD or MODELLAKE_LEDGER, never here."


def has_ledger(folder: Path) -> bool:
    """True when the folder is that of a lake."""
    return (folder / FILE).exists() or (folder / ADDRESS).exists()


def open_ledger_of(folder: Path) -> Ledger:
    """The ledger of the lake in a folder.

    Raises:
        NotFoundError: ``ledger.absent``.
        UsageError: ``ledger.address``; ``ledger.differs`` when the address leads to another lake.
    """
    if not (folder / ADDRESS).exists():
        return Ledger.open(folder / FILE)
    told = _read_address(folder / ADDRESS)
    ledger = Ledger.open(place_of(folder))
    if ledger.lake_id != told["lake"]:
        ledger.close()
        raise UsageError(
            f"The lake in {folder} is {told['lake']}, and the ledger that was found is that of {ledger.lake_id}",
            code="ledger.differs",
            remedy=f"Correct or unset {VARIABLE}, or the url in {folder / ADDRESS}",
        )
    return ledger


def place_of(folder: Path) -> Path | str:
    """Where the ledger of the lake in a folder is: a path, or a URL.

    Raises:
        UsageError: ``ledger.address``.
    """
    if not (folder / ADDRESS).exists():
        return folder / FILE
    return os.environ.get(VARIABLE) or _read_address(folder / ADDRESS)["url"]


def note_address(folder: Path, url: str, lake_id: str) -> None:
    """Write down, for a folder that holds no ledger, where its ledger is.

    Raises:
        FileExistsError: another process has done so.
    """
    from modellake.ledger.postgresql_url import parse_address

    name = parse_address(url).name
    told = {"url": name, "lake": lake_id}
    lines = [_NOTICE, *(f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in told.items())]
    building = folder / f".{ADDRESS}.{uuid.uuid4().hex}"
    try:
        building.write_text("\n".join(lines) + "\n", encoding="utf-8")
        put_in_place(building, folder / ADDRESS)
    finally:
        building.unlink(missing_ok=True)


def _read_address(path: Path) -> dict[str, str]:
    import tomllib

    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
        return {"url": str(told["url"]), "lake": str(told["lake"])}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError) as error:
        raise UsageError(
            f"It does not say where the ledger is: {error}",
            code="ledger.address",
            remedy='Write url = "postgresql://…" and lake = "…" into it, or move it away and run '
            "`modellake init --ledger URL` again",
            place=Place(str(path)),
        ) from None
