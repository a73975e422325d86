"""Credentials: the token that a request brings.

In the header ``Authorization``, as RFC 6750 has it (https://www.rfc-editor.org/rfc/rfc6750#section-2.1), or as the
password of HTTP Basic (RFC 7617) for clients that know nothing else. Never in the address: that is written into logs,
histories and the headers of other requests.
"""

from __future__ import annotations

import base64
import binascii
import logging
import re
from urllib.parse import unquote_plus

from modellake.core.tokens import PATTERN, PREFIX, token_id
from modellake.web.messages import Request
from modellake.web.problems import HTTPError

_PARAMETERS = frozenset({"access_token", "token"})
# What an address with a token holds, each letter as it is or percent-encoded: faster to look for than to decode it all.
_SUSPECT = re.compile(
    "|".join("".join(f"(?:{letter}|%{ord(letter):02x})" for letter in text) for text in (PREFIX, "token")),
    re.IGNORECASE,
)
_LOG = logging.getLogger("modellake.web")


def credential(request: Request) -> str | None:
    """What a request brings to say who sends it; None where that is nothing.

    Raises:
        HTTPError: 400 ``access.token-in-url``.
    """
    _check_address(request)
    scheme, _, text = request.headers.get("authorization", "").strip().partition(" ")
    if scheme.lower() == "basic":
        return _password(text.strip())
    return text.strip() if scheme.lower() == "bearer" else (scheme or None)


def is_ours(text: str) -> bool:
    """Was it meant to be a token of a lake, whole or not?"""
    return text.startswith(PREFIX)


def _password(encoded: str) -> str:
    try:
        decoded = base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return encoded
    return decoded.partition(":")[2]


def _check_address(request: Request) -> None:
    query = request.query_string.decode("latin-1")
    if PREFIX not in request.path and not _SUSPECT.search(query):
        return
    plain = f"{request.path}?{unquote_plus(query)}"
    names = {unquote_plus(part.partition("=")[0]).lower() for part in query.split("&")}
    found = PATTERN.search(plain)
    if not found and not names & _PARAMETERS:
        return
    if found and (identifier := token_id(found[0])):
        _LOG.warning("Token %s was sent in an address, where others may have seen it: revoke it", identifier)
    raise HTTPError(
        400,
        "A token stands in the address of the request",
        code="access.token-in-url",
        remedy="Send the header Authorization: Bearer TOKEN. Revoke that token and make another one: addresses are "
        "kept in logs and histories.",
    )
