"""Runs: recording what a program does, with the verbs that people know from MLflow.

>>> with lake.run("train", code=".") as run:                                   # doctest: +SKIP
...     run.log_param("max_depth", 3)
...     run.log_input(X_train, "training", name="acme/customers", version="2024-06")
...     version = run.log_model(model, "acme/churn", license="apache-2.0")
...     run.log_evaluation(version, "accuracy", 0.97)

A run is a source of its own: each commit says all that the run has to say, and replaces what it said before.
"""

from __future__ import annotations

import secrets
import warnings
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from pyoxigraph import NamedNode

from modellake.core.activities import RUN_KINDS, Experiment, Tag
from modellake.core.artifact import Reference
from modellake.core.errors import NotFoundError, RefusedError, UnavailableError, UsageError
from modellake.core.records import CodeVersion
from modellake.core.references import absolute_iri, line_iri
from modellake.core.report import Finding, Severity
from modellake.lake.receipts import Receipt
from modellake.lake.recording import nesting, termination
from modellake.lake.recording.code import code_at
from modellake.lake.recording.committing import commit_run
from modellake.lake.recording.descriptions import described
from modellake.lake.recording.energy import Meter, start_meter
from modellake.lake.recording.environment import current_environment
from modellake.lake.recording.files import FileVerbs
from modellake.lake.recording.logbook import Logbook, failure_reason
from modellake.lake.recording.process import PREFIX, process_facts, running_script, user_name
from modellake.lake.recording.resumption import past_of, resume
from modellake.lake.recording.secrets import cleansed_text
from modellake.lake.recording.series import withdrawals

if TYPE_CHECKING:
    from modellake.lake.lake import Lake

FLUSH_EVERY = 60.0
CodeLike = str | Path | CodeVersion | NamedNode | None
# MLflow's names of how a run may end, and ours (https://mlflow.org/docs/latest/api_reference/rest-api.html).
_ENDS: Mapping[str, tuple[str, str | None]] = {
    "finished": ("finished", None),
    "failed": ("failed", None),
    "killed": ("failed", "killed"),
}


def start_run(
    lake: Lake,
    name: str | None = None,
    *,
    code: CodeLike = None,
    kind: str | None = None,
    experiment: str | None = None,
    agent: str | None = None,
    run_id: str | None = None,
    resume: bool | None = None,
    part_of: Run | str | None = None,
    nested: bool = False,
    description: str | None = None,
    tags: Mapping[str, Any] | None = None,
    energy: bool | str | None = None,
    flush_every: float | None = FLUSH_EVERY,
) -> Run:
    """Begin a run, or go on with one, and commit that it is running, so that a killed process leaves a trace.

    Args:
        lake: where to record it.
        name: what people call it; several runs may have one name. By default the identifier.
        code: a file or folder (its git commit is recorded, or the digest of the file), or the IRI of a code
            version. By default the script that was started with ``python script.py``.
        kind: ``training`` (the default), ``fine-tuning``, ``evaluation``, ``quantization``, … (`RUN_KINDS`).
        experiment: the name of the experiment that it belongs to.
        agent: who runs it, as a name or an IRI; by default the user of this process.
        run_id: its identifier. If the lake has such a run, this one goes on with it: what it said stays, the time
            of its start as well, and it will end anew.
        resume: True to insist that there is such a run, False to replace what it said.
        part_of: the run that it is a step of.
        nested: it is a step of the run that is going on in this thread, if one is.
        description: what it is for.
        tags: see `Run.set_tags`.
        energy: measure the energy with codecarbon; the ISO 3166 code of the country (``"FR"``) gives emissions too.
        flush_every: seconds after which a verb commits what has been logged so far; None for never. A commit that
            takes long makes the intervals longer.

    Raises:
        UsageError: the kind is unknown, or the name is empty.
        NotFoundError: ``resume`` is True and there is no such run, or ``code`` is no file or folder.
    """
    if kind is not None and kind not in RUN_KINDS:
        raise UsageError(
            f"There is no kind of run {kind!r}", code="kind.unknown", remedy=f"Use one of {', '.join(RUN_KINDS)}."
        )
    outer = nesting.innermost(lake) if nested and part_of is None else part_of
    if isinstance(outer, Run):
        experiment, agent, code = experiment or outer.experiment, agent or outer.agent, code or outer.code
    identifier = run_id or _new_id()
    log = Logbook(
        iris=lake.iris,
        iri=line_iri(identifier, "run", lake.iris),
        id=identifier,
        name=identifier if name is None else name,
        kind=kind or "training",
        agent=agent or user_name(),
        environment=current_environment(),
    )
    run = Run(lake, log, flush_every=flush_every)
    run.begin(resume, named=name is not None, kind=kind)
    run.describe(code=code, experiment=experiment, part_of=outer, description=description)
    run.set_tags(tags or {})
    run.measure(energy)
    run.flush()
    return run


