"""Errors over HTTP: problem details (RFC 9457, https://www.rfc-editor.org/rfc/rfc9457) with our stable codes."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from typing import Any

from modellake.core.errors import (
    AmbiguousError,
    ConflictError,
    ModelLakeError,
    NotFoundError,
    RefusedError,
    UnavailableError,
)
from modellake.web.identifiers import current_request
from modellake.web.messages import Response

_STATUS: tuple[tuple[type[ModelLakeError], int], ...] = (
    (NotFoundError, 404),
    (AmbiguousError, 300),
    (ConflictError, 409),
    (UnavailableError, 503),
    (RefusedError, 422),
)
_STATUS_BY_CODE = {
    "query.evaluation": 400,
    "query.service-failed": 502,
    "query.service-not-allowed": 403,
    "remote.address": 403,
    "remote.not-allowed": 403,
    "remote.redirect": 403,
    "remote.scheme": 403,
    "remote.too-large": 502,
    "remote.unknown-host": 502,
    "update.load-failed": 409,
    "update.load-not-allowed": 403,
    "update.failed": 409,
    "update.other-graph": 422,
    "record.changed": 412,
    "record.none": 422,
    "record.several": 422,
    "record.too-large": 413,
    "internal": 500,
}
# Errors that name files of the server: that is for its log.
_UNSAID = {
    "engine.failed": "The engine failed",
    "view.damaged": "The files of the engine are damaged",
    "view.locked": "The engine is in use by another process",
    "view.unreadable": "The files of the engine cannot be read",
}
_LOG = logging.getLogger("modellake.web")


class HTTPError(ModelLakeError):
    """What the protocol refuses, with its status.

    Args:
        status: of the response.
        message: what is wrong.
        headers: that the status asks for: ``Allow``, ``Accept``, ``Retry-After``.
    """

    default_code = "http"

    def __init__(
        self,
        status: int,
        message: str,
        *,
        code: str,
        remedy: str | None = None,
        headers: Sequence[tuple[str, str]] = (),
    ) -> None:
        super().__init__(message, code=code, remedy=remedy)
        self.status = status
        self.headers = list(headers)


def status_of(error: ModelLakeError) -> int:
    """The HTTP status that an error of ours becomes."""
    if isinstance(error, HTTPError):
        return error.status
    if error.code in _STATUS_BY_CODE:
        return _STATUS_BY_CODE[error.code]
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 400)


def problem(error: ModelLakeError) -> Response:
    """An error as ``application/problem+json``. It names no file of the server and no line of its program."""
    status = status_of(error)
    if error.code in _UNSAID:
        _LOG.warning("%s: %s", error.code, error.message)
        error = UnavailableError(_UNSAID[error.code], code=error.code, remedy="See the log of the server.")
    members: dict[str, Any] = {"title": error.message.partition("\n")[0], "status": status, "code": error.code}
    if "\n" in error.message:
        members["detail"] = error.message
    if error.remedy:
        members["remedy"] = error.remedy
    if error.place and error.place.line is not None:
        members |= {"line": error.place.line, "column": error.place.column}
    if isinstance(error, AmbiguousError):
        members["candidates"] = list(error.candidates)
    if isinstance(error, RefusedError):
        members["report"] = error.report.to_dict()
    if identifier := current_request():
        members["request_id"] = identifier
    headers = error.headers if isinstance(error, HTTPError) else []
    if status == 503 and not any(name == "Retry-After" for name, _ in headers):
        headers = [*headers, ("Retry-After", "1")]
    body = json.dumps(members, ensure_ascii=False).encode()
    return Response(status, body, [("Content-Type", "application/problem+json"), *headers])


def internal_problem() -> Response:
    """The answer when the program itself is at fault; what happened is in the log of the server."""
    message = "Something went wrong in the server"
    remedy = "This is no fault of the request: please report it with the log of the server."
    return problem(ModelLakeError(message, code="internal", remedy=remedy))
