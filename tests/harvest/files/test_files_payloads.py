"""The bytes of model files of all formats: kept by a lake when a harvest asks for it."""

from __future__ import annotations

import hashlib
from pathlib import Path

from model_files import SAMPLES, saved_model

from modellake.core.plugins import load_harvester
from modellake.lake.harvesting import harvest_place
from modellake.lake.keeping import Kept, PayloadKeeper
from modellake.lake.lake import Lake


def keep(lake: Lake, place: Path) -> Kept:
    harvester, keeper = load_harvester("files"), PayloadKeeper(lake.payloads, lake.ledger)
    items = keeper.noticed(harvest_place(harvester, str(place), lake.iris), harvester)
    lake.commit_each(items, watch=keeper.settle)
    return keeper.kept


def test_samples_of_all_formats_are_kept_byte_by_byte(lake: Lake, tmp_path: Path) -> None:
    folder = tmp_path / "models"
    folder.mkdir()
    for name, content in SAMPLES.items():
        (folder / name).write_bytes(content)
    kept = keep(lake, folder)
    assert (kept.missed, kept.findings) == (0, [])
    assert kept.files + kept.present >= len(SAMPLES)
    for content in SAMPLES.values():
        assert lake.payloads.open(hashlib.sha256(content).hexdigest()).read() == content


def test_all_files_of_a_model_that_is_a_folder_are_kept(lake: Lake, tmp_path: Path) -> None:
    for folder, names in (("exported", ["saved_model.pb", "variables/variables.index", "assets/words.txt"]),):
        for name in names:
            path = tmp_path / folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(saved_model() if name == "saved_model.pb" else name.encode())
    kept = keep(lake, tmp_path / "exported" / "saved_model.pb")
    assert (kept.files, kept.missed, kept.findings) == (3, 0, [])
    assert lake.payloads.find(hashlib.sha256(b"assets/words.txt").hexdigest())


def test_real_model_files_are_kept_and_come_back(lake: Lake, shared: Path, tmp_path: Path) -> None:
    folder = shared / "corpus" / "model-files" / "silero_vad"
    kept = keep(lake, folder)
    assert (kept.missed, kept.findings) == (0, [])
    models = [path for path in folder.iterdir() if path.suffix in (".onnx", ".safetensors")]
    assert kept.files == len(models) > 0
    for path in models:
        target = tmp_path / path.name
        lake.payloads.save(hashlib.sha256(path.read_bytes()).hexdigest(), target)
        assert target.read_bytes() == path.read_bytes()
    assert [finding for _, finding in lake.payloads.verify()] == [None] * kept.files
