"""Addresses at which publishers keep licenses. Only addresses that state the version name one."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from urllib.parse import SplitResult, urlsplit

from modellake.core.licenses.listed import ONLY_VERSION, family, spdx_id

MAX_ADDRESS = 2_000
_ENDING = r"(?:\.(?:html?|txt|json|rdf|md|php))?"
_VERSION = r"[0-9]+\.[0-9]+"


def is_address(text: str) -> bool:
    """True for a text that is an address on the web and nothing else."""
    return re.fullmatch(r"https?://\S+", text, re.IGNORECASE) is not None


def page_id(text: str) -> str | None:
    """The SPDX id of the license that a publisher keeps at an address; None for other addresses and texts."""
    if len(text) > MAX_ADDRESS or not is_address(text):
        return None
    try:
        parts = urlsplit(text)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return None
    pattern, spell = _PUBLISHERS.get(host, (None, None))
    found = pattern.fullmatch(_path(parts)) if pattern else None
    return spell(found) if found and spell else None


def _path(parts: SplitResult) -> str:
    return parts.path.strip("/").lower()


def _by_name(found: re.Match[str]) -> str | None:
    """The Hub makes addresses of choosealicense.com from its tags, short forms included."""
    return spdx_id(found["id"]) or ONLY_VERSION.get(found["id"])


def _by_slug(found: re.Match[str]) -> str | None:
    """The newer addresses of OSI have dashes for the dots of an id: ``apache-2-0``."""
    slug = found["id"].removesuffix("-license")
    known = spdx_id(slug)
    if known:
        return known
    fitting = [name for name in family(slug.split("-")[0]) if name.lower().replace(".", "-") == slug]
    return fitting[0] if len(fitting) == 1 else None


def _creative_commons(found: re.Match[str]) -> str | None:
    if found["zero"]:
        return spdx_id({"zero": "CC0-", "mark": "CC-PDM-"}[found["zero"]] + found["version"])
    place = f"-{found['place']}" if found["place"] else ""
    return spdx_id(f"CC-{found['terms']}-{found['version']}{place}")


def _gnu(found: re.Match[str]) -> str | None:
    return spdx_id(f"{found['name'].replace('fdl', 'gfdl')}-{found['version']}")


def _open_data_commons(found: re.Match[str]) -> str | None:
    return ONLY_VERSION["odc-by" if found["name"] == "by" else found["name"]]


def _cdla(found: re.Match[str]) -> str | None:
    return spdx_id(f"CDLA-{found['name']}-{found['major']}.{found['minor']}")


def _prefixed(prefix: str) -> Callable[[re.Match[str]], str | None]:
    return lambda found: spdx_id(prefix + found["version"])


_PUBLISHERS: Mapping[str, tuple[re.Pattern[str], Callable[[re.Match[str]], str | None]]] = {
    host: (re.compile(pattern), spell)
    for host, pattern, spell in (
        ("spdx.org", rf"licenses/(?P<id>[a-z0-9.+-]+?){_ENDING}", _by_name),
        ("choosealicense.com", rf"licenses/(?P<id>[a-z0-9.+-]+?){_ENDING}", _by_name),
        ("opensource.org", rf"licenses?/(?P<id>[a-z0-9.+-]+?){_ENDING}", _by_slug),
        ("apache.org", rf"licenses/license-(?P<version>{_VERSION}){_ENDING}", _prefixed("Apache-")),
        (
            "gnu.org",
            rf"licenses/(?:old-licenses/)?(?P<name>a?gpl|lgpl|fdl)-(?P<version>{_VERSION})"
            rf"(?:-standalone)?(?:\.[a-z]{{2}}(?:-[a-z]{{2}})?)?{_ENDING}",
            _gnu,
        ),
        (
            "creativecommons.org",
            rf"(?:licenses/(?P<terms>[a-z-]+)|publicdomain/(?P<zero>zero|mark))/(?P<version>{_VERSION})"
            r"(?:/(?P<place>[a-z]{2}|igo))?(?:/(?:deed|legalcode)(?:\.[a-z-]+)?)?",
            _creative_commons,
        ),
        (
            "opendatacommons.org",
            r"licenses/(?P<name>by|odbl|pddl)(?:/(?:v?1[-.]0|index\.html|summary))?",
            _open_data_commons,
        ),
        ("mozilla.org", rf"(?:[a-z]{{2}}-[a-z]{{2}}/)?mpl/(?P<version>{_VERSION})", _prefixed("MPL-")),
        ("eclipse.org", rf"(?:org/documents|legal)/epl-(?P<version>{_VERSION}){_ENDING}", _prefixed("EPL-")),
        ("cdla.dev", r"(?P<name>permissive|sharing)-(?P<major>\d)-(?P<minor>\d)", _cdla),
        ("cdla.io", r"(?P<name>permissive|sharing)-(?P<major>\d)-(?P<minor>\d)", _cdla),
        ("unlicense.org", r"", lambda _: "Unlicense"),
        ("boost.org", r"license_1_0\.txt", lambda _: "BSL-1.0"),
    )
}
