"""Which web pages may ask (https://fetch.spec.whatwg.org/#http-cors-protocol).

A server on this machine is open to every web page that its user looks at, unless it looks at who asks: a page may
send forms anywhere without being asked first, reads the answers of servers that say so, and may have its own name lead
to this machine, which makes it one with the server in the eyes of a browser.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from modellake.web.messages import Pairs, Request
from modellake.web.problems import HTTPError

_READING = ("GET", "HEAD", "OPTIONS")
_EXPOSED = "Content-Type, Content-Length, Allow, Retry-After, ETag, Location, Link, X-Request-ID"


@dataclass(frozen=True, slots=True)
class Origins:
    """Web pages by where they come from.

    Attributes:
        allowed: origins (``https://example.org``) besides those of this machine and of the server itself; ``*`` is all.
        names: of the server, besides those that this machine has for itself.
    """

    allowed: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()

    def check(self, request: Request) -> None:
        """Refuse what is meant for another server, or may change something and comes from a page that may not ask.

        Raises:
            HTTPError: 400 ``http.malformed``, 421 ``http.host`` or 403 ``http.origin``.
        """
        _check_one_host(request)
        host = _host(f"//{request.headers.get('host', '')}")
        if host and not is_loopback(host) and not _is_address(host) and host not in self.names:
            raise HTTPError(
                421,
                f"This is not the server of {host[:200]}",
                code="http.host",
                remedy="Start the server with --name and that name if it is.",
            )
        origin = request.headers.get("origin")
        if request.method in _READING or origin is None or self._allows(origin, request):
            return
        raise HTTPError(
            403,
            f"Web pages of {origin[:200]} may not write here",
            code="http.origin",
            remedy="Start the server with --cors and that origin if they shall.",
        )

    def headers(self, request: Request) -> Pairs:
        """What tells a browser whether it may show the answer to the page."""
        found = [("Vary", "Accept, Accept-Encoding, Origin")]
        origin = request.headers.get("origin")
        if origin is None or not self._allows(origin, request):
            return found
        found += [("Access-Control-Allow-Origin", origin), ("Access-Control-Expose-Headers", _EXPOSED)]
        if request.method == "OPTIONS":
            wanted = request.headers.get("access-control-request-headers", "Content-Type, Accept")
            found += [
                ("Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"),
                ("Access-Control-Allow-Headers", wanted),
                ("Access-Control-Max-Age", "600"),
            ]
        return found

    def _allows(self, origin: str, request: Request) -> bool:
        if "*" in self.allowed or origin in self.allowed:
            return True
        host = _host(origin)
        return is_loopback(host) or origin.partition("://")[2] == request.headers.get("host", "")


def is_loopback(host: str) -> bool:
    """Is it this machine, as this machine names itself?"""
    if host in ("localhost", "localhost."):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _check_one_host(request: Request) -> None:
    """Refuse what may be meant for two servers, or for nobody knows which (RFC 9112, section 3.2)."""
    given = request.headers.get("host")
    if given is None and request.scope.get("http_version") == "1.1":
        raise HTTPError(400, "The request has no header Host", code="http.malformed")
    if given is not None and "," in given:
        raise HTTPError(400, f"The request has several hosts: {given[:200]}", code="http.malformed")


def _is_address(host: str) -> bool:
    """Is it an IP address? No name leads to it, so no page can take it for its own server."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _host(origin: str) -> str:
    try:
        return urlsplit(origin).hostname or ""
    except ValueError:
        return ""
