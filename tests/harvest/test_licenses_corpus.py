"""Licenses as real documents state them: how many are told, and that none is told wrong.

Told wrong is judged by other means than the code has: an id in the words of the document, or an address with the terms
and the version of the license in it.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from modellake.core.iris import LakeIRIs
from modellake.harvest.licenses import resolve_license

IRIS = LakeIRIs("https://lake.example.org/")
HOME = IRIS.resource("model", "a")
KEYS = {"license", "licenses", "licence", "license_name", "license_link"}
# Full names in the corpora, and what they are.
BY_NAME = {
    "Apache License 2.0": "Apache-2.0",
    "Creative Commons Attribution Non Commercial 4.0": "CC-BY-NC-4.0",
    "Creative Commons Attribution Non Commercial Share Alike 4.0": "CC-BY-NC-SA-4.0",
    "MIT License": "MIT",
}


def front_matter(path: Path) -> Any:
    found = re.match(r"\ufeff?---\s*\n(.*?)\n---", path.read_text(encoding="utf-8", errors="replace"), re.DOTALL)
    try:
        return yaml.load(found[1], Loader=yaml.BaseLoader) if found else None
    except yaml.YAMLError:
        return None


def json_document(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        return None


def stated(tree: Any, inside: bool = False) -> Iterator[str]:
    """All texts under a key about licenses."""
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield from stated(value, key in KEYS or (inside and key in {"name", "url", "@id", "distribution", "code"}))
    elif isinstance(tree, list):
        for item in tree:
            yield from stated(item, inside)
    elif inside and isinstance(tree, str) and tree.strip():
        yield tree.strip()


CORPORA = {
    "hf-model-cards": ("*.md", front_matter, 0.99),
    "hf-dataset-cards": ("*.md", front_matter, 0.9),
    "mteb-results": ("model_meta.json", json_document, 0.95),
    "timm": ("*.json", json_document, 0.85),
    "croissant": ("*.json", json_document, 0.6),
    "mof-mot": ("*.yml", lambda path: yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader), 0.3),
}


@pytest.mark.parametrize("corpus", sorted(CORPORA))
def test_licenses_of_real_documents(shared: Path, corpus: str) -> None:
    pattern, read, share = CORPORA[corpus]
    folder = shared / "corpus" / corpus
    texts = Counter(text for path in sorted(folder.rglob(pattern)) for text in stated(read(path)))
    assert texts, f"no license is stated below {folder}"
    licenses = {text: resolve_license(text, IRIS, HOME) for text in texts}
    told = sum(count for text, count in texts.items() if licenses[text].iri is not None)
    assert told / texts.total() >= share
    wrong = [(text, found.spdx) for text, found in licenses.items() if found.spdx and not fits(text, found.spdx)]
    assert wrong == []
    for text, found in licenses.items():
        assert found.text == text
        assert found.iri is not None or [finding.remedy for finding in found.findings if finding.remedy]


def fits(text: str, spdx: str) -> bool:
    """Does every part of the id stand in the text, as a word or as a part of an address?"""
    if text in BY_NAME:
        return BY_NAME[text] == spdx
    words = set(re.findall(r"[a-z]+|[0-9]+", text.lower()))
    parts = set(re.findall(r"[a-z]+|[0-9]+", spdx.lower()))
    shortened = {"c-uda", "odbl", "odc-by", "pddl"}
    if text.lower().rstrip("/").rpartition("/")[2] in shortened:
        parts -= {"1", "0"}
    if "creativecommons.org" in text:
        parts -= {"cc"}
    return parts - {"0"} <= words
