"""Fetching: requests to other servers that somebody else has chosen, kept from going where they should not.

An address is looked up once, judged, and then used as it is, so that no name can mean a public address while it is
judged and a private one while it is asked. Private networks, this machine, and the addresses at which clouds tell
secrets to their machines are refused, unless the very IRI that is allowed names the address itself. Redirects go to
what is allowed and nowhere else. Size and time have bounds.
"""

from __future__ import annotations

import http.client
import ipaddress
import logging
import socket
import ssl
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urljoin, urlsplit

from modellake.core.errors import QueryError

ALL = "*"  # stands for everything whose address is public
Resolve = Callable[[str, int], Collection[str]]
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_LOG = logging.getLogger("modellake.store.fetching")
_REDIRECTS = 5
_CHUNK = 1 << 16
_MOVED = (301, 302, 303, 307, 308)
_SAME_METHOD = (307, 308)
# Where clouds tell their machines what nobody else shall know, though the numbers look public.
_NOT_PUBLIC = (ipaddress.ip_network("168.63.129.16/32"), ipaddress.ip_network("192.0.0.0/24"))
# IPv4 inside IPv6: https://www.rfc-editor.org/rfc/rfc6052, https://www.rfc-editor.org/rfc/rfc8215.
_TRANSLATED = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))


def addresses_of(host: str, port: int) -> list[str]:
    """The addresses of a name, as this machine is told. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(item[4][0]) for item in found))


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came back.

    Attributes:
        iri: where it was in the end.
        media_type: without parameters, in lower case.
    """

    iri: str
    status: int
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Target:
    """Something to be asked, with the address that was judged.

    Attributes:
        parts: of its IRI.
        address: an IP address.
    """

    iri: str
    parts: SplitResult
    port: int
    address: str


@dataclass(frozen=True, slots=True)
class Outside:
    """What may be fetched.

    Attributes:
        allowed: IRIs; ``*`` is everything whose address is public.
        seconds: for one request with all its redirects.
        most: bytes of an answer.
        resolve: the addresses of a name.
    """

    allowed: frozenset[str] = frozenset()
    seconds: float = 60.0
    most: int = 64 << 20
    resolve: Resolve = addresses_of

    def target(self, iri: str) -> Target:
        """Where an IRI leads, if it may be asked.

        Raises:
            QueryError: ``remote.not-allowed``, ``remote.scheme``, ``remote.address`` or ``remote.unknown-host``.
        """
        if iri not in self.allowed and ALL not in self.allowed:
            raise refusal(iri, "it is not among what is allowed", "remote.not-allowed")
        parts, port = _parts(iri)
        host = parts.hostname or ""
        named = named_address(host)
        if iri in self.allowed and (named or host == "localhost"):
            return Target(iri, parts, port, str(named or "127.0.0.1"))
        try:
            found = [str(named)] if named else list(self.resolve(host, port))
        except OSError as error:
            raise QueryError(f"{host} has no address: {error}", code="remote.unknown-host") from error
        for address in found:
            if not is_public(address):
                raise refusal(iri, f"{host} is at {address}, which is not public", "remote.address")
        if not found:
            raise QueryError(f"{host} has no address", code="remote.unknown-host")
        return Target(iri, parts, port, found[0])

    def fetch(self, target: Target, method: str, headers: Mapping[str, str], body: bytes = b"") -> Fetched:
        """Ask, and follow redirects to what is allowed.

        Raises:
            QueryError: as `target`, and ``remote.redirect``, ``remote.too-large``.
            OSError: it does not answer, or not in time.
        """
        end = time.monotonic() + self.seconds
        for _ in range(_REDIRECTS):
            fetched, where = self._asked(target, method, headers, body, end)
            if where is None:
                return fetched
            if method != "GET" and fetched.status not in _SAME_METHOD:
                raise refusal(target.iri, f"it redirects a {method} with {fetched.status}", "remote.redirect")
            target = self._redirected(target, urljoin(target.iri, where))
        raise refusal(target.iri, f"it redirects more than {_REDIRECTS} times", "remote.redirect")

    def _redirected(self, before: Target, iri: str) -> Target:
        if iri.startswith("http:") and before.parts.scheme == "https":
            raise refusal(before.iri, f"it redirects to {iri}, without encryption", "remote.redirect")
        try:
            return self.target(iri)
        except QueryError as error:
            if error.code == "remote.unknown-host":
                raise
            raise refusal(before.iri, f"it redirects: {error.message}", "remote.redirect") from error

    def _asked(
        self, target: Target, method: str, headers: Mapping[str, str], body: bytes, end: float
    ) -> tuple[Fetched, str | None]:
        connection = _connected(target, end)
        try:
            path = target.parts.path or "/"
            query = f"?{target.parts.query}" if target.parts.query else ""
            connection.request(method, path + query, body or None, {"Host": target.parts.netloc, **headers})
            answer = connection.getresponse()
            media_type = (answer.getheader("Content-Type") or "").partition(";")[0].strip().lower()
            where = answer.getheader("Location") if answer.status in _MOVED else None
            content = b"" if where else self._read(target, connection, answer, end)
            return Fetched(target.iri, answer.status, media_type, content), where
        except http.client.HTTPException as error:
            raise OSError(f"{target.iri} gives no answer of HTTP: {error!r}") from error
        finally:
            connection.close()

    def _read(
        self, target: Target, connection: http.client.HTTPConnection, answer: http.client.HTTPResponse, end: float
    ) -> bytes:
        found = bytearray()
        while True:
            # The connection is the answer's alone once the server has said that it closes it.
            if connection.sock:
                connection.sock.settimeout(_left(target, end))
            chunk = answer.read1(_CHUNK)
            if not chunk:
                return bytes(found)
            found += chunk
            if len(found) > self.most:
                raise refusal(target.iri, f"it answers with more than {self.most} bytes", "remote.too-large")
            _left(target, end)


