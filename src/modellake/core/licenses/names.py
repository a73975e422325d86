"""Full names of licenses, as the SPDX list gives them and as people write them.

A text names a license when its words are those of the name, of the id, or of both, in any order: "Apache License,
Version 2.0", "Apache 2", "BSD 3-Clause License", "Mozilla Public License 2.0 (MPL 2.0)". One word more or less, a
missing version, or a character that no name has, and it names none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from modellake.core.licenses.listed import is_deprecated, license_names, spdx_id, successors

MAX_NAME = 200
_TROVE = "license :: "
_APPROVED = "osi approved :: "
_CHARACTERS = re.compile(r"[\w\s\"'“”‘’().,:/+–-]*")
_WORD = re.compile(r"[^\W\d_]+|[0-9]+(?:\.[0-9]+)*")
# With these between words, a text may speak of two licenses.
_BETWEEN = re.compile(r"(?<![\w-])(?:or(?![ -]later\b)|and|with)(?![\w-])")
_VERSION_LETTER = re.compile(r"v\.?(?=[0-9])")
# Words of names that tell no license from another.
_EMPTY = frozenset({"license", "the", "v", "ver", "version"})
_JOINED = {"non commercial": "noncommercial", "share alike": "sharealike", "no derivatives": "noderivatives"}
# Titles that publishers give their licenses, where the SPDX list has another one.
_TITLES: Mapping[str, tuple[str, ...]] = {
    "CC0-1.0": ("CC0 1.0 Universal", "CC0 1.0 Universal Public Domain Dedication"),
    "ISC": ("ISC License (ISCL)",),
}


def named_id(text: str) -> str | None:
    """The SPDX id of the license with that name; None where there is none, or more than one.

    A name that says neither "only" nor "or later" of a license of which both exist leads to the id that does not say
    it either, deprecated as it is.
    """
    if len(text) > MAX_NAME:
        return None
    text = " ".join(text.lower().split()).removeprefix(_TROVE).removeprefix(_APPROVED)
    exact = spdx_id(re.sub(r"[ _]", "-", text)) or _by_name().get(text)
    plain = _CHARACTERS.fullmatch(text) and text.count("(") == text.count(")") and not _BETWEEN.search(text)
    return exact or (_by_words().get(_words(text)) if plain else None)


def _words(text: str) -> frozenset[str]:
    """The words that matter; ``2`` and ``2.0`` are one, and so are ``3+`` and "3 or later"."""
    text = _VERSION_LETTER.sub(" ", text.lower().replace("licence", "license").replace("+", " or later "))
    words = " ".join(re.sub(r"(?:\.0+)+$", "", word) for word in _WORD.findall(text))
    for apart, joined in _JOINED.items():
        words = words.replace(apart, joined)
    found = frozenset(words.split()) - _EMPTY
    # The Apache License was called Apache Software License; elsewhere the word can make another license.
    return found - {"software"} if "apache" in found else found


@cache
def _by_name() -> Mapping[str, str]:
    """Some names differ in nothing but their order of words: they are told by the whole text alone."""
    return {" ".join(name.lower().split()): identifier for name, identifier in license_names()}


@cache
def _by_words() -> Mapping[frozenset[str], str]:
    found: dict[frozenset[str], set[str]] = {}
    for name, identifier in license_names():
        for words, told in _wordings(name, identifier):
            found.setdefault(words, set()).add(told)
    return {words: ids.pop() for words, ids in found.items() if len(ids) == 1}


def _wordings(name: str, identifier: str) -> Iterator[tuple[frozenset[str], str]]:
    """Sets of words that name a license, each with the id that it tells."""
    if is_deprecated(identifier) and successors(identifier):
        return
    short, long = _words(identifier), _words(name)
    titles = {long, *map(_words, _TITLES.get(identifier, ())), long - {"creative", "commons"} | short}
    wordings = {short, *titles, *(title | short for title in titles)}
    if identifier.endswith("-4.0") and "attribution" in long:
        wordings |= {words ^ {"international"} for words in wordings}
    if "gnu" in long:
        wordings.add(short | {"gnu"})
        yield from _without_only(identifier, wordings)
    # One word alone is too little, such as "Intel", unless the full name has no more either.
    yield from ((words, identifier) for words in wordings if len(words) > 1 or {identifier.lower()} == words == long)


def _without_only(identifier: str, wordings: set[frozenset[str]]) -> Iterator[tuple[frozenset[str], str]]:
    base = spdx_id(identifier.removesuffix("-only"))
    if base and base != identifier:
        for words in wordings:
            yield words - {"only"}, base
