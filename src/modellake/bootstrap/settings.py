"""Settings in force: what a flag says, else a variable of the environment, else the lake's file, else the default."""

from __future__ import annotations

import difflib
import math
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from modellake.bootstrap.known import PREFIX, SETTINGS, VARIABLES, Setting, shown
from modellake.bootstrap.settings_file import Said, read_file
from modellake.core.errors import UsageError
from modellake.core.report import Place

_TRUTHS = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
_WANTED = {
    "text": "a text",
    "number": "a number",
    "count": "a whole number",
    "truth": "true or false",
    "list": "a list of texts",
}


@dataclass(frozen=True, slots=True)
class InForce:
    """A setting as it is.

    Attributes:
        origin: who says so: a flag, a variable, a line of the file, or ``default``.
    """

    setting: Setting
    value: Any
    origin: str

    @property
    def shown(self) -> str:
        """The value for people, without secrets."""
        return self.setting.shown_default if self.origin == "default" else shown(self.value)


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of a lake."""

    by_name: Mapping[str, InForce]

    def __getitem__(self, name: str) -> Any:
        """The value of a setting."""
        return self.by_name[name].value

    def __iter__(self) -> Iterator[InForce]:
        """Each with where it comes from."""
        return iter(self.by_name.values())

    def engine_environment(self, environment: Mapping[str, str] | None = None) -> dict[str, str]:
        """The environment as the engines read it, with what the file says."""
        told = {
            item.setting.variable: format(item.value, "g") if isinstance(item.value, float) else str(item.value)
            for item in self
            if item.setting.name.startswith("engine-") and item.value is not None
        }
        return {**(os.environ if environment is None else environment), **told}


def read_settings(
    directory: Path | None, flags: Mapping[str, Any] | None = None, environment: Mapping[str, str] | None = None
) -> Settings:
    """The settings in force for the lake in a folder.

    Args:
        directory: the folder, whose ``lake.toml`` is read if there is one; None for no lake.
        flags: by the names of settings; None and empty lists say nothing.
        environment: by default that of the process.

    Raises:
        UsageError: ``setting.syntax``, ``setting.unknown``, ``setting.malformed`` or ``setting.secret``, with the line.
        UnavailableError: ``setting.unreadable``.
    """
    file = read_file(directory) if directory else {}
    variables = os.environ if environment is None else environment
    return Settings({item.name: _in_force(item, flags or {}, variables, file) for item in SETTINGS})


def misspelled(environment: Mapping[str, str]) -> dict[str, str]:
    """Variables that look like a setting and are none, with the one that may be meant."""
    known = {name.removeprefix(PREFIX): name for name in (*VARIABLES, *(item.variable for item in SETTINGS))}
    found = {}
    for name in environment:
        if name.startswith(PREFIX) and name not in known.values():
            near = difflib.get_close_matches(name.removeprefix(PREFIX), known, 1, 0.75)
            if near:
                found[name] = known[near[0]]
    return found


def _in_force(
    setting: Setting, flags: Mapping[str, Any], environment: Mapping[str, str], file: Mapping[str, Said]
) -> InForce:
    flag = flags.get(setting.name)
    if flag is not None and flag not in ([], ()):
        value = tuple(flag) if setting.kind == "list" else flag
        return InForce(setting, _checked(setting, value, setting.flag or "the flag", None), setting.flag or "flag")
    if text := environment.get(setting.variable, ""):
        value = _from_text(setting, text)
        return InForce(setting, _checked(setting, value, setting.variable, None), f"${setting.variable}")
    if said := file.get(setting.name):
        value = tuple(said.value) if isinstance(said.value, list) else said.value
        return InForce(setting, _checked(setting, value, setting.name, said.place), said.origin)
    return InForce(setting, setting.default, "default")


def _from_text(setting: Setting, text: str) -> Any:
    """What a variable says; as text where it says nothing of that kind."""
    readers: dict[str, Callable[[str], Any]] = {
        "number": float,
        "count": int,
        "truth": lambda word: _TRUTHS.get(word.strip().lower(), word),
        "list": lambda words: tuple(words.split()),
    }
    try:
        return readers.get(setting.kind, str)(text)
    except ValueError:
        return text


def _checked(setting: Setting, value: Any, called: str, place: Place | None) -> Any:
    """The value, if it is of its kind and within its bounds."""
    wanted = _problem(setting, value)
    if wanted:
        raise UsageError(
            f"{called} is {shown(value) if not isinstance(value, str) else repr(shown(value))}, and must be {wanted}",
            code="setting.malformed",
            remedy=f"{setting.about} Default: {setting.shown_default}.",
            place=place,
        )
    return float(value) if setting.kind == "number" else value


def _problem(setting: Setting, value: Any) -> str | None:
    """What it must be, where it is something else."""
    wanted = _WANTED[setting.kind]
    if not _is_of_kind(setting, value):
        return wanted
    if setting.least is not None and not value >= setting.least:
        return f"{wanted}, at least {setting.least:g}"
    if setting.choices and value not in setting.choices:
        return f"one of {', '.join(setting.choices)}"
    if setting.check:
        try:
            setting.check(value)
        except UsageError as error:
            return f"otherwise. {error.remedy}" if error.remedy else wanted
    return None


def _is_of_kind(setting: Setting, value: Any) -> bool:
    if setting.kind == "truth":
        return isinstance(value, bool)
    if setting.kind == "list":
        return isinstance(value, tuple) and all(isinstance(item, str) and item for item in value)
    if setting.kind == "text":
        return isinstance(value, str) and bool(value)
    kinds = (int,) if setting.kind == "count" else (int, float)
    return isinstance(value, kinds) and not isinstance(value, bool) and math.isfinite(value)
