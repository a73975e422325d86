"""Every error that modellake raises, each with a stable code, a place and a remedy."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from modellake.core.report import Place, Report


class ModelLakeError(Exception):
    """Base of all errors.

    Attributes:
        code: stable, dotted, lower case (``parse.syntax``); programs may compare it.
        message: what is wrong, in one sentence.
        remedy: what to do next, or None where the message says it all.
        place: the file, line or path inside a document that the error is about.
        exit_status: what a command ends with: 1 findings, 2 usage, 3 not found, 4 unavailable.
    """

    default_code: ClassVar[str] = "error"
    exit_status: ClassVar[int] = 1

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        remedy: str | None = None,
        place: Place | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.default_code
        self.remedy = remedy
        self.place = place

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        return f"{where}{self.message}"


class UsageError(ModelLakeError):
    """The call itself cannot be carried out as written."""

    default_code = "usage"
    exit_status = 2


class AmbiguousError(UsageError):
    """A short name fits several resources; ``candidates`` are their IRIs."""

    default_code = "resource.ambiguous"

    def __init__(self, message: str, candidates: Sequence[str]) -> None:
        super().__init__(message, remedy="Use one of: " + ", ".join(candidates))
        self.candidates = tuple(candidates)


class NotFoundError(ModelLakeError):
    """The lake holds no such thing."""

    default_code = "not-found"
    exit_status = 3


class UnavailableError(ModelLakeError):
    """A lake, engine or file cannot be used now; trying again later may help."""

    default_code = "unavailable"
    exit_status = 4


class ParseError(ModelLakeError):
    """A document cannot be read as what it claims to be."""

    default_code = "parse.syntax"


class QueryError(ModelLakeError):
    """A SPARQL text is malformed or asks for what is not allowed here."""

    default_code = "query.syntax"
    exit_status = 2


class RefusedError(ModelLakeError):
    """The gate refused a write; ``report`` says why, and nothing was written."""

    default_code = "gate.refused"

    def __init__(self, message: str, report: Report, *, quarantined: Sequence[int] = ()) -> None:
        super().__init__(message)
        self.report = report
        self.quarantined = tuple(quarantined)


class LedgerError(ModelLakeError):
    """The ledger is damaged, of an unknown version, or not a ledger at all."""

    default_code = "ledger.damaged"


class ConflictError(UnavailableError):
    """Another writer appended first: the state that was checked is no longer the state."""

    default_code = "ledger.conflict"
