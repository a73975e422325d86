"""The server: from a socket to the application."""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

import uvicorn

from modellake.core.errors import UnavailableError, UsageError
from modellake.web.access import Access
from modellake.web.app import application
from modellake.web.guard import guarded
from modellake.web.observation import Observed
from modellake.web.origins import Origins, is_loopback
from modellake.web.served import Served

_GRACE = 30  # seconds for requests to end when the server does
_BACKLOG = 512


class Running(Protocol):
    """A server that can be ended from another thread."""

    def end(self) -> None:
        """Take no more requests, bring those that have begun to their end, and end."""


Ready = Callable[[str, Running], None]


def start(
    served: Served,
    host: str = "127.0.0.1",
    port: int = 0,
    *,
    origins: Origins | None = None,
    access: Access | None = None,
    ready: Ready | None = None,
) -> None:
    """Serve until a signal, or another thread, ends it; requests that have begun are then brought to their end.

    Args:
        served: a lake or a bare engine; the caller closes it afterwards.
        host: an address of this machine; one that others reach only where callers are asked who they are.
        port: 0 takes a free one.
        origins: web pages that may ask.
        access: the rules by which callers are known; by default nobody is asked.
        ready: told the URL and how to end it, when clients can connect.

    Raises:
        UsageError: ``serve.not-loopback`` or ``serve.no-token``.
        UnavailableError: ``serve.port-taken``.
    """
    _check_rules(served, host, access := access or Access())
    bound = _bind(host, port)
    address = f"[{host}]" if ":" in host else host
    # The log goes where the program says; the server has nothing to say to people.
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
    config = uvicorn.Config(
        Observed(application(served, origins=origins, access=access), served.meters),
        http=guarded(served.limits),
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        # What proxies say is believed of those alone that were named: see modellake.web.access.proxies.
        proxy_headers=False,
        timeout_graceful_shutdown=_GRACE,
    )
    server = _Server(config)
    if ready:
        ready(f"http://{address}:{bound.getsockname()[1]}", server)
    with bound:
        server.run(sockets=[bound])


class _Server(uvicorn.Server):
    """A server that ends at a signal and leaves it at that: its caller has something to close."""

    def end(self) -> None:
        """See `Running.end`."""
        self.should_exit = True

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Handle signals meanwhile, where this is the thread that gets them."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def _check_rules(served: Served, host: str, access: Access) -> None:
    """Raise UsageError where strangers could reach what nobody guards, or where nobody could ask anything."""
    if not is_loopback(host) and not access.required:
        raise UsageError(
            f"{host} can be reached from other machines, and nobody would be asked who they are",
            code="serve.not-loopback",
            remedy="Serve a lake and let tokens be required; or leave --host out, and let a proxy that asks for "
            "passwords stand before the server.",
        )
    folder = served.lake.directory if served.lake else "DIR"
    if access.required and not access.public_read and not access.has_usable_token():
        raise UsageError(
            "Callers need a token, and the lake has none that is active: nobody could ask anything",
            code="serve.no-token",
            remedy=f"Make one and keep what it prints: modellake token create NAME --role reader --lake {folder}. "
            "Or say --public-read, so that everybody may read.",
        )


def _bind(host: str, port: int) -> socket.socket:
    """A socket that listens already, so that whoever is told its address can connect."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, proto=socket.IPPROTO_TCP)[0]
        # asyncio turns the delay of small packets off only where the protocol is named: else an answer takes 40 ms.
        bound = socket.socket(family, kind, protocol)
        if os.name == "posix":
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
        bound.listen(_BACKLOG)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UnavailableError(
            f"Port {port} of {host} cannot be listened at: {reason}",
            code="serve.port-taken",
            remedy="Take another one with --port; 0 takes one that is free.",
        ) from error
    return bound
