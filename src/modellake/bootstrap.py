"""Settings, and the one place where the parts of a lake meet."""

from __future__ import annotations

import os
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import NamedNode

from modellake.core.errors import LedgerError, NotFoundError, UnavailableError, UsageError
from modellake.core.iris import DEFAULT_BASE, LakeIRIs
from modellake.lake.gate import Gate
from modellake.lake.lake import Lake
from modellake.lake.projection import Projection
from modellake.lake.views import Audience, Notice, Progress, View
from modellake.ledger.copies import copy_file
from modellake.ledger.sqlite import put_in_place
from modellake.ledger.ledger import Ledger
from modellake.rdf.closure import load_hierarchy
from modellake.rdf.shapes import EngineName, load_gate
from modellake.store.embedded import EmbeddedEngine

LEDGER = "ledger.sqlite"
VIEWS = "views"
_PATIENCE = 10.0
_MOMENT = 0.1


def create_lake(directory: Path, *, base_iri: str = DEFAULT_BASE) -> Path:
    """Make an empty lake in a folder that holds none.

    Raises:
        UsageError: there is one already, or the base IRI is malformed.
    """
    LakeIRIs(base_iri)
    _refuse_lake(directory)
    directory.mkdir(parents=True, exist_ok=True)
    Ledger.create(directory / LEDGER, base_iri).close()
    return directory


def restore_lake(backup: Path, directory: Path, *, head: str | None = None, progress: Progress | None = None) -> Path:
    """Make a lake in a folder that holds none from what `Ledger.backup` wrote, once it has been verified.

    The backup is left as it is. The view is made when the lake is opened.

    Args:
        backup: the file; one that an earlier release wrote is brought up to date in its new place.
        directory: of the new lake.
        head: the hash of a commit that the backup must hold.
        progress: called with (done, in all), for the copy and then for its verification.

    Raises:
        UsageError: ``lake.exists``.
        NotFoundError: ``backup.absent``.
        LedgerError: ``ledger.not-a-ledger``; ``backup.damaged`` when it does not verify, and nothing is restored.
    """
    _refuse_lake(directory)
    made = not directory.exists()
    directory.mkdir(parents=True, exist_ok=True)
    building = directory / f".{LEDGER}.restoring"
    try:
        building.unlink(missing_ok=True)  # what a killed restore has left
        copy_file(backup, building, progress)
        with Ledger.open(building) as ledger:
            report = ledger.verify(head, progress)
        if not report.conforms:
            raise LedgerError(
                f"{backup} is not as it was written: {report.findings[0].message}",
                code="backup.damaged",
                remedy="Take another backup; nothing was restored.",
            )
        try:
            put_in_place(building, directory / LEDGER)
        except FileExistsError:
            _refuse_lake(directory)
    finally:
        for leftover in directory.glob(f"*{LEDGER}.restoring*"):
            leftover.unlink()
        if made and not any(directory.iterdir()):
            directory.rmdir()
    return directory


def open_lake(
    directory: str | Path,
    *,
    base_iri: str | None = None,
    create: bool = False,
    audience: Audience | None = None,
    engine: EngineName = "auto",
    notice: Notice | None = None,
    patience: float | None = None,
) -> Lake:
    """Open a lake and bring its view up to date.

    Args:
        directory: the folder of the lake.
        base_iri: for a new lake, its base IRI; for an existing one, what it must be.
        create: make the lake if there is none.
        audience: whose view to open.
        engine: which SHACL engine the gate uses.
        notice: told when the view has to be made again, and why, and for whom this process waits.
        patience: seconds to wait for another process that has the lake open; by default $MODELLAKE_PATIENCE, or 10.

    Raises:
        NotFoundError: there is no lake and ``create`` is False.
        UsageError: the lake has another base IRI than the one given.
        UnavailableError: another process has it open (``view.locked``) for longer than one is ready to wait.
    """
    place = Path(directory)
    if create and not (place / LEDGER).exists():
        create_lake(place, base_iri=base_iri or DEFAULT_BASE)
    ledger = open_ledger(place)
    try:
        waiting = _Waiting(_patience() if patience is None else patience, notice)
        return _assemble(place, ledger, base_iri, audience or Audience(), engine, waiting)
    except BaseException:
        ledger.close()
        raise


def open_ledger(directory: Path) -> Ledger:
    """The ledger of a lake alone: for what must work while another process has the view open.

    Raises:
        NotFoundError: there is no lake.
    """
    if not (directory / LEDGER).exists():
        raise NotFoundError(
            f"There is no lake in {directory}", code="lake.absent", remedy=f"Make one: modellake init {directory}"
        )
    return Ledger.open(directory / LEDGER)


def _assemble(
    place: Path,
    ledger: Ledger,
    base_iri: str | None,
    audience: Audience,
    engine: EngineName,
    waiting: _Waiting,
) -> Lake:
    iris = LakeIRIs(ledger.base_iri)
    if base_iri is not None and base_iri != iris.base:
        raise UsageError(
            f"The lake in {place} has the base IRI {iris.base}, not {base_iri}",
            code="base-iri.differs",
            remedy="Leave the base IRI out, or open another folder.",
        )
    pack, hierarchy = load_gate(), load_hierarchy()
    projection = Projection(iris, hierarchy, pack.single_valued)
    marks = iris.graph("provenance")
    view = View(ledger, _open_engine(place / VIEWS / audience.name, marks, waiting), projection, audience)
    view.catch_up(waiting.notice)
    gate = Gate(pack, hierarchy, iris, engine)
    return Lake(ledger, view, gate, projection, lambda: EmbeddedEngine(marks), place)


def _refuse_lake(directory: Path) -> None:
    if (directory / LEDGER).exists():
        raise UsageError(
            f"{directory} is a lake already",
            code="lake.exists",
            remedy="Name another folder, or use the lake that is there.",
        )


@dataclass(slots=True)
class _Waiting:
    """How long to wait for another process, and who is told of it.

    Attributes:
        seconds: that are left.
        notice: told once that this process waits, and for whom.
    """

    seconds: float
    notice: Notice | None
    _told: bool = False

    def once(self, error: UnavailableError) -> None:
        """Wait a moment; raise the error when the time is over."""
        if self.seconds <= 0:
            raise error
        if self.notice and not self._told:
            self.notice(f"{error.message}: waiting up to {self.seconds:.0f} s.")
        self._told = True
        time.sleep(min(_MOMENT, self.seconds))
        self.seconds -= _MOMENT


def _patience() -> float:
    text = os.environ.get("MODELLAKE_PATIENCE", "")
    try:
        return float(text) if text else _PATIENCE
    except ValueError:
        raise UsageError(
            f"MODELLAKE_PATIENCE is {text!r}, no number of seconds", code="setting.malformed", remedy="Say 10, or 0.5."
        ) from None


def _open_engine(folder: Path, marks: NamedNode, waiting: _Waiting) -> EmbeddedEngine:
    """The engine in that folder; one with damaged files is thrown away, since the ledger has everything."""
    folder.mkdir(parents=True, exist_ok=True)
    while True:
        try:
            return EmbeddedEngine(marks, folder)
        except UnavailableError as error:
            if error.code == "view.locked":
                waiting.once(error)
            elif error.code == "view.damaged":
                if waiting.notice:
                    waiting.notice(f"{error.message}: making the view again from the ledger.")
                shutil.rmtree(folder)
                return EmbeddedEngine(marks, folder)
            else:
                raise
