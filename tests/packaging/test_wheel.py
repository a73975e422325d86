"""The wheel works by itself: with nothing but its own dependencies, and with its extras."""

from __future__ import annotations

import zipfile
from pathlib import Path

from environments import ROOT, environment, run


def test_the_wheel_carries_ontology_shapes_and_queries(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for folder in ("ontology", "shapes", "queries"):
        inside = {name.removeprefix("modellake/") for name in names if name.startswith(f"modellake/{folder}/")}
        beside = {str(path.relative_to(ROOT)) for path in (ROOT / folder).rglob("*") if path.is_file()}
        assert inside == beside
    assert "modellake/py.typed" in names


def test_the_core_works_without_any_extra(core: Path, tmp_path: Path) -> None:
    python = core / "python"
    for absent in ("sklearn", "rdflib", "huggingface_hub", "pandas", "obstore", "lz4"):
        assert run([python, "-c", f"import {absent}"], tmp_path).returncode != 0
    (tmp_path / "model.ttl").write_text(
        "@prefix lake: <https://w3id.org/model-lake#> . @prefix dct: <http://purl.org/dc/terms/> .\n"
        '<model/acme/churn> a lake:Model ; dct:title "Churn" .\n'
    )
    modellake = core / "modellake"
    assert run([modellake, "init"], tmp_path).returncode == 0
    committed = run([modellake, "commit", "model.ttl"], tmp_path)
    assert committed.returncode == 0, committed.stderr
    asked = run([modellake, "query", "contents", "--format", "csv"], tmp_path)
    assert "Model,1" in asked.stdout.replace("https://w3id.org/model-lake#", ""), asked.stdout + asked.stderr
    (tmp_path / "model.onnx").write_bytes(b"\x08\x08\x3a\x00")
    kept = run([modellake, "harvest", "model.onnx", "--store"], tmp_path)
    assert "1 file kept (4 B)" in kept.stdout, kept.stdout + kept.stderr
    assert run([modellake, "payload", "verify"], tmp_path).returncode == 0
    bucket = run([modellake, "payload", "place", "s3://bucket"], tmp_path)
    assert bucket.returncode == 4
    assert "modellake[store]" in bucket.stderr
    demo = run([modellake, "demo"], tmp_path)
    assert demo.returncode == 4
    assert "modellake[demo]" in demo.stderr
    assert "Traceback" not in demo.stderr


def test_the_demo_runs_from_the_wheel(wheel: Path, tmp_path: Path) -> None:
    commands = environment(tmp_path / "venv", f"{wheel}[demo]")
    demo = run([commands / "modellake", "demo", "shown"], tmp_path)
    assert demo.returncode == 0, demo.stdout + demo.stderr
    verified = run([commands / "modellake", "verify", "--lake", "shown"], tmp_path)
    assert verified.returncode == 0, verified.stdout + verified.stderr
