"""What ``dataset_infos.json`` and the front matter say of the splits of a dataset."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from card_leaves import Account, leaves
from cards import BASE, describe_file, objects, values
from repositories import INFOS, repository

VERSION = "dataset/reviews/version/main"
HF = "https://w3id.org/model-lake/source/huggingface#"
CARD = "---\nsize_categories: [n<1K]\n---\n"
NODE = f"{BASE}{VERSION}#file-dataset_infos.json"


def described(tmp_path: Path, infos: Any, card: str = CARD) -> Any:
    return describe_file(repository(tmp_path / "reviews", {"dataset_infos.json": infos}, card))


def test_splits_have_rows_bytes_and_roles(tmp_path: Path) -> None:
    description = described(tmp_path, INFOS)
    train, test = objects(description, VERSION, "lake:hasSplit")
    assert train == f"{BASE}{VERSION}#split-plain_text%2Ftrain"
    assert objects(description, train, "lake:rowCount") == ["25000"]
    assert objects(description, train, HF + "num_bytes") == ["33432835"]
    assert objects(description, test, "lake:splitRole") == ["https://w3id.org/model-lake/split#test"]


def test_downloads_have_sizes_and_checksums(tmp_path: Path) -> None:
    description = described(tmp_path, INFOS)
    digest = "c40f74a18d3b61f90feba1e17730e0d38e8b97c05fde7008942e91923d1658fe"
    (origin,) = (item.object for item in description.statements if item.predicate.value == HF + "download_checksums")
    said = {item.predicate.value: item.object for item in description.statements if item.subject == origin}
    assert said["http://purl.org/dc/terms/source"].value == "https://example.org/reviews.tar.gz"
    assert said[HF + "num_bytes"].value == "84125825"
    assert digest in values(description, "spdx:checksumValue")
    assert values(description, HF + "download_size") == ["84125825"]


def test_every_value_is_found_and_features_are_no_properties(tmp_path: Path) -> None:
    description = described(tmp_path, INFOS)
    account = Account(description.statements)
    assert [path for path, leaf in leaves(INFOS) if not account.holds(leaf)] == []
    assert sorted(value for value in values(description, HF + "name") if value in ("text", "label")) == [
        "label",
        "text",
    ]
    assert HF + "label" not in {item.predicate.value for item in description.statements}


def test_the_front_matter_counts_before_the_file(tmp_path: Path) -> None:
    card = "---\nsize_categories: [n<1K]\ndataset_info:\n- config_name: plain_text\n  splits:\n"
    card += "  - {name: train, num_examples: 3}\n  - {name: test, num_examples: 25000}\n---\n"
    description = described(tmp_path, INFOS, card)
    train, test = (f"{BASE}{VERSION}#split-plain_text%2F{name}" for name in ("train", "test"))
    assert objects(description, train, "lake:rowCount") == ["3"]
    assert objects(description, train, HF + "num_examples") == ["25000"]
    assert objects(description, test, "lake:rowCount") == ["25000"]
    (finding,) = description.findings
    assert finding.code == "card.split-differs"
    assert finding.place is not None
    assert finding.place.path == "plain_text.splits.train.num_examples"


@pytest.mark.parametrize(
    "infos",
    [
        {},
        {"a": None, "b": 3, "c": "x", "d": []},
        {"a": {"splits": "x", "features": [], "download_checksums": 3}},
        {"a": {"splits": {"train": 3}, "download_checksums": {"no address": {"checksum": "x"}, "https://x.org": None}}},
        {
            "a": {
                "splits": {"train": {"num_examples": "many"}},
                "download_checksums": {"https://x.org": {"checksum": "y"}},
            }
        },
        {"a": {"splits": {"train": {"num_examples": -1}, "": {"num_examples": 1.5}}}},
        {"a": {"splits": [{"name": "train", "num_examples": 10**30}]}},
    ],
)
def test_odd_entries_are_kept(tmp_path: Path, infos: dict[str, Any]) -> None:
    description = described(tmp_path, infos)
    account = Account(description.statements)
    assert [path for path, leaf in leaves(infos) if not account.holds(leaf)] == []
    assert values(description, "lake:rowCount") == []


def test_a_model_has_no_dataset_infos(tmp_path: Path) -> None:
    description = described(tmp_path, INFOS, "---\nlibrary_name: x\n---\n")
    assert values(description, "lake:hasSplit") == []
