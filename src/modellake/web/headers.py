"""Headers that every answer has, whoever gives it."""

from __future__ import annotations

from modellake.web.messages import Message, Request, Send, encoded
from modellake.web.origins import Origins

# For plain pages: no scripts, nothing from elsewhere, in no frame. A room that needs more says so itself.
_POLICY = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
_PROTECTING = [
    (b"x-content-type-options", b"nosniff"),
    # Questions stand in addresses, and are nobody else's business.
    (b"referrer-policy", b"no-referrer"),
    (b"content-security-policy", _POLICY.encode()),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-resource-policy", b"same-origin"),
]
# https://www.rfc-editor.org/rfc/rfc6797#section-7.2: only over TLS.
_TRANSPORT = (b"strict-transport-security", b"max-age=31536000")
_CACHE = b"cache-control"


def sealed(request: Request, origins: Origins, send: Send) -> Send:
    """Sends what is sent, with the headers that protect who reads it; those that a room has set stay as they are."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            told = [*message.get("headers", ())]
            names = {name.lower() for name, _ in told}
            told += [header for header in _PROTECTING if header[0] not in names]
            if request.scope.get("scheme") == "https":
                told.append(_TRANSPORT)
            told += [encoded(name, value) for name, value in origins.headers(request)]
            message = {**message, "headers": _private(told) if request.caller.known else told}
        await send(message)

    return sending


def _private(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """What is answered to somebody with a token is kept by no cache of several people."""
    found = [value for name, value in headers if name == _CACHE]
    rest = [header for header in headers if header[0] != _CACHE]
    if not found:
        return [*rest, (_CACHE, b"private")]
    directives = [part.strip() for value in found for part in value.split(b",")]
    kept = [part for part in directives if part not in (b"public", b"private") and not part.startswith(b"s-maxage")]
    return [*rest, (_CACHE, b", ".join([*kept, *([] if b"no-store" in kept else [b"private"])]))]
