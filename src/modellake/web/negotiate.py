"""Content negotiation (RFC 9110 section 12, https://www.rfc-editor.org/rfc/rfc9110#section-12)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from modellake.web.problems import HTTPError

# Also ".2", which no grammar has and every Java program sends that sets no Accept of its own.
_QUALITY = re.compile(r"(?:0(?:\.[0-9]{0,3})?|\.[0-9]{1,3}|1(?:\.0{0,3})?)")
_RANGES = 64  # that are read of one header: no client needs more


@dataclass(frozen=True, slots=True)
class Offer:
    """One form of an answer.

    Attributes:
        name: short, as in documentation.
        media_types: by which it may be asked for; the first one is its own.
        parameters: of the Content-Type that is sent, such as ``; charset=utf-8``.
    """

    name: str
    media_types: tuple[str, ...]
    parameters: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """An offer and the media type by which the client asked for it."""

    offer: Offer
    media_type: str

    @property
    def content_type(self) -> str:
        """The value of ``Content-Type``."""
        return self.media_type + self.offer.parameters


@lru_cache(maxsize=256)
def choose(accept: str | None, offers: tuple[Offer, ...]) -> Choice:
    """The offer that the client likes best; of equals the first.

    Args:
        accept: the value of the header ``Accept``; None or empty when there is none.
        offers: in the order of the server's liking.

    Raises:
        HTTPError: 406, with what there is to choose from.
    """
    ranges = preferences(accept or "")
    if not ranges:
        return Choice(offers[0], offers[0].media_types[0])
    best, choice = 0.0, None
    for offer in offers:
        for media_type in offer.media_types:
            quality = _quality(media_type, ranges)
            if quality > best:
                best, choice = quality, Choice(offer, media_type)
    if choice is None:
        raise _not_acceptable(accept or "", offers)
    return choice


def preferences(header: str) -> list[tuple[str, float]]:
    """What a header such as ``Accept`` lists, in lower case and without parameters, each with its quality."""
    return [_preference(item) for item in header.split(",")[:_RANGES] if item.strip()]


def choose_encoding(header: str | None, offers: Sequence[str]) -> str | None:
    """The content coding that the client likes best, or None for none at all (RFC 9110 section 12.5.3)."""
    if not header:
        return None
    wanted = dict(preferences(header))
    rest = wanted.get("*", 0.0)
    best = max(offers, key=lambda name: wanted.get(name, rest))
    quality = wanted.get(best, rest)
    return best if quality > 0 and quality >= wanted.get("identity", 0.0) else None


def _preference(item: str) -> tuple[str, float]:
    value, *parameters = item.split(";")
    quality = 1.0
    for parameter in parameters:
        name, _, text = parameter.strip().partition("=")
        if name.strip().lower() == "q":
            quality = float(text) if _QUALITY.fullmatch(text.strip()) else 0.0
            break
    return value.strip().lower(), quality


def _quality(media_type: str, ranges: list[tuple[str, float]]) -> float:
    """The quality of the most specific range that the media type is in."""
    group = media_type.partition("/")[0]
    for wanted in (media_type, f"{group}/*", "*/*"):
        found = [quality for name, quality in ranges if name == wanted]
        if found:
            return max(found)
    return 0.0


def _not_acceptable(accept: str, offers: Sequence[Offer]) -> HTTPError:
    names = ", ".join(offer.media_types[0] for offer in offers)
    return HTTPError(
        406,
        f"There is no such form of this answer: {accept[:200]}",
        code="http.not-acceptable",
        remedy=f"Accept one of: {names}",
    )
