"""The file of settings, ``lake.toml`` in the folder of a lake, and the lines on which it says what."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from modellake.bootstrap.known import BY_NAME
from modellake.core.errors import UnavailableError, UsageError
from modellake.core.report import Place

NAME = "lake.toml"
_TABLES = frozenset(name.partition(".")[0] for name in BY_NAME if "." in name)
_SECRETS = ("engine-token", "engine-user", "engine-password", "ledger", "token", "password")
_WHERE = re.compile(r"\(at line (\d+), column (\d+)\)")
_HEADER = re.compile(r"\s*\[\[?(?P<name>[^\[\]]+)\]\]?")
_KEY = re.compile(r"\s*(?P<name>[A-Za-z0-9_\-.\"' ]+?)\s*=")
_LONGEST = 1 << 20  # bytes


@dataclass(frozen=True, slots=True)
class Said:
    """What the file says of a setting, and where."""

    value: Any
    place: Place

    @property
    def origin(self) -> str:
        """The place, for people."""
        return f"{NAME}:{self.place.line}" if self.place.line else NAME


def read_file(directory: Path) -> dict[str, Said]:
    """What the file in a folder says, by the names of settings; nothing where there is none.

    Raises:
        UsageError: ``setting.syntax``, ``setting.unknown``, ``setting.malformed`` or ``setting.secret``.
        UnavailableError: ``setting.unreadable``.
    """
    path = directory / NAME
    text = _text(path)
    if text is None:
        return {}
    lines = dict(_lines(text))
    found: dict[str, Said] = {}
    for name, value in _flat(_parsed(text, path), path, lines):
        place = Place(str(path), lines.get(name) or lines.get(name.partition(".")[0]))
        _check_name(name, place)
        _check_open(name, value, place)
        found[name] = Said(value, place)
    return found


def _text(path: Path) -> str | None:
    try:
        with path.open("rb") as opened:
            content = opened.read(_LONGEST + 1)
        if len(content) > _LONGEST:
            raise UsageError("It is too long for a file of settings", code="setting.syntax", place=Place(str(path)))
        return content.decode("utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except UnicodeDecodeError as error:
        raise UsageError(
            f"It is not in UTF-8: byte {error.start + 1}", code="setting.syntax", place=Place(str(path))
        ) from None
    except OSError as error:
        raise UnavailableError(
            f"The settings in {path} cannot be read: {error.strerror}",
            code="setting.unreadable",
            remedy="Give yourself the permission to read it, or make it a file.",
        ) from error


def _parsed(text: str, path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        said = str(error) or "it is nested too deep"
        where = _WHERE.search(said)
        # What is told of the end of the document begins on its last line.
        last = Place(str(path), len(text.splitlines()) or None)
        place = Place(str(path), int(where[1]), int(where[2])) if where else last
        raise UsageError(
            f"It is no TOML: {_WHERE.sub('', said).strip()}",
            code="setting.syntax",
            remedy='Write name = "value", one on a line; [serve] begins the settings of the server.',
            place=place,
        ) from None


def _flat(told: Mapping[str, Any], path: Path, lines: Mapping[str, int]) -> Iterator[tuple[str, Any]]:
    """Names and values, with the names of their tables before them."""
    for name, value in told.items():
        if name in _TABLES and isinstance(value, dict):
            for inner, setting in value.items():
                yield f"{name}.{inner}", setting
        elif name in _TABLES:
            raise UsageError(
                f"{name} begins a table of settings",
                code="setting.malformed",
                remedy=f"Write [{name}] on a line of its own.",
                place=Place(str(path), lines.get(name)),
            )
        else:
            yield name, value


def _check_name(name: str, place: Place) -> None:
    if name in BY_NAME:
        return
    if name.rpartition(".")[2] in _SECRETS:
        raise _secret(name, place)
    near = difflib.get_close_matches(name.replace("_", "-"), BY_NAME, 1, 0.6)
    other = [known for known in BY_NAME if known.rpartition(".")[2] == name.rpartition(".")[2].replace("_", "-")]
    meant = (other or near or [""])[0]
    raise UsageError(
        f"There is no setting called {name}",
        code="setting.unknown",
        remedy=f"Do you mean {meant}?" if meant else f"There are {', '.join(BY_NAME)}.",
        place=place,
    )


def _check_open(name: str, value: Any, place: Place) -> None:
    """Refuse passwords: the file is read, shown and copied like any other."""
    if isinstance(value, str) and "://" in value:
        try:
            password = urlsplit(value).password
        except ValueError:
            return
        if password:
            raise _secret(name, place)


def _secret(name: str, place: Place) -> UsageError:
    return UsageError(
        f"{name} is or holds a secret, and this file is no place for secrets",
        code="setting.secret",
        remedy="Remove it here and set a variable: MODELLAKE_ENGINE_TOKEN, MODELLAKE_ENGINE_USER and "
        "MODELLAKE_ENGINE_PASSWORD, or MODELLAKE_LEDGER.",
        place=place,
    )


def _lines(text: str) -> Iterator[tuple[str, int]]:
    """Names with the lines that they are set on, tables among them."""
    table = ""
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            table = _plain(header["name"])
            yield table, number
        elif key := _KEY.match(line):
            name = _plain(key["name"])
            yield (f"{table}.{name}" if table else name), number


def _plain(name: str) -> str:
    return ".".join(part.strip().strip("\"'") for part in name.split("."))
