"""What the doctor examines: a lake, or only its ledger while another process has the view open."""

from __future__ import annotations

import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from modellake.core.report import Finding, Severity
from modellake.ledger.ledger import Ledger

if TYPE_CHECKING:
    from modellake.lake.upkeep import Upkeep


@dataclass(frozen=True, slots=True)
class Patient:
    """A lake that is examined.

    Attributes:
        directory: of the lake.
        ledger: its truth.
        lake: None while another process has the view open.
    """

    directory: Path
    ledger: Ledger
    lake: Upkeep | None = None

    @property
    def files(self) -> list[Path]:
        """The files of the ledger, where it is one on this machine."""
        return sorted(self.directory.glob("ledger.sqlite*"))


def found(check: str, severity: Severity, message: str, remedy: str | None = None) -> Finding:
    """What a check has found; its code begins with ``doctor``."""
    return Finding(f"doctor.{check}", severity, message, remedy)


def counted(number: int, noun: str) -> str:
    """``1 record``, ``1,234 records``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def mode_of(path: Path) -> int:
    """The permission bits of a file."""
    return stat.S_IMODE(path.stat().st_mode)
