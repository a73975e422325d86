"""Harvesting by several processes: the same outcome in any order, whatever happens to the processes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import harvest_plugins
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import modellake
from modellake.core.errors import UnavailableError
from modellake.core.plugins import load_harvester
from modellake.lake.harvesting.course import Workers
from modellake.lake.harvesting.documents import pack, unpack
from modellake.lake.harvesting.reading import harvest_place
from modellake.lake.lake import Lake

BASE = "https://lake.example.org/"
Write = Callable[[str, str | bytes], Path]
needs_signals = pytest.mark.skipif(sys.platform == "win32", reason="this system has no such signals")


def contents(lake: Lake) -> dict[tuple[str, str, str], bytes]:
    """Every byte that the sources of a lake say now."""
    return {
        (item.record, item.source, item.kind): item.content for _, held in lake.ledger.contents_all() for item in held
    }


@pytest.fixture
def folder(write: Write) -> Path:
    """Forty documents, some of which need several tasks."""
    for number in range(40):
        write(f"many/{number:02}.plain", f"acme/model-{number}\nModel {number}\n")
    return write("many/00.plain", "acme/model-0\nModel 0\n").parent


@pytest.fixture(scope="module")
def processes() -> Iterator[Executor]:
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as executor:
        yield executor


def test_processes_give_what_one_process_gives(lake: Lake, folder: Path, tmp_path: Path) -> None:
    receipt = lake.harvest(folder, harvest_plugins.Plain(), workers=2)
    assert list(receipt.accepted) == sorted(map(str, folder.iterdir()))
    with modellake.open(tmp_path / "other", base_iri=BASE) as other:
        other.harvest(folder, harvest_plugins.Plain())
        assert contents(other) == contents(lake)


def test_threads_of_somebody_else_read_too(lake: Lake, folder: Path) -> None:
    with ThreadPoolExecutor(3) as threads:
        receipt = lake.harvest(folder, harvest_plugins.Plain(), workers=threads)
        assert list(receipt.accepted) == sorted(map(str, folder.iterdir()))
        assert threads.submit(int, "1").result() == 1


def test_a_harvester_that_cannot_travel_stays(lake: Lake, folder: Path) -> None:
    @dataclass
    class Local(harvest_plugins.Plain):
        name = "local"

    assert len(lake.harvest(folder, Local(), workers=2).accepted) == 40


@pytest.mark.parametrize("workers", [2, None])
def test_few_and_many_documents(lake: Lake, folder: Path, write: Write, workers: Workers) -> None:
    for number in range(60):
        write(f"many/more-{number:02}.plain", f"acme/more-{number}\n")
    assert lake.harvest(folder, harvest_plugins.Plain(), workers=workers).counts()["accepted"] == 100
    (folder / "07.plain").write_text("acme/model-7\nChanged\n")
    assert lake.harvest(folder, harvest_plugins.Plain(), workers=workers).counts() == {
        "accepted": 1,
        "unchanged": 99,
        "refused": 0,
    }


@needs_signals
def test_a_document_that_kills_its_process_is_refused_and_nothing_else_is_lost(
    lake: Lake, folder: Path, write: Write
) -> None:
    deadly = [write(f"many/{name}.plain", "kill\n") for name in ("05a", "31a")]
    receipt = lake.harvest(folder, harvest_plugins.Deadly(), workers=2)
    assert len(receipt.accepted) == 40
    assert [item.place for item in receipt.refused] == list(map(str, deadly))
    assert receipt.refusals_by_code() == {"harvester.crashed": 2}
    deadly[0].write_text("acme/mended\n")
    assert list(lake.harvest(folder, harvest_plugins.Deadly(), workers=2).accepted) == [str(deadly[0])]


@needs_signals
def test_a_lent_executor_that_breaks_is_replaced(lake: Lake, folder: Path, write: Write) -> None:
    write("many/05a.plain", "kill\n")
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as executor:
        receipt = lake.harvest(folder, harvest_plugins.Deadly(), workers=executor)
    assert receipt.counts() == {"accepted": 40, "unchanged": 0, "refused": 1}


@needs_signals
def test_what_takes_for_ever_is_refused(lake: Lake, folder: Path, write: Write) -> None:
    write("many/05a.plain", "compute\n")
    write("many/06a.plain", "wait\n")
    receipt = lake.harvest(folder, harvest_plugins.Endless(), workers=2, time_limit=0.3)
    assert receipt.counts() == {"accepted": 40, "unchanged": 0, "refused": 2}
    assert receipt.refusals_by_code() == {"harvester.timeout": 2}


def test_a_script_without_a_main_guard_is_told_so(tmp_path: Path, folder: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "import modellake, sys\n"
        "from modellake.core.errors import ModelLakeError\n"
        f"sys.path.insert(0, {str(Path(harvest_plugins.__file__).parent)!r})\n"
        "import harvest_plugins\n"
        f"lake = modellake.open({str(tmp_path / 'lake')!r})\n"
        "try:\n"
        f"    lake.harvest({str(folder)!r}, harvest_plugins.Plain(), workers=2)\n"
        "except ModelLakeError as error:\n"
        "    sys.exit(f'{error.code}: {error.remedy}')\n"
    )
    ended = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert "harvester.workers: " in ended.stderr
    assert "__main__" in ended.stderr.splitlines()[-1]


def test_a_source_that_cannot_be_reached_ends_the_harvest(lake: Lake, folder: Path) -> None:
    with pytest.raises(UnavailableError) as caught:
        lake.harvest(folder, harvest_plugins.Offline(), workers=2)
    assert (caught.value.code, caught.value.remedy) == ("plugin.offline", "Wait.")


def real_documents(shared: Path) -> list[Path]:
    cards = sorted((shared / "corpus" / "hf-model-cards" / "cards").glob("*/README.md"))[::60]
    files = [path for path in sorted((shared / "corpus" / "model-files").rglob("*")) if path.suffix == ".onnx"][::9]
    return [*cards, *files]


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_order_and_any_workers_give_the_same_bytes(
    shared: Path, tmp_path_factory: pytest.TempPathFactory, processes: Executor, data: st.DataObject
) -> None:
    documents = real_documents(shared)
    assert len(documents) > 10
    ordered = data.draw(st.permutations(documents))
    staff: Workers = data.draw(st.sampled_from([1, processes]))
    with modellake.open(tmp_path_factory.mktemp("a"), base_iri=BASE) as one:
        one.harvest(documents)
        with modellake.open(tmp_path_factory.mktemp("b"), base_iri=BASE) as other:
            cut = data.draw(st.integers(0, len(ordered)))
            for part in (ordered[:cut], ordered[cut:]):
                other.harvest(part, workers=staff)
            assert contents(one) == contents(other)
            assert len(contents(one)) > len(documents)


def test_packing_keeps_everything(shared: Path, lake: Lake) -> None:
    place = shared / "corpus" / "hf-model-cards" / "hub-fixtures"
    items = list(harvest_place(load_harvester("huggingface"), str(place), lake.iris))
    items += harvest_place(load_harvester("huggingface"), str(place.parent / "cards"), lake.iris)
    for item in items[::7]:
        again = unpack(pack(item))
        assert again is not None
        assert again.source == item.source
        assert again.original == item.original
        if hasattr(item, "statements"):
            assert list(again.statements) == list(item.statements)  # type: ignore[union-attr]
            assert dict(again.places) == dict(item.places)  # type: ignore[union-attr]
            assert again.findings == item.findings  # type: ignore[union-attr]


def test_worker_processes_import_neither_ledger_nor_engine() -> None:
    script = (
        "import modellake.lake.harvesting.tasks, sys\n"
        "heavy = ('sqlalchemy', 'shacl', 'rdflib', 'rich', 'modellake.ledger', 'modellake.store')\n"
        "print(' '.join(name for name in heavy if name in sys.modules))\n"
    )
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == ""
