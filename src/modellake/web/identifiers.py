"""Identifiers of requests: they tie what a client is told to what the log says."""

from __future__ import annotations

import re
from contextvars import ContextVar
from random import getrandbits

HEADER = b"x-request-id"
_SANE = re.compile(rb"[A-Za-z0-9][A-Za-z0-9._~:/+=-]{0,127}")
_current: ContextVar[str | None] = ContextVar("modellake.request", default=None)


def current_request() -> str | None:
    """The identifier of the request that is being answered; None outside of any."""
    return _current.get()


def identified(headers: list[tuple[bytes, bytes]]) -> str:
    """The identifier of a request from here on: that of its head if it has a sane one, or else a new one."""
    given = next((value for name, value in headers if name == HEADER), None)
    # Nobody has to be kept from guessing it.
    found = given.decode("ascii") if given and _SANE.fullmatch(given) else f"{getrandbits(128):032x}"
    _current.set(found)
    return found
