"""Opening lakes for commands."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, cast

from modellake.cli.options import GateEngine
from modellake.cli.output import note

if TYPE_CHECKING:
    from modellake.lake.lake import Lake
    from modellake.ledger.ledger import Ledger
    from modellake.rdf.shapes import EngineName


def opened(
    directory: Path,
    *,
    engine: GateEngine = GateEngine.AUTO,
    store: str | None = None,
    seconds: float | None = None,
    memory: str | None = None,
) -> Lake:
    """The lake in a folder, which must be there; `modellake.bootstrap.open_lake` explains the other arguments.

    Raises:
        NotFoundError: there is no lake.
        UnavailableError: another process has it open.
    """
    from modellake.bootstrap import open_lake

    # Nobody says auto in order to overrule a setting.
    chosen = None if engine is GateEngine.AUTO else cast("EngineName", engine.value)
    return open_lake(directory, engine=chosen, store=store, seconds=seconds, memory=memory, notice=note)


def opened_ledger(directory: Path) -> Ledger:
    """The ledger of a lake alone: for what must work while another command has the view open.

    Raises:
        NotFoundError: there is no lake.
    """
    from modellake.bootstrap import open_ledger, upgrade_notice

    ledger = open_ledger(directory)
    if ledger.upgrade:
        note(f"{upgrade_notice(ledger)} Let the indexes say what is there already: modellake rebuild")
    return ledger


@contextmanager
def opened_or_scratch(directory: Path, *, engine: GateEngine) -> Iterator[Lake]:
    """The lake in a folder, or where there is none an empty one that is gone afterwards."""
    from modellake.bootstrap import is_lake, open_lake

    if is_lake(directory):
        with opened(directory, engine=engine) as lake:
            yield lake
        return
    note(f"There is no lake in {directory}: checking without one.")
    with (
        tempfile.TemporaryDirectory(prefix="modellake-") as folder,
        open_lake(folder, create=True, engine=engine.value, store="embedded") as lake,
    ):
        yield lake
