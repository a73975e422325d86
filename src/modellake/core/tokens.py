"""API tokens: the texts by which programs say who they are.

``mlk_``, eight characters that name the token, 43 that nobody can guess (256 bits), and six that tell a whole token
from a mistyped or shortened one: scanners for secrets find it by its form, without knowing any.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import string
import zlib

PREFIX = "mlk_"
PATTERN = re.compile(rf"{PREFIX}[0-9A-Za-z]{{57}}")
ROLES = ("reader", "contributor", "steward", "admin")  # each may do what those before it may
_NAME, _SECRET, _CHECK = 8, 43, 6
_LETTERS = string.digits + string.ascii_uppercase + string.ascii_lowercase


def make_token() -> str:
    """A new token, unlike any other."""
    name = "".join(secrets.choice(string.digits + string.ascii_lowercase) for _ in range(_NAME))
    body = PREFIX + name + _base62(secrets.randbits(256), _SECRET)
    return body + _check(body)


def token_id(text: str) -> str | None:
    """The characters that name a token; None for what is no whole token."""
    if not PATTERN.fullmatch(text) or _check(text[:-_CHECK]) != text[-_CHECK:]:
        return None
    return text[len(PREFIX) : len(PREFIX) + _NAME]


def token_digest(text: str) -> bytes:
    """What is kept of a token: its SHA-256.

    A slow hash with a salt protects what people can remember, since that can be guessed. Of 256 random bits no two are
    equal and none is guessed, however fast the hash; and the server computes it for every request.
    """
    return hashlib.sha256(text.encode()).digest()


def _check(body: str) -> str:
    return _base62(zlib.crc32(body.encode()), _CHECK)


def _base62(number: int, length: int) -> str:
    found = ""
    for _ in range(length):
        number, digit = divmod(number, len(_LETTERS))
        found = _LETTERS[digit] + found
    return found
