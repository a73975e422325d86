"""The record that everything is measured with: at least 35 statements, 4 nested nodes, as JSON-LD documents."""

from __future__ import annotations

import json

BASE = "https://lake.example.org/"
CONTEXT = "https://w3id.org/model-lake/context.jsonld"


def document(number: int) -> bytes:
    """A model version with files, evaluations and an origin; no two numbers give the same values."""
    version = f"model/acme/m{number}/version/1"
    node = {
        "@context": CONTEXT,
        "id": version,
        "type": "ModelVersion",
        "title": f"Model {number}, first version",
        "description": f"Predicts outcome {number} from the measurements of machine {number % 97}.",
        "versionOf": f"model/acme/m{number % 1000}",
        "version": f"1.{number}",
        "keyword": [f"machine-{number % 97}", "tabular", "forest"],
        "language": "en",
        "task": "https://w3id.org/model-lake/task#tabular-classification",
        "library": "scikit-learn",
        "trainedOn": f"dataset/acme/d{number % 500}",
        "declaredLicense": "http://spdx.org/licenses/Apache-2.0",
        "creator": "agent/ada",
        "fineTunedFrom": f"model/acme/m{(number + 1) % 1000}",
        "parameterCount": 1000 + number,
        "hasDistribution": [distribution(version, number)],
    }
    return json.dumps({"@context": CONTEXT, "@graph": [strip(node), *evaluations(version, number)]}).encode()


def distribution(version: str, number: int) -> dict[str, object]:
    """A file with its checksum: two nested nodes."""
    return {
        "id": f"{version}#file-model.skops",
        "type": "ModelDistribution",
        "fileName": "model.skops",
        "byteSize": 100_000 + number,
        "checksum": {
            "type": "Checksum",
            "algorithm": "http://spdx.org/rdf/terms#checksumAlgorithm_sha256",
            "checksumValue": f"{number:064x}",
        },
    }


def evaluations(version: str, number: int) -> list[dict[str, object]]:
    """Two results: two nested nodes."""
    return [
        {
            "id": f"{version}#evaluation-{metric}",
            "type": "Evaluation",
            "evaluates": version,
            "metric": f"https://w3id.org/model-lake/metric#{metric}",
            "value": f"0.{(number * step) % 1000:03}",
            "onData": f"dataset/acme/d{number % 500}",
            "evaluatedBy": "agent/ada",
        }
        for metric, step in (("accuracy", 7), ("f1", 11))
    ]


def strip(node: dict[str, object]) -> dict[str, object]:
    """A node inside a graph needs no context of its own."""
    return {key: value for key, value in node.items() if key != "@context"}
