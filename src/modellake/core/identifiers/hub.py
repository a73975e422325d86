"""Models and datasets of the Hugging Face Hub.

Sources: https://huggingface.co/docs/huggingface_hub/guides/hf_file_system (paths), the validation of repository ids
in ``huggingface_hub``, and https://packageurl.org/types/huggingface-definition.json (package URLs). The Hub finds an
id in any case, but there is one that it shows: an id keeps the case in which it is stated.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import SplitResult, unquote

from modellake.core.identifiers.identified import Identified, address_parts, line_and_version, trimmed
from modellake.core.identifiers.purls import Purl, parsed
from modellake.core.iris import LakeIRIs

HOSTS = frozenset({"huggingface.co", "www.huggingface.co", "hf.co", "www.hf.co"})
_SSH = re.compile(r"git@(?:huggingface\.co|hf\.co):(?P<path>\S+)", re.IGNORECASE)
_ROOMS = {"datasets": "dataset", "spaces": "space", "models": "model"}
# Rooms of the site that stand where the owner of a model would.
_SITE = frozenset(
    {
        "api",
        "blog",
        "buckets",
        "chat",
        "collections",
        "datasets",
        "docs",
        "enterprise",
        "inference",
        "join",
        "kernels",
        "learn",
        "login",
        "models",
        "new",
        "organizations",
        "papers",
        "posts",
        "pricing",
        "search",
        "settings",
        "spaces",
        "storage",
        "support",
        "tasks",
    }
)
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,95}")
_VIEWS = frozenset({"tree", "resolve", "blob", "raw", "commit", "commits", "blame"})


def hub_resource(text: str, iris: LakeIRIs, kind: str | None = None) -> Identified | None:
    """The model or dataset that an address, an ``hf://`` path, a package URL or an id names.

    Args:
        text: any of those; an id is ``name`` or ``org/name``.
        iris: how the lake names things.
        kind: ``model`` or ``dataset``: what an id is of. Without it, an id names nothing.
    """
    stated = trimmed(text)
    if stated is None:
        return None
    if stated[:5].lower() == "hf://":
        return _path(stated[5:], iris)
    purl = parsed(stated)
    if purl is not None:
        return hub_package(purl, iris)
    ssh, parts = _SSH.fullmatch(stated), address_parts(stated)
    if ssh or parts:
        return _page(ssh["path"] if ssh else _hub_path(parts), iris)
    named = stated.split("/")
    return _identified(iris, kind, named, None) if kind and len(named) <= 2 else None


def hub_package(purl: Purl, iris: LakeIRIs) -> Identified | None:
    """``pkg:huggingface/org/name@revision``; the qualifier ``type`` says what it is of, else a model is meant."""
    stated = dict(purl.qualifiers)
    hub = address_parts(stated.pop("repository_url", "https://huggingface.co"))
    kind, name = _kind_and_rest([*purl.namespace, purl.name])
    kind = stated.pop("type", kind)
    here = purl.type == "huggingface" and hub is not None and hub.hostname in HOSTS
    return _identified(iris, kind, name, purl.stated_version) if here and not stated else None


def _hub_path(parts: SplitResult | None) -> str:
    return parts.path if parts and parts.hostname in HOSTS else ""


def _page(path: str, iris: LakeIRIs) -> Identified | None:
    kind, rest = _kind_and_rest(path.strip("/").split("/"))
    views = [place for place in (1, 2) if len(rest) > place + 1 and rest[place] in _VIEWS]
    if len(views) == 1:
        return _identified(iris, kind, rest[: views[0]], _revision(rest[views[0] + 1 :]))
    # One segment is a model of old or the page of an owner; of datasets, only the former.
    return _identified(iris, kind, rest, None) if len(rest) == 2 or kind == "dataset" else None


def _path(path: str, iris: LakeIRIs) -> Identified | None:
    """``[datasets/]org/name[@revision][/file]``."""
    kind, rest = _kind_and_rest(path.rstrip("/").split("/"))
    at = next((place for place, part in enumerate(rest[:2]) if "@" in part), None)
    if at is None:
        return _identified(iris, kind, rest[:2], None)
    name, _, revision = rest[at].partition("@")
    return _identified(iris, kind, [*rest[:at], name], _revision([revision, *rest[at + 1 :]]))


def _kind_and_rest(segments: Sequence[str]) -> tuple[str, Sequence[str]]:
    room = _ROOMS.get(segments[0]) if len(segments) > 1 else None
    return (room, segments[1:]) if room else ("model", segments)


def _revision(segments: Sequence[str]) -> str:
    """One segment, or the three of ``refs/pr/1`` and ``refs/convert/parquet``."""
    special = len(segments) >= 3 and segments[0] == "refs" and segments[1] in ("pr", "convert")
    return unquote("/".join(segments[:3]) if special else segments[0])


def _identified(iris: LakeIRIs, kind: str, name: Sequence[str], revision: str | None) -> Identified | None:
    names = [*name[:-1], name[-1].removesuffix(".git")]
    valid = len(names) <= 2 and all(_NAME.fullmatch(part) for part in names)
    if kind not in ("model", "dataset") or not valid or names[0].lower() in _SITE:
        return None
    return line_and_version(iris, kind, "/".join(names), revision)