class Run(FileVerbs):
    """A run that is being recorded; get one from `Lake.run` and use it as a context manager.

    Leaving the block ends the run: ``finished``, or ``failed`` with the type and message of the exception, which
    is raised again. So does a SIGTERM. Values that look like secrets are masked before they are kept anywhere.
    The verbs may be used from any thread.

    Attributes:
        code: what `start_run` was given as code, for the runs within this one.
    """

    code: CodeLike = None
    _meter: Meter | None = None
    _findings: tuple[Finding, ...] = ()
    _listens = False

    @property
    def lake(self) -> Lake:
        """Where it is recorded."""
        return self._lake

    @property
    def id(self) -> str:
        """The identifier."""
        return self._log.id

    @property
    def iri(self) -> NamedNode:
        """The resource, a ``lake:Run``."""
        return self._log.iri

    @property
    def status(self) -> str:
        """``running``, ``finished`` or ``failed``."""
        return self._log.status

    @property
    def agent(self) -> str:
        """Who runs it."""
        return self._log.agent

    @property
    def experiment(self) -> Any:
        """The experiment that it belongs to; None for none."""
        return self._log.place.get("in_experiment")

    def run(self, name: str | None = None, **options: Any) -> Run:
        """Begin a step of this run: ``with outer.run("fold 1") as inner: …``; see `start_run` for the options.

        The step has the experiment, the agent and the code of this run unless it is given others.
        """
        return start_run(self._lake, name, **{"part_of": self, **options})

    # Beginning

    def begin(self, again: bool | None, *, named: bool, kind: str | None) -> None:
        """Take over what an earlier process said of this run; see ``resume`` of `start_run`."""
        past = past_of(self._lake, self._source)
        if again and not past.statements:
            raise NotFoundError(
                f"The lake has no run {self.id!r} that could be resumed",
                code="run.unknown",
                remedy="Correct run_id, or leave resume out to begin one.",
            )
        if past.statements and again is False:
            commit_run(self._lake, withdrawals(self._lake, self.iri, self.id), f"Run {self.id}: begun anew", self.agent)
        elif past.statements:
            resume(self._lake, self._log, past, named=named)
            self._log.kind = kind or self._log.kind
        facts = process_facts()
        self._log.facts |= {name: Tag(tag_name=name, tag_value=value) for name, value in facts.items()}

    def describe(
        self,
        *,
        code: CodeLike = None,
        experiment: str | None = None,
        part_of: Run | str | None = None,
        description: str | None = None,
    ) -> None:
        """Say where the run stands: what `start_run` takes."""
        self.code = code
        used = self._read_code(code)
        outer = part_of.iri if isinstance(part_of, Run) else part_of
        said = {"in_experiment": experiment, "part_of_run": outer, "description": description, "used_code": used}
        with self._logging() as log:
            log.place |= {field: value for field, value in said.items() if value is not None}
        if isinstance(experiment, str) and absolute_iri(experiment) is None:
            self._say(Experiment(name=experiment, title=experiment))

    def measure(self, energy: bool | str | None) -> None:
        """Measure the energy from here to the end; without codecarbon, warn and record that it was not measured."""
        try:
            self._meter = start_meter(energy)
        except UnavailableError as error:
            warnings.warn(f"{error.message}: {error.remedy}", stacklevel=4)
            self._findings += (Finding("run.energy-unmeasured", Severity.INFO, error.message, error.remedy),)

    # Ending

    def flush(self) -> Receipt:
        """Commit now what has been logged so far."""
        with self._lock, self._committing():
            series, before = self._log.full_series(), self._log.open_observations()
            self._log.close_series(series)
            message = cleansed_text(f"Run {self._log.name}: {self.status}")
            try:
                said = described(self._lake, self._log, self._source, series, self._findings)
                return commit_run(self._lake, said, message, self._log.agent)
            except BaseException:
                self._log.reopen_observations(before)
                raise

    def finish(self, status: str = "finished", reason: str | None = None) -> Receipt | None:
        """End the run and commit it; ending it again changes nothing.

        If that cannot be committed, the run is still running, and it can be ended once more. What the gate refuses
        is kept in quarantine.

        Args:
            status: ``finished`` or ``failed``; MLflow's names FINISHED, FAILED and KILLED will do.
            reason: why it failed, for people.

        Raises:
            UsageError: there is no such status.
            RefusedError: the gate refuses what the run says.
        """
        ended, why = _end(status)
        with self._lock:
            if self._log.ended is not None:
                return None
            self._stop_meter()
            self._log.ended, self._log.status, self._log.reason = self._now(), ended, reason or why
            try:
                return self.flush()
            except BaseException as error:
                self._log.ended, self._log.status, self._log.reason = None, "running", None
                if isinstance(error, RefusedError):
                    error.add_note(_kept(self.id, error))
                raise

    def __enter__(self) -> Self:
        nesting.enter(self)
        self._listens = termination.listen()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        nesting.leave(self)
        try:
            self._end_with(error)
        finally:
            if self._listens:
                termination.stop_listening()

    def _end_with(self, error: BaseException | None) -> None:
        if error is None or (isinstance(error, SystemExit) and not error.code):
            self.finish()
            return
        try:
            self.finish("failed", failure_reason(error))
        except Exception as another:  # What the user has to see is the first error.
            notes = "\n".join((str(another), *getattr(another, "__notes__", ())))
            error.add_note(f"The run {self.id} could not be recorded as failed: {notes}")

    def _stop_meter(self) -> None:
        meter, self._meter = self._meter, None
        measured = meter.stop(self._log.kind) if meter else None
        if measured is not None:
            self._log.impacts.append(measured)

    def _now(self) -> datetime:
        """Clocks may be set back, and a run does not end before it begins."""
        now = datetime.now(UTC)
        return max(now, self._log.started) if isinstance(self._log.started, datetime) else now

    def _read_code(self, code: CodeLike) -> Reference | None:
        if isinstance(code, CodeVersion | NamedNode) or (isinstance(code, str) and absolute_iri(code)):
            return code
        path = running_script() if code is None else Path(code)
        if path is None:
            return None
        if not path.exists():
            raise NotFoundError(
                f"There is no code at {path}", code="code.absent", remedy="Give a file, a folder, or an IRI."
            )
        found = self._log.code = code_at(path)
        folder = path.resolve() if path.is_dir() else path.resolve().parent
        self._log.environment = current_environment(folder, found.folder if found else None)
        if found and found.branch:
            name = f"{PREFIX}branch"
            self._log.facts[name] = Tag(tag_name=name, tag_value=found.branch)
        return found.version if found else None


def _end(status: str) -> tuple[str, str | None]:
    if status.lower() not in _ENDS:
        raise UsageError(f"No run ends as {status!r}", code="status.unknown", remedy=f"Use one of {', '.join(_ENDS)}.")
    return _ENDS[status.lower()]


def _kept(run_id: str, error: RefusedError) -> str:
    numbers = ", ".join(map(str, error.quarantined))
    return (
        f"Nothing is lost: all that run {run_id} says is in quarantine ({numbers}); see it with "
        f"`modellake quarantine show`, mend it, and take it in with `modellake quarantine retry`."
    )


def _new_id() -> str:
    """Sorts by time, and no two are the same."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"
