"""Opening: the one place where the parts of a lake meet."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from modellake.bootstrap.settings import read_settings
from modellake.bootstrap.waiting import Waiting
from modellake.core.errors import LedgerError, NotFoundError, UnavailableError, UsageError
from modellake.core.iris import DEFAULT_BASE, LakeIRIs
from modellake.core.report import Report
from modellake.lake.gate import Gate
from modellake.lake.lake import Lake
from modellake.lake.projection import Projection
from modellake.lake.upkeep import VIEWS
from modellake.lake.views import Audience, Notice, Progress, View
from modellake.ledger.address import FILE as LEDGER
from modellake.ledger.address import has_ledger, note_address, open_ledger_of, place_of
from modellake.ledger.ledger import Ledger
from modellake.ledger.sqlite import put_in_place
from modellake.ledger.upgrades import Upgrade, plan_upgrade
from modellake.rdf.closure import load_hierarchy
from modellake.rdf.shapes import EngineName, load_gate
from modellake.store.choice import EMBEDDED, EngineChoice
from modellake.store.engine import Engine

if TYPE_CHECKING:
    from modellake.ledger.tokens import Tokens


def create_lake(directory: Path, *, base_iri: str | None = None, ledger: str | None = None) -> Path:
    """Make an empty lake in a folder that holds none, or join one whose ledger is on a server.

    Args:
        directory: the folder.
        base_iri: of a new lake, by default one that is good on this machine only.
        ledger: the URL of PostgreSQL where several machines write; a ledger that is there is joined. The folder then
            holds the view, and the URL without password.

    Raises:
        UsageError: there is one already, or the base IRI is malformed or not that of the lake that is joined.
    """
    LakeIRIs(base_iri or DEFAULT_BASE)
    _refuse_lake(directory)
    if ledger:
        with _made_or_joined(ledger, base_iri) as found:
            _point_to(directory, ledger, found)
    else:
        directory.mkdir(parents=True, exist_ok=True)
        Ledger.create(directory / LEDGER, base_iri or DEFAULT_BASE).close()
    return directory


def _made_or_joined(url: str, base_iri: str | None) -> Ledger:
    try:
        return Ledger.create(url, base_iri or DEFAULT_BASE)
    except UsageError as error:
        if error.code != "ledger.exists":
            raise
    ledger = Ledger.open(url)
    if base_iri not in (None, ledger.base_iri):
        ledger.close()
        raise _other_base("that is joined", ledger.base_iri, base_iri)
    return ledger


def _point_to(directory: Path, url: str, ledger: Ledger) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    try:
        note_address(directory, url, ledger.lake_id)
    except FileExistsError:
        _refuse_lake(directory)


def restore_lake(
    backup: Path,
    directory: Path,
    *,
    ledger: str | None = None,
    head: str | None = None,
    progress: Progress | None = None,
) -> Path:
    """Make a lake in a folder that holds none from what `Ledger.backup` wrote, once it has been verified.

    The backup is left as it is. The view is made when the lake is opened.

    Args:
        backup: the file; one that an earlier release wrote is brought up to date in its new place.
        directory: of the new lake.
        ledger: the URL of PostgreSQL where its ledger shall be; by default it is a file in the folder.
        head: the hash of a commit that the backup must hold.
        progress: called with (done, in all), for the copy and then for its verification.

    Raises:
        UsageError: ``lake.exists``, or ``ledger.exists`` at that URL.
        NotFoundError: ``backup.absent``.
        LedgerError: ``ledger.not-a-ledger``; ``backup.damaged`` when it does not verify, and nothing is restored.
    """
    from modellake.ledger.copies import copy_file

    _refuse_lake(directory)
    made = not directory.exists()
    directory.mkdir(parents=True, exist_ok=True)
    building = directory / f".{LEDGER}.restoring"
    try:
        building.unlink(missing_ok=True)  # what a killed restore has left
        copy_file(backup, building, progress)
        with Ledger.open(building) as copied:
            _check_backup(backup, copied.verify(head, progress))
            if ledger:
                copied.copy_into(ledger, progress)
                _point_to(directory, ledger, copied)
        if not ledger:
            put_in_place(building, directory / LEDGER)
    except FileExistsError:
        _refuse_lake(directory)
    finally:
        for leftover in directory.glob(f"*{LEDGER}.restoring*"):
            leftover.unlink()
        if made and not any(directory.iterdir()):
            directory.rmdir()
    return directory


def _check_backup(backup: Path, report: Report) -> None:
    if not report.conforms:
        raise LedgerError(
            f"{backup} is not as it was written: {report.findings[0].message}",
            code="backup.damaged",
            remedy="Take another backup; nothing was restored.",
        )


def is_lake(directory: Path) -> bool:
    """True when the folder is that of a lake."""
    return has_ledger(directory)


def open_lake(
    directory: str | Path,
    *,
    base_iri: str | None = None,
    ledger: str | None = None,
    create: bool = False,
    audience: Audience | None = None,
    engine: EngineName | None = None,
    store: str | None = None,
    seconds: float | None = None,
    memory: str | None = None,
    notice: Notice | None = None,
    patience: float | None = None,
) -> Lake:
    """Open a lake and bring its view up to date.

    Args:
        directory: the folder of the lake.
        base_iri: for a new lake, its base IRI; for an existing one, what it must be.
        ledger: for a new lake, the URL of PostgreSQL where its ledger is or shall be; see `create_lake`.
        create: make the lake if there is none.
        audience: whose view to open.
        engine: which SHACL engine the gate uses; by default as the setting ``gate-engine`` says.
        store: what answers: ``embedded``, ``child``, or the URL of a SPARQL service; by default the process that
            serves the lake, or else what the setting ``engine`` says, or ``embedded``.
        seconds: the most that a query may take, as far as the engine can be told; by default the setting
            ``engine-timeout``.
        memory: what an engine in a process beside may take, as ``2G``; by default the setting ``engine-memory``.
        notice: told when the view has to be made again, and why, and for whom this process waits.
        patience: seconds to wait for another process that has the lake open; by default the setting ``patience``.

    Raises:
        NotFoundError: there is no lake and ``create`` is False.
        UsageError: the lake has another base IRI than the one given, or its settings are malformed.
        UnavailableError: another process has it open (``view.locked``) for longer than one is ready to wait.

    A lake that this user cannot write is opened all the same, with a view that is made elsewhere and goes in the end.
    """
    place = Path(directory)
    if create and not has_ledger(place):
        create_lake(place, base_iri=base_iri, ledger=ledger)
    settings = read_settings(place)
    opened = open_ledger(place)
    if notice and opened.upgrade:
        notice(upgrade_notice(opened))
    try:
        waiting = Waiting(settings["patience"] if patience is None else patience, notice)
        wanted = {"MODELLAKE_ENGINE_TIMEOUT": seconds, "MODELLAKE_ENGINE_MEMORY": memory}
        limits = {variable: str(value) for variable, value in wanted.items() if value}
        name = store or settings["engine"] or EMBEDDED
        choice = EngineChoice(name, {**settings.engine_environment(), **limits}, follows=store is None)
        shacl = engine or settings["gate-engine"]
        lake = _assemble(place, opened, base_iri, audience or Audience(), shacl, choice, waiting)
    except BaseException:
        opened.close()
        raise
    if opened.upgrade:
        _fill_indexes(lake)
    return lake


def _fill_indexes(lake: Lake) -> None:
    """Let the indexes that an upgrade has added say what is in the lake already."""
    from modellake.lake.indexes import write_indexes

    try:
        write_indexes(lake.ledger, lake.identities)
    except BaseException:
        lake.close()
        raise


def upgrade_notice(ledger: Ledger) -> str:
    """That an older ledger was brought up to date."""
    done = ledger.upgrade
    return f"The ledger was brought from version {done.found} to {done.target}. {' '.join(done.steps)}"


def plan_upgrade_of(directory: Path) -> Upgrade:
    """What opening the ledger of a lake would do to its tables; nothing is done.

    Raises:
        NotFoundError: there is no lake.
    """
    _check_lake(directory)
    return plan_upgrade(place_of(directory))


def _check_lake(directory: Path) -> None:
    if not has_ledger(directory):
        raise NotFoundError(
            f"There is no lake in {directory}", code="lake.absent", remedy=f"Make one: modellake init {directory}"
        )


def open_ledger(directory: Path) -> Ledger:
    """The ledger of a lake alone: for what must work while another process has the view open.

    Raises:
        NotFoundError: there is no lake.
    """
    _check_lake(directory)
    return open_ledger_of(directory)


def open_tokens(directory: Path) -> Tokens:
    """The tokens of a lake.

    Raises:
        NotFoundError: there is no lake.
    """
    from modellake.ledger.tokens import Tokens

    _check_lake(directory)
    return Tokens(directory)


def _assemble(
    place: Path,
    ledger: Ledger,
    base_iri: str | None,
    audience: Audience,
    engine: EngineName,
    choice: EngineChoice,
    waiting: Waiting,
) -> Lake:
    iris = LakeIRIs(ledger.base_iri)
    if base_iri is not None and base_iri != iris.base:
        raise _other_base(f"in {place}", iris.base, base_iri)
    pack, hierarchy = load_gate(), load_hierarchy()
    projection = Projection(iris, hierarchy, pack.single_valued)
    folder = place / VIEWS / audience.name
    opened = _elsewhere(iris, waiting) if ledger.read_only else _open_engine(folder, iris, choice, waiting)
    view = View(ledger, opened, projection, audience)
    view.catch_up(waiting.notice)
    gate = Gate(pack, hierarchy, iris, engine)
    return Lake(ledger, view, gate, projection, choice.engine, place)


def _elsewhere(iris: LakeIRIs, waiting: Waiting) -> Engine:
    """An empty engine for a lake in which nothing can be written."""
    from modellake.store.temporary import TemporaryEngine

    if waiting.notice:
        waiting.notice("The lake cannot be written: making a view of it in the folder for temporary files.")
    return TemporaryEngine(iris.graph("provenance"))


def _other_base(which: str, present: str, wanted: str | None) -> UsageError:
    return UsageError(
        f"The lake {which} has the base IRI {present}, not {wanted}",
        code="base-iri.differs",
        remedy="Leave the base IRI out, or open another folder.",
    )


def _refuse_lake(directory: Path) -> None:
    if has_ledger(directory):
        raise UsageError(
            f"{directory} is a lake already",
            code="lake.exists",
            remedy="Name another folder, or use the lake that is there.",
        )


def _open_engine(folder: Path, iris: LakeIRIs, choice: EngineChoice, waiting: Waiting) -> Engine:
    """The engine in that folder; one with damaged files is thrown away, since the ledger has everything."""
    folder.mkdir(parents=True, exist_ok=True)
    while True:
        try:
            return choice.engine(iris, folder)
        except UnavailableError as error:
            if error.code == "view.locked":
                waiting.once(error)
            elif error.code == "view.damaged":
                if waiting.notice:
                    waiting.notice(f"{error.message}: making the view again from the ledger.")
                shutil.rmtree(folder)
                return choice.engine(iris, folder)
            else:
                raise
