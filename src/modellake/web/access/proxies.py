"""Proxies: what those before the server say of the client, where they are known.

Anybody can send ``X-Forwarded-For``; what it says is believed of the proxies that were named, and of nobody else.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Self

from modellake.core.errors import UsageError
from modellake.web.messages import Request

_SIGNS = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via")


@dataclass(frozen=True, slots=True)
class Proxies:
    """Proxies by where they connect from."""

    trusted: tuple[IPv4Network | IPv6Network, ...] = ()

    @classmethod
    def at(cls, places: tuple[str, ...]) -> Self:
        """Proxies at these addresses or in these networks (``10.0.0.0/8``).

        Raises:
            UsageError: ``serve.proxy``.
        """
        return cls(tuple(map(_network, places)))

    def apply(self, request: Request) -> None:
        """Let a request be of the client, and by the scheme, that the proxies tell."""
        peer = client_of(request)
        if not self._trusts(peer):
            return
        chain = [part.strip() for part in request.headers.get("x-forwarded-for", "").split(",") if part.strip()]
        client = peer
        while chain and self._trusts(client):
            client = _without_port(chain.pop())
        request.scope["client"] = (client, 0)
        scheme = request.headers.get("x-forwarded-proto", "").rpartition(",")[2].strip().lower()
        if scheme in ("http", "https"):
            request.scope["scheme"] = scheme

    def _trusts(self, address: str) -> bool:
        if not self.trusted:
            return False
        try:
            found = ip_address(address)
        except ValueError:
            return False
        return any(found in network for network in self.trusted)


def client_of(request: Request) -> str:
    """The address of who has connected; one of IPv4 as such, also where the server listens for both (RFC 4291)."""
    address = str((request.scope.get("client") or ("",))[0])
    return address.removeprefix("::ffff:") if "." in address else address


def is_forwarded(request: Request) -> bool:
    """Does a request say of itself that it came through a proxy?"""
    return any(name in request.headers for name in _SIGNS)


def _network(place: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(place, strict=False)
    except ValueError:
        raise UsageError(
            f"{place!r} is not the address of a proxy",
            code="serve.proxy",
            remedy="Say an IP address, such as 127.0.0.1, or a network, such as 10.0.0.0/8.",
        ) from None


def _without_port(text: str) -> str:
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.partition(":")[0] if text.count(":") == 1 else text