def refusal(iri: str, reason: str, code: str) -> QueryError:
    """The error for what is not fetched, also told to the log."""
    _LOG.warning("%s was not asked: %s", iri, reason)
    return QueryError(f"<{iri}> is not asked: {reason}", code=code, remedy=_REMEDIES.get(code))


_REMEDIES = {
    "remote.address": "If it shall be asked, have the server started with an IRI that names the address itself.",
    "remote.redirect": "Use the IRI that it redirects to, if that is allowed.",
    "remote.not-allowed": "Have its IRI allowed when the server is started.",
    "remote.scheme": "Only http and https are asked, with no user in the IRI.",
}


def is_public(address: str) -> bool:
    """May a machine on the Internet have this address? What is wrapped into an IPv6 address is judged as well."""
    found = ipaddress.ip_address(address.partition("%")[0])
    return all(map(_is_public, (found, *_wrapped(found))))


def named_address(host: str) -> Address | None:
    """The address that a host is, written as addresses are; None for a name, or for an odd way to write a number."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _is_public(address: Address) -> bool:
    excepted = any(address in network for network in _NOT_PUBLIC)
    return address.is_global and not address.is_multicast and not address.is_reserved and not excepted


def _wrapped(address: Address) -> list[ipaddress.IPv4Address]:
    if isinstance(address, ipaddress.IPv4Address):
        return []
    found = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if any(address in network for network in _TRANSLATED):
        found.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return [one for one in found if one is not None]


def _parts(iri: str) -> tuple[SplitResult, int]:
    try:
        parts = urlsplit(iri)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        raise refusal(iri, "it is no address of HTTP", "remote.scheme") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc or "\\" in iri:
        raise refusal(iri, "it is no address of HTTP", "remote.scheme")
    if not iri.isascii() or any(character <= " " for character in iri):
        raise refusal(iri, "it is no address of HTTP: encode what is not in ASCII", "remote.scheme")
    return parts, port


def _connected(target: Target, end: float) -> http.client.HTTPConnection:
    """A connection to the address that was judged."""
    plain = socket.create_connection((target.address, target.port), timeout=_left(target, end))
    host = target.parts.hostname or ""
    connection = http.client.HTTPConnection(host, target.port)
    try:
        encrypted = target.parts.scheme == "https"
        context = ssl.create_default_context() if encrypted else None
        connection.sock = context.wrap_socket(plain, server_hostname=host) if context else plain
    except BaseException:
        plain.close()
        raise
    return connection


def _left(target: Target, end: float) -> float:
    left = end - time.monotonic()
    if left <= 0:
        raise TimeoutError(f"{target.iri} has not answered in time")
    return left
