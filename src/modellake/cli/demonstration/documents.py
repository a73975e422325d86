"""The documents of the demo: a model card to harvest, and a description that the gate refuses."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from modellake.cli.demonstration.training import Made

# The layout of the Hub's cache says which model and which version a card is about.
_CARD = "hub/models--{folder}/snapshots/{version}/README.md"
_CARD_TEXT = """\
---
license: apache-2.0
library_name: sklearn
pipeline_tag: image-classification
language: en
tags: [tabular, decision-tree, calibrated]
datasets: [{dataset}]
model-index:
- name: Honest digit reader
  results:
  - task: {{type: image-classification}}
    dataset: {{type: {dataset}, name: Digits, split: test}}
    metrics:
{metrics}
---
# Honest digit reader

Reads handwritten digits of 8 by 8 pixels, and says how sure it is. Made by `modellake demo`.

## Intended use

Looking around in a model lake. It has seen no digits but those of one small dataset.
"""
REFUSED_TEXT = """\
@prefix lake: <https://w3id.org/model-lake#> .
@prefix dct:  <http://purl.org/dc/terms/> .

<model/demo/sloppy/version/1> a lake:ModelVersion ;
    lake:versionOf "demo/sloppy" ;
    dct:title "A model that nobody can trace"@en ;
    lake:trainedOn <dataset/uci/digits> ;
    lake:declaredLicense "do what you like" .
"""


def write_card(folder: Path, made: Made, figures: Mapping[str, str], *, dataset: str) -> Path:
    """Write a card in the manner of the Hugging Face Hub, with figures that were measured."""
    name, version = str(made.version.version_of), str(made.version.version)
    path = folder / _CARD.format(folder=name.replace("/", "--"), version=version)
    path.parent.mkdir(parents=True, exist_ok=True)
    measured = "\n".join(f"    - {{type: {metric}, value: {value}}}" for metric, value in figures.items())
    path.write_text(_CARD_TEXT.format(dataset=dataset, metrics=measured), encoding="utf-8")
    return path


def write_refused(folder: Path) -> Path:
    """Write a description with three mistakes."""
    path = folder / "sloppy.ttl"
    path.write_text(REFUSED_TEXT, encoding="utf-8")
    return path
