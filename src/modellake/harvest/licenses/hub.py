"""Licenses that only the Hugging Face Hub has a tag for.

Source: https://huggingface.co/docs/hub/repositories-licenses. All other tags of the Hub are ids of the SPDX list in
lower case, or short forms of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

HUB_LICENSES = "https://huggingface.co/docs/hub/repositories-licenses"
TITLES: Mapping[str, str] = {
    "apple-amlr": "Apple Model License for Research",
    "apple-ascl": "Apple Sample Code License",
    "bigcode-openrail-m": "BigCode Open RAIL-M v1",
    "bigscience-bloom-rail-1.0": "BigScience BLOOM RAIL 1.0",
    "bigscience-openrail-m": "BigScience OpenRAIL-M",
    "creativeml-openrail-m": "CreativeML OpenRAIL-M",
    "deepfloyd-if-license": "DeepFloyd IF Research License Agreement",
    "fair-noncommercial-research-license": "FAIR Noncommercial Research License",
    "gemma": "Gemma Terms of Use",
    "grok2-community": "Grok 2 Community License Agreement",
    "h-research": "H Company research license",
    "intel-research": "Intel Research Use License Agreement",
    "llama2": "Llama 2 Community License Agreement",
    "llama3": "Llama 3 Community License Agreement",
    "llama3.1": "Llama 3.1 Community License Agreement",
    "llama3.2": "Llama 3.2 Community License Agreement",
    "llama3.3": "Llama 3.3 Community License Agreement",
    "llama4": "Llama 4 Community License Agreement",
    "openmdw-1.1": "OpenMDW License Agreement 1.1",
    "openrail++": "Open RAIL++-M License",
}
# A tag for any license of a family says less than which license it is.
FAMILIES: Mapping[str, tuple[str, ...]] = {
    "openrail": ("bigcode-openrail-m", "bigscience-openrail-m", "creativeml-openrail-m", "openrail++"),
}


def hub_tag(text: str) -> str | None:
    """The tag of the Hub that a text is, or whose full name it is; None for ids of the SPDX list and other texts."""
    lower = text.strip().lower()
    return lower if lower in TITLES else _tags_by_title().get(_spelling(lower))


@cache
def _tags_by_title() -> Mapping[str, str]:
    return {_spelling(title.lower()): tag for tag, title in TITLES.items()}


def _spelling(title: str) -> str:
    """Titles are written with and without hyphens, "Meta" and "Agreement"; plus signs and dots tell versions apart."""
    words = re.sub(r"[^a-z0-9+.]+", " ", title).strip().removeprefix("meta ").removesuffix(" agreement")
    return words.removesuffix(" license").replace(" ", "")
