"""Checksums in one form."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass

from modellake.core.identifiers.identified import trimmed

_DIGITS = {
    "md5": 32,
    "sha1": 40,
    "sha224": 56,
    "sha256": 64,
    "sha384": 96,
    "sha512": 128,
    "sha3-224": 56,
    "sha3-256": 64,
    "sha3-384": 96,
    "sha3-512": 128,
    "blake2b-256": 64,
    "blake2b-384": 96,
    "blake2b-512": 128,
    "blake3": 64,
}
_SPELLINGS = {name.replace("-", ""): name for name in _DIGITS}
_HEX = re.compile(r"[0-9A-Fa-f]+")
_PREFIX = re.compile(r"(?P<name>[A-Za-z][A-Za-z0-9_]{1,9}(?:[-_][0-9]{1,3})?)\s?[:=-]\s?")


@dataclass(frozen=True, slots=True)
class Digest:
    """A checksum: the name of its algorithm (``sha256``, ``sha3-256``) and lower-case hexadecimal digits."""

    algorithm: str
    value: str


def checksum(text: str, algorithm: str | None = None) -> Digest | None:
    """A checksum such as ``SHA-256:9F86…``, or ``sha256-n4bQ…=`` (https://www.w3.org/TR/SRI/), in its normal form.

    Args:
        text: the digits; with the algorithm before them, unless that is given.
        algorithm: in any spelling. None is guessed from the number of digits: several have equally many.
    """
    stated = trimmed(text) or ""
    prefix = None if algorithm else _PREFIX.match(stated)
    named = algorithm or (prefix["name"] if prefix else "")
    known = _SPELLINGS.get(re.sub(r"[-_\s]", "", named[:20]).lower())
    digits = stated[prefix.end() :] if prefix else stated
    return _digest(known, digits) if known else None


def _digest(algorithm: str, digits: str) -> Digest | None:
    count = _DIGITS[algorithm]
    if len(digits) == count and _HEX.fullmatch(digits):
        return Digest(algorithm, digits.lower())
    try:
        content = base64.b64decode(digits, validate=True)
    except ValueError:
        return None
    return Digest(algorithm, content.hex()) if len(content) * 2 == count else None
