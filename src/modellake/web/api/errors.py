"""Errors of ``/api``: problem details, as everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from modellake.core.errors import ModelLakeError, RefusedError
from modellake.web.messages import Disconnected
from modellake.web.messages import Response as Answer
from modellake.web.problems import HTTPError, internal_problem, problem
from modellake.web.refusals import refusal


def handle_errors(app: FastAPI) -> None:
    """Let every error of an application become problem details."""
    app.add_exception_handler(ModelLakeError, _ours)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _of_framework)
    app.add_exception_handler(Disconnected, _gone)
    app.add_exception_handler(Exception, _unexpected)


def _ours(request: Request, error: Exception) -> Response:
    if isinstance(error, RefusedError):
        return sent(refusal(error, request.headers.get("accept")))
    assert isinstance(error, ModelLakeError), "registered for these alone"
    return sent(problem(error))


def _invalid(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError), "registered for these alone"
    told = [f"{_place(found['loc'])}: {found['msg']}" for found in error.errors()]
    return sent(
        problem(
            HTTPError(
                422,
                told[0] if len(told) == 1 else "\n".join((f"{len(told)} parameters are not as they should be", *told)),
                code="request.invalid",
                remedy="See /docs for what each parameter takes.",
            )
        )
    )


def _place(parts: Sequence[Any]) -> str:
    """Where a value stands: ``query.limit``."""
    return ".".join(map(str, parts))


def _of_framework(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException), "registered for these alone"
    if error.status_code == 405:
        return _no_method(request.method, (error.headers or {}).get("Allow", ""))
    if error.status_code == 404:
        return sent(problem(HTTPError(404, "There is nothing at this address", code="http.not-found")))
    return sent(problem(HTTPError(error.status_code, str(error.detail)[:500], code="http.malformed")))


def _no_method(method: str, found: str) -> Response:
    """What is allowed, where that is asked for or something else was tried."""
    head = ("HEAD",) if "GET" in found else ()
    allowed = ", ".join((found, *head, "OPTIONS"))
    if method == "OPTIONS":
        return Response(status_code=204, headers={"Allow": allowed})
    message = f"{method[:20]} is not a method of this address"
    remedy = f"Use one of: {allowed}"
    return sent(problem(HTTPError(405, message, code="http.method", remedy=remedy, headers=[("Allow", allowed)])))


def _gone(_: Request, __: Exception) -> Response:
    """Nobody is there to be told."""
    return Response(status_code=499)


def _unexpected(_: Request, __: Exception) -> Response:
    """What happened is in the log: the framework raises the error again once this has been sent."""
    return sent(internal_problem())


def sent(answer: Answer) -> Response:
    """A whole response of ours as one of the framework."""
    assert isinstance(answer.body, bytes), "problems are short"
    response = Response(answer.body, answer.status)
    for name, value in answer.headers:
        response.headers.append(name, value)
    return response
