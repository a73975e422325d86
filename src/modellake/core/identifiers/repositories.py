"""Repositories of code, by where they are cloned from or shown."""

from __future__ import annotations

import re

from modellake.core.identifiers.identified import COMMIT, Identified, address_parts, line_and_version, trimmed
from modellake.core.iris import LakeIRIs

_SCP_ADDRESS = re.compile(r"(?:[\w.-]+@)?(?P<host>[\w.-]+):(?P<path>[^/].*)")
_CLONE_SCHEMES = frozenset({"ssh", "git", "git+https", "git+http", "git+ssh", "git+git"})
_USUAL_PORTS = {"http": 80, "https": 443}
# Hosts whose repositories are owner/name, and whether they tell cases apart (as the package-url types say).
_OWNER_AND_NAME = {"github.com": False, "bitbucket.org": False, "codeberg.org": True}
_SITE = frozenset(
    {
        "about",
        "apps",
        "collections",
        "enterprise",
        "explore",
        "features",
        "marketplace",
        "orgs",
        "search",
        "settings",
        "sponsors",
        "topics",
        "trending",
        "users",
    }
)


def repository(url: str, iris: LakeIRIs, commit: str | None = None) -> Identified | None:
    """The repository at a clone address or a page of it, and the commit of it.

    Args:
        url: as git or pip takes it (``https://…``, ``git@host:path``, ``git+https://…@commit``), or a page.
        iris: how the lake names things.
        commit: stated beside the address; else one that the address states counts.
    """
    name = repository_name(url)
    stated = trimmed(commit or "") or _stated_commit(url.strip())
    return line_and_version(iris, "code", name, stated) if name else None


def known_repository(text: str, iris: LakeIRIs) -> Identified | None:
    """Like `repository`, for a text that may be any address: only what is surely one of a repository counts."""
    stated = trimmed(text) or ""
    parts, scp = address_parts(stated), _SCP_ADDRESS.fullmatch(stated)
    if parts is None:
        sure = scp is not None and "@" in stated.partition(":")[0] and " " not in stated
    else:
        clone = parts.scheme in _CLONE_SCHEMES or parts.path.endswith(".git")
        sure = clone or (parts.hostname or "").removeprefix("www.") in _OWNER_AND_NAME
    return repository(stated, iris) if sure else None


def repository_name(url: str) -> str | None:
    """``https://github.com/acme/churn.git`` and ``git@github.com:acme/churn`` are ``github.com/acme/churn``."""
    host, path = _place(url)
    segments = path.strip("/").partition("/-/")[0].split("/")
    if host in _OWNER_AND_NAME:
        if len(segments) < 2 or segments[0].lower() in _SITE:
            return None
        segments = segments[:2]
    segments = [*segments[:-1], segments[-1].removesuffix(".git")]
    if not host or not all(part.strip(".") for part in segments):
        return None
    name = "/".join((host, *segments))
    return name if _OWNER_AND_NAME.get(host, True) else name.lower()


def is_scp_address(text: str) -> bool:
    """True for ``host:path`` with or without a user, the short form that git and scp know."""
    return "://" not in text and _SCP_ADDRESS.fullmatch(text) is not None


def _place(url: str) -> tuple[str, str]:
    """Host, with an unusual port of the web, and path; empty for an address that is none, or of this machine."""
    stated = trimmed(url) or ""
    scp = None if "://" in stated else _SCP_ADDRESS.fullmatch(stated)
    if scp:
        return scp["host"].lower(), scp["path"]
    parts = address_parts(stated)
    if parts is None or parts.scheme == "file":
        return "", ""
    scheme = parts.scheme.removeprefix("git+")
    path = parts.path.rpartition("@")[0] if scheme != parts.scheme and "@" in parts.path else parts.path
    unusual = scheme in _USUAL_PORTS and parts.port not in (None, _USUAL_PORTS[scheme])
    return (parts.hostname or "").removeprefix("www.") + (f":{parts.port}" if unusual else ""), path


def _stated_commit(url: str) -> str | None:
    """What ``git+https://…@REVISION`` and the page of a commit or a tag state.

    Names of branches hold slashes: of a longer path, only a whole commit hash can be told.
    """
    parts = address_parts(url)
    if parts is None:
        return None
    if parts.scheme.startswith("git+"):
        return parts.path.rpartition("@")[2] if "@" in parts.path else None
    head, mark, tail = parts.path.strip("/").partition("/-/")
    after = tail.split("/") if mark else head.split("/")[2:]
    known = mark or (parts.hostname or "").removeprefix("www.") in _OWNER_AND_NAME
    if not known or len(after) < 2:
        return None
    return after[1] if COMMIT.fullmatch(after[1]) or (after[0] == "tree" and len(after) == 2) else None
