"""The room ``/api``: what a lake does, as typed JSON; and the description of all that the server answers."""

from __future__ import annotations

from modellake.web.api.pages import routes
from modellake.web.routes import Mount
from modellake.web.served import Served

__all__ = ["mounts", "routes"]


def mounts(served: Served) -> dict[str, Mount]:
    """``/api``; nothing for a bare engine."""
    if served.lake is None:
        return {}
    from modellake.web.api.application import made

    return {"/api": Mount(made(served, served.lake))}
