"""Conditions: what must be there for a request to be carried out (RFC 9110, section 13,
https://www.rfc-editor.org/rfc/rfc9110#section-13).

A tag is the hash of what a graph holds and the name of the form in which it is sent: what is read is compared in full,
what is written by its hash alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from modellake.lake.editing.records import Expected
from modellake.web.messages import Request
from modellake.web.problems import HTTPError

_NOTHING = re.compile(r"[\s,]*")  # elements of a list may be empty (RFC 9110, section 5.6.1.2)
_TAG = re.compile(r'\s*(?P<weak>W/)?"(?P<text>[!\x23-\x7e\x80-\xff]*)"\s*(?:,|$)')
# Whether a client has kept an answer compressed is no matter (section 8.8.3.3).
_CODED = re.compile(r"-(?:gzip|zstd)$")
_LONGEST = 8192  # characters of such a header


@dataclass(frozen=True, slots=True)
class Tags:
    """What ``If-Match`` or ``If-None-Match`` lists.

    Attributes:
        any: ``*``: whatever is there.
        strong: as they stand between quotes.
        weak: those that no comparison for writing may meet (section 8.8.3.2).
    """

    any: bool = False
    strong: frozenset[str] = frozenset()
    weak: frozenset[str] = frozenset()

    @property
    def hashes(self) -> frozenset[str]:
        """The hashes in the strong ones."""
        return frozenset(tag.partition("-")[0] for tag in self.strong)


@dataclass(frozen=True, slots=True)
class Conditions:
    """The conditions of one request; None where it has none."""

    match: Tags | None = None
    none_match: Tags | None = None

    @property
    def expected(self) -> Expected:
        """What a write expects."""
        match, none_match = self.match, self.none_match
        others = none_match.hashes | {tag.partition("-")[0] for tag in none_match.weak} if none_match else frozenset()
        hashes = None if match is None or match.any else match.hashes
        if none_match and none_match.any:
            return Expected(False, hashes if match is None else frozenset(), others)
        return Expected(None if match is None else True, hashes, others)

    def is_held(self, tag: str | None) -> bool:
        """Does the reader have what is there already?

        Raises:
            HTTPError: 412: it is not what the reader wants.
        """
        if self.match and not (self.match.any or tag in set(map(_uncoded, self.match.strong))):
            raise changed()
        held = self.none_match
        return held is not None and (held.any or tag in set(map(_uncoded, held.strong | held.weak)))

    def kept(self, tag: str) -> str:
        """The tag under which the reader has it."""
        listed = self.none_match.strong | self.none_match.weak if self.none_match else frozenset[str]()
        return next((held for held in sorted(listed) if _uncoded(held) == tag), tag)


def _uncoded(tag: str) -> str:
    return _CODED.sub("", tag)


def changed() -> HTTPError:
    """The answer to a request whose conditions do not hold."""
    return HTTPError(
        412,
        "The graph is not as the request expects it to be",
        code="record.changed",
        remedy="Read it again, and edit what it holds now.",
    )


def read_conditions(request: Request) -> Conditions:
    """The conditions of a request. Raises HTTPError 400 ``http.condition``."""
    return Conditions(_tags(request, "if-match"), _tags(request, "if-none-match"))


def _tags(request: Request, name: str) -> Tags | None:
    header = request.headers.get(name)
    if header is None:
        return None
    if header.strip() == "*":
        return Tags(any=True)
    if len(header) > _LONGEST:
        raise _malformed(name, header)
    found = list(_listed(name, header))
    if header.strip() and not found:
        raise _malformed(name, header)
    return Tags(
        strong=frozenset(tag["text"] for tag in found if not tag["weak"]),
        weak=frozenset(tag["text"] for tag in found if tag["weak"]),
    )


def _listed(name: str, header: str) -> Iterator[re.Match[str]]:
    position = _after_nothing(header, 0)
    while position < len(header):
        found = _TAG.match(header, position)
        if found is None:
            raise _malformed(name, header)
        yield found
        position = _after_nothing(header, found.end())


def _after_nothing(header: str, position: int) -> int:
    found = _NOTHING.match(header, position)
    return found.end() if found else position


def _malformed(name: str, header: str) -> HTTPError:
    return HTTPError(
        400,
        f"{name} lists no entity tags: {header[:200]!r}",
        code="http.condition",
        remedy='Write * or what the header ETag said, with its quotes: If-Match: "…".',
    )
