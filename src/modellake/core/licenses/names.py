"""Full names and aliases of licenses.

The names are those of the SPDX list. The aliases are those that LicenseLynx (https://licenselynx.org) collects from
SPDX, OSI, ScanCode and others, without the ones that do not tell everything: an alias must state the version that the
id has, and no other one, and say "only" or "or later" where the id does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from modellake.core.licenses.listed import license_names, spdx_id

MAX_NAME = 200
_TROVE = re.compile(r"(?:license :: )?(?:osi approved :: )?")
_VERSION_WORD = re.compile(r"\b(?:version|ver|v)\b\.? ?(?=[0-9])|\bv\.?(?=[0-9])")
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)*")
_ID_VERSION = re.compile(r"v?([0-9]+(?:\.[0-9]+)*)[a-z]?")
_SEVERAL = re.compile(r"\b(?:or|and|dual|with)\b|[/&|]")


def named_id(text: str) -> str | None:
    """The SPDX id of the license with that name; None where there is none, or more than one.

    An alias that says neither "only" nor "or later" of a license of which both exist leads to the id that does not
    say it either, deprecated as it is.
    """
    if len(text) > MAX_NAME:
        return None
    text = text.strip()
    return spdx_id(re.sub(r"[\s_]+", "-", text)) or _names().get(_spelling(text)) or _alias(text)


def _spelling(text: str) -> str:
    """What remains of a name without the differences that mean nothing: case, quotes, commas, "the", "version"."""
    text = " ".join(re.sub(r"[\"'“”‘’,]", " ", text.lower()).replace("licence", "license").split())
    text = _VERSION_WORD.sub("", text[_matched(_TROVE, text) :])
    return text.removeprefix("the ")


def _matched(pattern: re.Pattern[str], text: str) -> int:
    found = pattern.match(text)
    return found.end() if found else 0


@cache
def _names() -> Mapping[str, str]:
    return {_spelling(name): identifier for name, identifier in license_names()}


def _alias(text: str) -> str | None:
    """What the collection of aliases says of a text, as far as the text tells it."""
    from licenselynx.licenselynx import LicenseLynx

    words = " ".join(text.split())
    for spelling in dict.fromkeys((text, words, words.lower(), words.title(), words.replace("icence", "icense"))):
        target = LicenseLynx.map(spelling)
        identifier = spdx_id(target.id) if target else None
        if identifier:
            return _told(_spelling(text), identifier)
    return None


def _told(alias: str, identifier: str) -> str | None:
    """The id as far as the alias tells it."""
    if _SEVERAL.search(re.sub(r"\bor (?:later|newer|greater)\b", "", alias)) or _versions(identifier) != _numbers(
        alias
    ):
        return None
    later = re.search(r"\bor (?:later|newer|greater)\b|\+", alias)
    if identifier.endswith("-only"):
        return identifier if re.search(r"\bonly\b", alias) else spdx_id(identifier.removesuffix("-only"))
    return identifier if bool(later) == identifier.endswith("-or-later") else None


def _versions(identifier: str) -> set[str]:
    found = (_ID_VERSION.fullmatch(part) for part in identifier.lower().split("-")[1:])
    return {_number(part[1]) for part in found if part}


def _numbers(alias: str) -> set[str]:
    return set(map(_number, _NUMBER.findall(alias)))


def _number(text: str) -> str:
    """``2`` and ``2.0`` are one version."""
    return re.sub(r"(?:\.0+)+$", "", text)
