"""Services: where a SPARQL service is, and who asks it."""

from __future__ import annotations

import base64
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit, urlunsplit

from modellake.core.errors import UsageError

_PREFIX = "MODELLAKE_ENGINE_"
TIMEOUT = 300.0


@dataclass(frozen=True, slots=True)
class Service:
    """A service of the SPARQL 1.1 Protocol (https://www.w3.org/TR/sparql11-protocol/).

    Attributes:
        query: the URL that queries are posted to.
        update: the URL that updates are posted to; None for a service that is only asked.
        store: the URL of its Graph Store (https://www.w3.org/TR/sparql11-http-rdf-update/), which takes in much at
            once; None where there is none.
        authorization: the header of that name.
        timeout: seconds that one request may take.
    """

    query: str
    update: str | None = None
    store: str | None = None
    authorization: str | None = field(default=None, repr=False)
    timeout: float = TIMEOUT

    @classmethod
    def at(cls, url: str, environment: Mapping[str, str]) -> Service:
        """The service with its query endpoint at a URL.

        Args:
            url: of the endpoint, with user and password if need be.
            environment: may name what the URL does not tell: ``MODELLAKE_ENGINE_UPDATE`` and ``…_STORE`` (URLs),
                ``…_TOKEN``, ``…_USER`` and ``…_PASSWORD``, ``…_TIMEOUT`` (seconds).

        Raises:
            UsageError: ``engine.url`` or ``setting.malformed``; ``engine.secret-in-the-open`` when a secret would
                cross the network unencrypted.
        """
        query, authorization = _split(url, environment)
        update = environment.get(f"{_PREFIX}UPDATE") or _update_beside(query)
        store = environment.get(f"{_PREFIX}STORE") or None
        for endpoint in filter(None, (query, update, store)):
            _check(endpoint, secret=authorization is not None)
        return cls(query, update, store, authorization, timeout_from(environment))


def _split(url: str, environment: Mapping[str, str]) -> tuple[str, str | None]:
    """The URL without its secrets, and the header that they make."""
    parts = urlsplit(url)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    plain = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
    if token := environment.get(f"{_PREFIX}TOKEN"):
        return plain, f"Bearer {token}"
    user, password = (
        user or environment.get(f"{_PREFIX}USER", ""),
        password or environment.get(f"{_PREFIX}PASSWORD", ""),
    )
    if not user:
        return plain, None
    return plain, f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"


def _update_beside(query: str) -> str:
    """Where services have their update endpoint: Oxigraph, Fuseki, RDF4J and GraphDB; others have one for both."""
    parts = urlsplit(query)
    path = parts.path.rstrip("/")
    if path.endswith("/query"):
        path = f"{path.removesuffix('/query')}/update"
    elif "/repositories/" in path:
        path = f"{path}/statements"
    return urlunsplit(parts._replace(path=path))


def _check(url: str, *, secret: bool) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UsageError(
            f"{url!r} is not the URL of a SPARQL service",
            code="engine.url",
            remedy="Give the URL of its query endpoint, such as http://127.0.0.1:3030/lake/query.",
        )
    if secret and parts.scheme == "http" and not _is_here(parts.hostname):
        raise UsageError(
            f"The secret for {parts.hostname} would cross the network unencrypted",
            code="engine.secret-in-the-open",
            remedy="Use https, or a tunnel that ends on this machine.",
        )


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def timeout_from(environment: Mapping[str, str], default: float = TIMEOUT) -> float:
    """Seconds, as ``MODELLAKE_ENGINE_TIMEOUT`` says.

    Raises:
        UsageError: ``setting.malformed``.
    """
    text = environment.get(f"{_PREFIX}TIMEOUT", "")
    try:
        seconds = float(text) if text else default
    except ValueError:
        seconds = 0
    if not 0 < seconds < float("inf"):
        raise UsageError(
            f"{_PREFIX}TIMEOUT is {text!r}, no number of seconds", code="setting.malformed", remedy="Say 60, or 0.5."
        )
    return seconds
