"""The room ``/health``: is the process alive, and can it answer?"""

from __future__ import annotations

import asyncio
import json
from typing import Any

from modellake.core.errors import ModelLakeError
from modellake.web.callers import Role
from modellake.web.messages import Request, Response
from modellake.web.routes import Route
from modellake.web.served import Served


def routes(served: Served) -> list[Route]:
    """``/health/live`` and ``/health/ready``; ``/health`` is the latter."""

    async def live(_: Request) -> Response:
        return _json(200, {"status": "ok"})

    async def ready(request: Request) -> Response:
        try:
            found = await asyncio.to_thread(_readiness, served)
        except ModelLakeError as error:
            return _json(503, {"status": "unavailable", "code": error.code})
        # How much goes on is told to those who may ask for it.
        return _json(200, {"status": "ok", **(found if request.caller.role >= Role.READER else {})})

    paths = {"/health": ready, "/health/ready": ready, "/health/live": live}
    return [Route(path, answer, needs=Role.NOBODY) for path, answer in paths.items()]


def _readiness(served: Served) -> dict[str, Any]:
    """Ask the engine the least that there is to ask."""
    bool(served.engine.query("ASK {}"))
    found: dict[str, Any] = {"queries": served.queries.busy, "updates": served.updates.busy}
    if served.lake:
        found["commit"] = served.lake.ledger.head().sequence
        found["behind"] = served.lake.view.lag()
    return found


def _json(status: int, members: dict[str, Any]) -> Response:
    headers = [("Content-Type", "application/json"), ("Cache-Control", "no-store")]
    return Response(status, json.dumps(members).encode(), headers)
