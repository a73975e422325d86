"""Harvesting: documents per second and peak memory, by harvester, with one process and with two that read.

Inputs are copies of the corpus beside the checkout ($MODELLAKE_SHARED), or generated ones where it is absent; each
harvest is a process of its own, from the first import to the closed lake, with the gate on and every commit durable.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import statistics
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

from measure import report

CORPUS = Path(os.environ.get("MODELLAKE_SHARED", Path(__file__).parents[2] / "shared")) / "corpus"
# Where the documents of each harvester are in the corpus.
PLACES = {
    "huggingface": "hf-model-cards/cards",
    "files": "model-files",
    "croissant": "croissant",
    "mof": "mof-mot",
    "onnx-hub": "onnx-models",
}
CARD = """---
license: mit
language: [en, de]
pipeline_tag: text-classification
tags: [sentiment, number-{number}]
datasets: [acme/reviews-{number}]
model-index:
- name: model-{number}
  results:
  - task: {{type: text-classification}}
    dataset: {{type: acme/reviews-{number}, name: Reviews}}
    metrics: [{{type: accuracy, value: 0.{number}}}]
---
# Model {number}

Tells whether a review is kind.
"""


def harvest(place: str, harvester: str, workers: int, lake: str) -> None:
    """What a child process does: one harvest, its outcome and its peak memory on stdout."""
    import time

    import modellake

    started = time.perf_counter()
    with modellake.open(lake, base_iri="https://lake.example.org/") as opened:
        counts = opened.harvest(place, harvester, workers=workers, message="bench").counts()
    seconds = time.perf_counter() - started
    usage = [resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    print(json.dumps({"seconds": seconds, "counts": counts, "main": usage[0] / 1024, "worker": usage[1] / 1024}))


def measured(place: Path, harvester: str, workers: int, lake: Path) -> dict[str, float]:
    """One harvest in a process of its own: seconds, documents, peak memory in MiB."""
    words = [sys.executable, __file__, "harvest", str(place), harvester, str(workers), str(lake)]
    answer = json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout)
    return {**answer, "documents": sum(answer["counts"].values())}


def generated_cards(folder: Path, count: int) -> Path:
    for number in range(count):
        card = folder / f"model-{number:05}" / "README.md"
        card.parent.mkdir(parents=True)
        card.write_text(CARD.format(number=number), encoding="utf-8")
    return folder


def generated_files(folder: Path, count: int) -> Path:
    folder.mkdir(parents=True)
    for number in range(count):
        header = json.dumps({f"layer.{number}": {"dtype": "F32", "shape": [4], "data_offsets": [0, 16]}}).encode()
        content = struct.pack("<Q", len(header)) + header + struct.pack("<4I", *[number] * 4)
        (folder / f"model-{number:05}.safetensors").write_bytes(content)
    return folder


def inputs(scratch: Path) -> dict[str, Path]:
    """A folder with documents for each harvester."""
    if not CORPUS.is_dir():
        return {
            "huggingface": generated_cards(scratch / "cards", 400),
            "files": generated_files(scratch / "files", 400),
        }
    copies = {}
    for harvester, place in PLACES.items():
        if (CORPUS / place).is_dir():
            copies[harvester] = Path(shutil.copytree(CORPUS / place, scratch / harvester))
    return copies


def rates(scratch: Path, folders: dict[str, Path], runs: int) -> dict[str, float]:
    """Documents a second and peak memory by harvester and number of processes."""
    figures: dict[str, float] = {}
    for harvester, folder in folders.items():
        for workers in (1, 2):
            lakes = [scratch / f"{harvester}-{workers}-{number}" for number in range(runs)]
            harvests = [measured(folder, harvester, workers, lake) for lake in lakes]
            who = f"{harvester}, {workers} worker{'s' if workers > 1 else ''}"
            figures[f"documents, {who}"] = harvests[0]["documents"]
            figures[f"documents/s, {who}"] = median_rate(harvests)
            figures[f"peak MiB, {who}"] = statistics.median(harvest["main"] for harvest in harvests)
        again = [measured(folder, harvester, 1, lakes[0]) for _ in range(runs)]
        figures[f"documents/s, {harvester}, unchanged"] = median_rate(again)
    return figures


def median_rate(harvests: list[dict[str, float]]) -> float:
    return statistics.median(harvest["documents"] / harvest["seconds"] for harvest in harvests)


def memory(scratch: Path, few: int, many: int) -> dict[str, float]:
    """Peak memory of a small and of a large folder of cards."""
    figures: dict[str, float] = {}
    for count in (few, many):
        run = measured(generated_cards(scratch / f"{count}", count), "huggingface", 1, scratch / f"lake-{count}")
        figures[f"peak MiB, {count:,} cards"] = run["main"]
        figures[f"cards/s, {count:,} cards"] = run["documents"] / run["seconds"]
    return figures | {"peak memory, many to few": run["main"] / figures[f"peak MiB, {few:,} cards"]}


def main(few: int = 1000, many: int = 10_000, runs: int = 3) -> None:
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        figures = rates(scratch, inputs(scratch / "in"), runs)
        report("harvest", figures | memory(scratch / "memory", few, many))


if __name__ == "__main__":
    if sys.argv[1:2] == ["harvest"]:
        harvest(sys.argv[2], sys.argv[3], int(sys.argv[4]), sys.argv[5])
    else:
        main(*map(int, sys.argv[1:]))
