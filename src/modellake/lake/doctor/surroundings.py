"""Checks of what is around a lake: the disk, permissions, what killed commands left behind, who may look in."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

from modellake.core.errors import ModelLakeError
from modellake.core.iris import DEFAULT_BASE
from modellake.core.report import Finding, Severity
from modellake.lake.comparison import TEMPORARY
from modellake.lake.doctor.patient import Patient, found, mode_of
from modellake.store.holder import holder_of

_LITTLE = 256 * 1024 * 1024  # bytes below which a disk is as good as full
_HOUR, _DAY = 3600.0, 86_400.0
_LEFTOVERS = (
    (".ledger.*", "a command that made or restored a ledger"),
    (f"{TEMPORARY}*", "a deep verification"),
)


def check_installation(_: Patient) -> Iterator[Finding]:
    """Is everything installed that makes the lake as fast as it can be?"""
    if find_spec("shacl") is None:
        yield found(
            "installation",
            Severity.INFO,
            "The fast SHACL engine is not installed: the gate uses pySHACL, which is some 25 times slower",
            "Install it where there is a wheel of it: pip install shacl",
        )


def check_disk(patient: Patient) -> Iterator[Finding]:
    """Is there room for a rebuild of the view, and for a backup?"""
    free = shutil.disk_usage(patient.directory).free
    needed = 2 * sum(file.stat().st_size for file in _all_files(patient.directory))
    if free < max(needed, _LITTLE):
        severity = Severity.VIOLATION if free < _LITTLE else Severity.WARNING
        yield found(
            "disk",
            severity,
            f"{_mebibytes(free)} are left on the disk; a backup or a rebuild of the view may need {_mebibytes(needed)}",
            "Make room, or move the lake to a larger disk: modellake backup, modellake restore",
        )


def check_permissions(patient: Patient) -> Iterator[Finding]:
    """Can we write the lake, and nobody else?"""
    for path in [patient.directory, *patient.files]:
        if not os.access(path, os.R_OK | os.W_OK):
            yield found("permissions", Severity.VIOLATION, f"{path} cannot be written", "Give yourself the permission")
        if os.name == "posix" and mode_of(path) & 0o022:
            yield found(
                "permissions",
                Severity.WARNING,
                f"{path} can be written by others ({mode_of(path):o}): who writes it can compute a new chain",
                f"chmod go-w {path}, and keep the head elsewhere: modellake head",
            )


def check_exposure(patient: Patient) -> Iterator[Finding]:
    """May more people see the lake than should, or only this machine understand its names?"""
    if patient.ledger.base_iri == DEFAULT_BASE:
        yield found(
            "exposure",
            Severity.WARNING,
            f"The base IRI is {DEFAULT_BASE}, which means something else on every machine",
            "Before you publish or share: modellake rebase https://your.domain.example/ -m 'We publish.'",
        )
    for path in sorted(patient.directory.glob("tokens.sqlite*")):
        if os.name == "posix" and mode_of(path) & 0o077:
            yield found(
                "exposure",
                Severity.WARNING,
                f"Others on this machine can read {path}: who may ask the lake, and the digests of their tokens",
                f"chmod go-rwx {path}",
            )
    for path in patient.files[:1]:
        if os.name == "posix" and mode_of(path) & 0o004 and mode_of(patient.directory) & 0o005 == 0o005:
            yield found(
                "exposure",
                Severity.INFO,
                f"Everybody on this machine can read {path}, the records of all spaces included",
                f"chmod o-rwx {patient.directory}",
            )


def check_leftovers(patient: Patient) -> Iterator[Finding]:
    """Did killed commands leave files behind?"""
    for pattern, origin in _LEFTOVERS:
        for path in sorted(patient.directory.glob(pattern)):
            if _age(path) > _HOUR:
                yield found(
                    "leftovers",
                    Severity.WARNING,
                    f"{path} was left behind by {origin} and was killed",
                    f"Remove it: rm -r {path}",
                )


def check_holder(patient: Patient) -> Iterator[Finding]:
    """Does another process keep the view to itself?"""
    if patient.lake is not None:
        return
    for note in sorted((patient.directory / "views").glob("*.holder")):
        holder = holder_of(note.with_suffix(""))
        if holder is not None:
            since = datetime.fromisoformat(holder.since)
            long = (datetime.now(UTC) - since).total_seconds() > _DAY
            yield found(
                "holder",
                Severity.WARNING if long else Severity.INFO,
                f"The view is in use by {holder}: the checks that need it were left out",
                "Wait for it to end, or end it: what it has committed is kept.",
            )


def check_payloads(patient: Patient) -> Iterator[Finding]:
    """Can the places be reached where payloads are kept?"""
    if patient.lake is None:
        return
    try:
        next(patient.lake.payloads.list(), None)
    except ModelLakeError as error:
        yield found("payloads", Severity.VIOLATION, f"Payloads cannot be read: {error.message}", error.remedy)


def _all_files(folder: Path) -> Iterator[Path]:
    return (path for name in ("ledger.sqlite*", "views/**/*") for path in folder.glob(name) if path.is_file())


def _age(path: Path) -> float:
    """Seconds since anything was done with a file or folder."""
    return time.time() - path.stat().st_mtime


def _mebibytes(number: int) -> str:
    return f"{number / 1048576:,.0f} MiB"
