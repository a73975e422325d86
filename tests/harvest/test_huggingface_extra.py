"""Without the extra, cards are found and only describing them fails, saying what to install."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROGRAM = """
import sys
for name in ("huggingface_hub", "yaml"):
    sys.modules[name] = None
from modellake.core.errors import UnavailableError
from modellake.core.iris import LakeIRIs
from modellake.harvest.huggingface import HuggingFace
harvester = HuggingFace()
place = sys.argv[1]
assert harvester.accepts(place)
(document,) = harvester.find(place)
try:
    harvester.describe(document, harvester.read(document), LakeIRIs("https://lake.example.org/"))
except UnavailableError as error:
    assert error.code == "harvester.extra-missing", error.code
    print(error.remedy)
"""


def test_the_extra_is_named_when_it_is_missing(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("---\nlicense: mit\n---\n")
    done = subprocess.run([sys.executable, "-c", PROGRAM, str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "modellake[huggingface]" in done.stdout


def test_importing_the_harvester_imports_no_extra() -> None:
    program = (
        "import sys, modellake.harvest.huggingface; print('huggingface_hub' in sys.modules, 'yaml' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
