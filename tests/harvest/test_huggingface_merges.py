"""The parents of a merge and their weights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from cards import BASE, describe_file, objects, values
from repositories import MERGE, repository

VERSION = "model/churn/version/main"
HF = "https://w3id.org/model-lake/source/huggingface#"
MISTRAL = f"{BASE}model/mistralai/Mistral-7B-v0.1"


def described(tmp_path: Path, merge: str | bytes, name: str = "mergekit_config.yml") -> Any:
    return describe_file(repository(tmp_path / "churn", {name: merge}))


def weights(description: Any) -> dict[str, list[str]]:
    """The weights of the qualified derivations, by parent."""
    nodes = objects(description, VERSION, "prov:qualifiedDerivation")
    parents = {node: objects(description, node, "prov:entity") for node in nodes}
    return {
        parent[0].removeprefix(f"{BASE}model/"): objects(description, node, "lake:mergeWeight")
        for node, parent in parents.items()
    }


def test_each_parent_has_its_weight(tmp_path: Path) -> None:
    description = described(tmp_path, MERGE)
    hermes = f"{BASE}model/teknium/OpenHermes-2.5-Mistral-7B"
    assert objects(description, "model/churn", "lake:mergedFrom") == [MISTRAL, hermes, f"{BASE}model/acme/lora"]
    assert objects(description, VERSION, "lake:mergedFrom")[:2] == [MISTRAL, f"{hermes}/version/main"]
    assert weights(description) == {
        "mistralai/Mistral-7B-v0.1": ["0.6"],
        "teknium/OpenHermes-2.5-Mistral-7B/version/main": ["0.4"],
        "acme/lora": [],
    }
    assert set(values(description, "lake:derivationKind")) == {"https://w3id.org/model-lake/derivation#merge"}
    assert values(description, HF + "merge_method") == ["ties"]
    assert "0.5" in values(description, HF + "density")


@pytest.mark.parametrize(
    ("merge", "expected"),
    [
        ("models: [{model: a/b}, {model: c/d, parameters: {weight: 1}}]", {"a/b": [], "c/d": ["1"]}),
        ("models: [{model: a/b, parameters: {weight: [0, 0.5, 1]}}]", {"a/b": []}),
        ("models: [{model: a/b, parameters: {weight: 1}}, {model: a/b, parameters: {weight: 2}}]", {"a/b": []}),
        (
            "slices: [{sources: [{model: a/b, layer_range: [0, 8]}, {model: c/d}]}]\nbase_model: a/b",
            {"a/b": [], "c/d": []},
        ),
        (
            "models: [{model: {model: {path: a/b}, lora: {path: c/d}}, parameters: {weight: 3}}]",
            {"a/b": ["3"], "c/d": []},
        ),
        ("base_model: a/b\nexperts: [{source_model: c/d, positive_prompts: [x]}]", {"a/b": [], "c/d": []}),
        ("models: [{model: /disk/a}, {model: ./b}, {model: null}]", {}),
        ("models: x\nbase_model: [1]", {}),
        ("models: [{model: a/b, parameters: {weight: 1e-1}}]", {"a/b": ["0.1"]}),
    ],
)
def test_configurations_as_people_write_them(tmp_path: Path, merge: str, expected: dict[str, list[str]]) -> None:
    description = described(tmp_path, merge)
    assert weights(description) == expected
    assert description.findings == ()


@pytest.mark.parametrize(
    ("merge", "code"),
    [
        ("models: [", "side-file.yaml"),
        ("- a", "side-file.yaml-not-mapping"),
        ("a: 1\na: 2", "side-file.yaml-duplicate-key"),
        ("a: !!python/object x", "side-file.yaml"),
        (b"a: \xff", "side-file.encoding"),
        ("a: &a [*a]", "side-file.yaml"),
        ("a: " + "[" * 100 + "]" * 100, "side-file.too-deep"),
        ("a: " + "x" * 2_000_000, "side-file.too-large"),
    ],
    ids=range(8),
)
def test_a_bad_configuration_is_a_finding(tmp_path: Path, merge: str | bytes, code: str) -> None:
    description = described(tmp_path, merge, "mergekit_config.yaml")
    (finding,) = description.findings
    assert finding.code == code
    assert "front matter" not in finding.message
    assert finding.remedy
    assert finding.place is not None
    assert str(finding.place.document).endswith("mergekit_config.yaml")
    assert values(description, "lake:mergedFrom") == []
    assert values(description, "lake:declaredLicense")
