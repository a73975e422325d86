"""The headers of model files beside a card."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from cards import BASE, describe_file, objects, values
from repositories import INDEX, cache, repository, safetensors

from modellake.core.report import Severity

VERSION = "model/churn/version/main"
WEIGHTS = safetensors(weight=[0.1, 0.2, 0.3], bias=[0.0])


class Runs:
    """An object that runs a command when it is unpickled."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        import os

        return os.system, ("true",)


def node(name: str) -> str:
    return f"{BASE}{VERSION}#file-{name}"


def test_a_file_says_what_it_holds(tmp_path: Path) -> None:
    description = describe_file(repository(tmp_path / "churn", {"model.safetensors": WEIGHTS}))
    weights = node("model.safetensors")
    assert objects(description, weights, "dct:format") == ["safetensors"]
    assert objects(description, weights, "lake:tensorCount") == ["2"]
    assert objects(description, weights, "lake:elementType") == ["float32"]
    assert objects(description, weights, "lake:numericPrecision") == ["float32"]
    assert objects(description, VERSION, "lake:parameterCount") == ["4"]
    assert description.findings == ()


@pytest.mark.parametrize(
    "files",
    [
        {"adapter_model.safetensors": WEIGHTS},
        {"unet/model.safetensors": WEIGHTS},
        {"a.safetensors": WEIGHTS, "b.safetensors": WEIGHTS},
    ],
)
def test_what_is_not_the_whole_model_does_not_count_its_parameters(tmp_path: Path, files: dict[str, object]) -> None:
    description = describe_file(repository(tmp_path / "churn", files))
    assert values(description, "lake:parameterCount") == []
    assert values(description, "lake:tensorCount")


def test_the_index_counts_before_a_file(tmp_path: Path) -> None:
    files: dict[str, object] = {"model.safetensors.index.json": INDEX, "model.safetensors": WEIGHTS}
    description = describe_file(repository(tmp_path / "churn", files))
    assert objects(description, VERSION, "lake:parameterCount") == ["109483778"]


def test_a_pickle_that_runs_code_is_noted(tmp_path: Path) -> None:
    description = describe_file(repository(tmp_path / "churn", {"model.pkl": pickle.dumps(Runs())}))
    (risky,) = objects(description, node("model.pkl"), "lake:importsRiskyGlobal")
    assert risky.endswith(".system")
    assert any(finding.severity is Severity.WARNING and finding.remedy for finding in description.findings)


@pytest.mark.parametrize("content", [b"", b"weights", WEIGHTS[:-3], b"\xff" * 20])
def test_a_damaged_file_is_a_finding_and_keeps_its_checksum(tmp_path: Path, content: bytes) -> None:
    card = repository(tmp_path / "churn", {"model.safetensors": content})
    description = describe_file(card)
    (finding,) = description.findings
    assert finding.code.startswith("weights.")
    assert finding.severity is Severity.WARNING
    assert finding.remedy
    assert finding.place is not None
    assert finding.place.document == str(card.with_name("model.safetensors"))
    assert values(description, "spdx:checksumValue")
    assert values(description, "dct:format") == []


def test_files_of_a_dataset_are_no_models(tmp_path: Path) -> None:
    card = "---\nsize_categories: [n<1K]\n---\n"
    description = describe_file(repository(tmp_path / "logs", {"vectors.safetensors": WEIGHTS}, card))
    assert values(description, "lake:tensorCount") == []


def test_files_in_the_cache_are_read_through_their_links(tmp_path: Path) -> None:
    snapshot = cache(tmp_path, "models--acme--churn", "a" * 40, {"config.json": {}, "model.safetensors": WEIGHTS})
    description = describe_file(snapshot / "config.json")
    assert values(description, "lake:tensorCount") == ["2"]
