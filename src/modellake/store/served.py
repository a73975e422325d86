"""The served engine: a lake that another process of this machine serves, asked through that process.

Whoever serves a lake has its view open, which only one process can. What others commit goes into the ledger at once;
the server takes it into the view before it answers the next question, so here there is only to wait until it has.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Iterable
from ipaddress import ip_address
from urllib.parse import urlsplit

from pyoxigraph import NamedNode

from modellake.core.errors import QueryError, UnavailableError
from modellake.store.client import ServiceRefusalError
from modellake.store.engine import Applied, Capabilities, Graphs, Replacement
from modellake.store.holder import Holder
from modellake.store.remote import Layout, RemoteEngine
from modellake.store.service import Service

CAPABILITIES = Capabilities(
    cancels=True,
    atomic=True,
    answers_while_loading=True,
    streams=False,
    persistent=True,
    own_process=True,
    rdf12=True,
    writable=False,
)
_HOSTS = ("127.0.0.1", "::1", "localhost")
_PATIENCE = 30.0
_MOMENT = 0.05


class ServedEngine(RemoteEngine):
    """An `Engine` that another process fills and this one only asks.

    Args:
        marks: the graph that the mark is kept in.
        holder: who serves.
        named: the graphs besides the default graph.

    Raises:
        UnavailableError: ``engine.unreachable``, or whatever else the server answers.
    """

    capabilities = CAPABILITIES

    def __init__(self, marks: NamedNode, holder: Holder, named: tuple[NamedNode, ...]) -> None:
        authorization = f"Bearer {holder.key}" if holder.key else None
        service = Service(f"{holder.url.rstrip('/')}/query", authorization=authorization)
        super().__init__(marks, service, Layout(None, named))
        self._holder = holder
        self.applied()

    def replace(self, change: Replacement, mark: Applied) -> None:  # noqa: ARG002
        """Wait until the server shows the commit.

        Raises:
            UnavailableError: ``view.behind``.
        """
        end = time.monotonic() + _PATIENCE
        while not ((shown := self.applied()) and shown.sequence >= mark.sequence):
            if time.monotonic() > end:
                raise UnavailableError(
                    f"{self._holder} has not yet taken in commit {mark.sequence}",
                    code="view.behind",
                    remedy="What was committed is kept. See what the server says.",
                )
            time.sleep(_MOMENT)

    def load(self, parts: Iterable[Graphs], mark: Applied) -> None:  # noqa: ARG002
        """Raise UnavailableError: only the server makes its view again."""
        raise self._busy_serving()

    def clear(self) -> None:
        """Raise UnavailableError: only the server makes its view again."""
        raise self._busy_serving()

    def _query_error(self, error: ServiceRefusalError, text: str, columns: int) -> QueryError:  # noqa: ARG002
        return QueryError(error.said, code=error.code, remedy=error.remedy)

    def _busy_serving(self) -> UnavailableError:
        return UnavailableError(
            f"The view is served by {self._holder}, which alone can make it again",
            code="view.served",
            remedy="End the server, do it, and serve again.",
        )


def is_asked(holder: Holder | None) -> bool:
    """True when a holder of a view answers questions on this machine."""
    parts = urlsplit(holder.url if holder else "")
    return parts.scheme == "http" and _is_here(parts.hostname or "")


def _is_here(host: str) -> bool:
    """Is it an address of this machine? Nobody can listen at another one."""
    if host in _HOSTS:
        return True
    try:
        family = socket.AF_INET6 if ip_address(host).version == 6 else socket.AF_INET
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.bind((host, 0))
    except (ValueError, OSError):
        return False
    return True
