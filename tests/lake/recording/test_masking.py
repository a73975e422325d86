"""Secrets: whichever way they come in, no byte of them is in the lake."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import modellake
from lakes import BASE
from modellake.core.errors import RefusedError
from modellake.lake.lake import Lake
from modellake.lake.recording.process import command_line
from modellake.lake.recording.run import Run

LETTERS = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
# Long enough not to be there by chance; the end keeps it from being a name of the program, which Hypothesis tries.
SECRETS = st.text(LETTERS, min_size=16, max_size=24).map(lambda letters: f"{letters}9zQx")
FORMS = st.sampled_from(
    [
        "https://ann:{}@db.example/x",
        "postgresql://{}@db.example/x",
        "https://x.example/?token={}&a=1",
        "s3://x/y?X-Amz-Signature={}",
        "Authorization: Bearer {}",
        "hf_{}abcdefgh",
        "use ghp_{}abcdefghijklmn",
        "{}",
    ]
)
Way = Callable[[Run, str], object]
WAYS: dict[str, Way] = {
    "parameter": lambda run, text: run.log_param("url", text),
    "nested parameter": lambda run, text: run.log_param("config", {"servers": [{"url": text}]}),
    "tag": lambda run, text: run.set_tag("url", text),
    "batch": lambda run, text: run.log_batch({"loss": text}, {"a": text}, {"b": text}),
    "description": lambda run, text: run.describe(description=text),
    "metric": lambda run, text: run.log_metric("loss", text),
    "model": lambda run, text: run.log_model(None, "acme/m", description=text, keyword=[text]),
    "evaluation": lambda run, text: run.log_evaluation("acme/m@1", "f1", text),
    "input": lambda run, text: run.log_input(modellake.Dataset(name="acme/d", description=text)),
    "reason": lambda run, text: run.finish("failed", text),
}


def everything(lake: Lake, place: Path) -> bytes:
    """Every byte of the ledger's file, its contents decompressed, its quarantine, and what the view answers."""
    contents = (item.content for _, group in lake.ledger.contents_all() for item in group)
    past = (lake.ledger.content(entry) for commit in lake.ledger.commits() for entry in _entries(lake, commit))
    kept = (lake.ledger.quarantine.get(item.id).original for item in lake.ledger.quarantine.list())
    shown = (str(quad).encode() for quad in lake.view.engine.quads())
    messages = (commit.message.encode() for commit in lake.ledger.commits())
    with sqlite3.connect(next(place.rglob("*.sqlite"))) as connection:
        dump = "\n".join(connection.iterdump()).encode("utf-8", "replace")
    return b"\n".join([dump, *contents, *past, *kept, *shown, *messages])


def _entries(lake: Lake, commit: Any) -> list[Any]:
    return [entry.content_id for entry in lake.ledger.entries(commit.sequence) if entry.content_id is not None]


@settings(
    max_examples=10,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(secret=SECRETS, form=FORMS, data=st.data())
def test_no_secret_reaches_the_lake(
    secret: str, form: str, data: st.DataObject, tmp_path_factory: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, text = tmp_path_factory.mktemp("lake"), form.format(secret)
    # A bare secret has no form: it is known because a variable holds it.
    monkeypatch.setenv("DATABASE_PASSWORD", secret if form == "{}" else "unrelated-and-long")
    ways = data.draw(st.lists(st.sampled_from(sorted(WAYS)), unique=True))
    with modellake.open(place, base_iri=BASE) as lake:
        try:
            with lake.run(f"train {text}", experiment="x", tags={"where": text}) as run:
                for way in sorted(ways, key=lambda name: name == "reason"):
                    WAYS[way](run, text)
                raise RuntimeError(f"cannot reach {text}")
        except RuntimeError:
            pass
        assert secret.encode() not in everything(lake, place)


def test_the_value_of_a_secret_variable_is_known_in_names_and_reasons(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_PASSWORD", "RZ6cKSB8mtSQfP36W7m8E")
    with modellake.open(tmp_path, base_iri=BASE) as lake:
        with pytest.raises(RuntimeError), lake.run("train RZ6cKSB8mtSQfP36W7m8E") as run:
            run.log_param("where", "at RZ6cKSB8mtSQfP36W7m8E")
            raise RuntimeError("cannot reach RZ6cKSB8mtSQfP36W7m8E")
        assert b"RZ6cKSB8" not in everything(lake, tmp_path)


@settings(
    max_examples=4,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(secret=SECRETS, name=st.sampled_from(["password", "apiKey", "HF_TOKEN", "aws_secret_access_key", "db-passwd"]))
def test_values_of_secret_names_never_reach_the_lake(secret: str, name: str, tmp_path_factory: Any) -> None:
    place = tmp_path_factory.mktemp("lake")
    with modellake.open(place, base_iri=BASE) as lake:
        with lake.run("train", tags={name: secret}) as run:
            run.log_param(name, secret)
            run.log_param("config", {"deep": [{name: secret}], "many": {name: [secret, secret]}})
            run.log_batch((), {name: secret}, {name: secret})
        assert secret.encode() not in everything(lake, place)


def test_what_the_gate_refuses_is_masked_as_well(lake: Lake, tmp_path: Path) -> None:
    with pytest.raises(RefusedError), lake.run("bad") as run:
        run.set_tag("url", "https://ann:hunter2hunter2@db.example")
        run.log_evaluation("acme/m@1", "f1", 0.9, upper_bound=0.1)
    assert lake.ledger.quarantine.list()
    assert b"hunter2" not in everything(lake, tmp_path)


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        (["train.py", "--lr", "3"], "train.py --lr 3"),
        (["t.py", "--password", "hunter2", "--lr", "3"], "t.py --password '***' --lr 3"),
        (["t.py", "--api-key=hunter2"], "t.py '--api-key=***'"),
        (["t.py", "model.hf_token=hunter2"], "t.py 'model.hf_token=***'"),
        (["t.py", "https://x.org/?token=hunter2"], "t.py 'https://x.org/?token=***'"),
        (["t.py", "--token", "--verbose"], "t.py --token --verbose"),
        (["t.py", "--max-tokens", "5"], "t.py --max-tokens 5"),
    ],
)
def test_command_lines(arguments: list[str], shown: str) -> None:
    assert command_line(arguments) == shown


def test_a_command_and_its_variables_are_recorded_without_secrets(tmp_path: Path) -> None:
    script = tmp_path / "train.py"
    script.write_text(
        "import sys, modellake\n"
        "with modellake.open(sys.argv[1], base_iri=sys.argv[2]) as lake, lake.run('t', run_id='t'):\n"
        "    pass\n",
        encoding="utf-8",
    )
    place = tmp_path / "lake"
    environment = {
        **os.environ,
        "OMP_NUM_THREADS": "3",
        "UNRELATED": "unrelated-value",
        "API_TOKEN": "hunter2hunter2",
        "GIT_CEILING_DIRECTORIES": str(tmp_path),
    }
    command = [sys.executable, str(script), str(place), BASE, "--password", "hunter2hunter2", "hunter2hunter2"]
    subprocess.run(command, check=True, env=environment)
    with modellake.open(place) as lake:
        found = everything(lake, place)
    assert b"hunter2" not in found
    assert b"unrelated-value" not in found
    assert b"process.environment.OMP_NUM_THREADS" in found
    assert b"--password '***' ***" in found
