"""How fast mappings are carried out: documents per second of the worked mappings, and one document beside morph-kgc.

The corpus is that of the tests. morph-kgc cannot be installed beside modellake (docs/adr), so it is measured where
$MORPH_KGC_PYTHON names an interpreter that has it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from measure import median_seconds, report
from modellake.core.iris import LakeIRIs
from modellake.core.plugins import load_harvester
from modellake.harvest.mapping import Rml

FOLDERS = {"mteb": "mteb-results", "onnx-hub": "onnx-models", "timm": "timm", "mof": "mof-mot"}
IRIS = LakeIRIs("https://lake.example.org/")
MAPPING = """\
prefixes: {ex: "https://example.org/", xsd: "http://www.w3.org/2001/XMLSchema#"}
mappings:
  model:
    sources: [["meta.json~jsonpath", "$"]]
    s: ex:$(name)
    po:
      - [a, ex:Model]
      - [ex:revision, $(revision)]
      - [ex:parameters, $(n_parameters), xsd:integer]
      - [ex:license, $(license)]
      - [ex:open, $(open_weights)]
      - [ex:language, "$(languages[*])"]
"""
META = {
    "name": "acme/churn",
    "revision": "f9b9dc8d367d443f2479d27aa5d8d2850c0774ee",
    "n_parameters": 596042752,
    "license": "mit",
    "open_weights": True,
    "languages": ["eng-Latn", "fra-Latn", "deu-Latn"],
}
MORPH_KGC = """\
import logging, sys, time
import morph_kgc
logging.disable(logging.CRITICAL)
settings = "[CONFIGURATION]\\nnumber_of_processes=1\\nlogging_level=ERROR\\n[S]\\nmappings=mapping.yml\\n"
morph_kgc.materialize_set(settings)
times = []
for _ in range(5):
    started = time.perf_counter()
    found = morph_kgc.materialize_set(settings)
    times.append(time.perf_counter() - started)
print(sorted(times)[2], len(found))
"""


def main() -> None:
    shared = Path(os.environ.get("MODELLAKE_SHARED", Path(__file__).resolve().parents[2] / "shared"))
    figures: dict[str, float] = {}
    for name, folder in FOLDERS.items():
        figures |= _corpus(name, shared / "corpus" / folder)
    with tempfile.TemporaryDirectory() as place:
        figures |= _one_document(Path(place))
    report("mappings", figures)


def _corpus(name: str, folder: Path) -> dict[str, float]:
    """Describing alone: what the gate and the ledger take is measured by the bench of ingest."""
    harvester = load_harvester(name)
    documents = list(harvester.find(str(folder)))
    started = time.perf_counter()
    said = sum(len(harvester.describe(one, harvester.read(one), IRIS).statements) for one in documents)
    seconds = time.perf_counter() - started
    return {
        f"{name}, documents/s ({len(documents)} documents)": len(documents) / seconds,
        f"{name}, statements/s": said / seconds,
    }


def _one_document(folder: Path) -> dict[str, float]:
    document = folder / "mapping.yml"
    document.write_text(MAPPING, encoding="utf-8")
    (folder / "meta.json").write_text(json.dumps(META), encoding="utf-8")
    harvester = Rml()
    own = median_seconds(lambda: harvester.describe(str(document), harvester.read(str(document)), IRIS))
    found = len(harvester.describe(str(document), harvester.read(str(document)), IRIS).statements)
    figures: dict[str, float] = {"one document, mapping read anew, seconds": own, "statements of it": found}
    other = os.environ.get("MORPH_KGC_PYTHON")
    if other:
        done = subprocess.run([other, "-c", MORPH_KGC], cwd=folder, capture_output=True, text=True, check=True)
        seconds, statements = done.stdout.split()[-2:]
        figures |= {"the same by morph-kgc, seconds": float(seconds), "statements by morph-kgc": int(statements)}
    else:
        print("MORPH_KGC_PYTHON is not set: morph-kgc is not measured", file=sys.stderr)
    return figures


if __name__ == "__main__":
    main()
