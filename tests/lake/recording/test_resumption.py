"""Resumption: a run goes on in another process, whatever became of the first."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode
from recorded import objects, observations, params, tags

import modellake
from lakes import BASE
from modellake.core.errors import NotFoundError, UsageError
from modellake.core.vocab import DCT, LAKE, PROV
from modellake.lake.lake import Lake
from modellake.lake.recording.run import Run

START = datetime(2026, 3, 1, tzinfo=UTC)
Verb = Callable[[Run, int], object]
NAMES = st.sampled_from(["a", "b", "c"])
NUMBERS = st.integers(0, 9)


def verbs() -> st.SearchStrategy[Verb]:
    """Something that a program logs; the number is when."""
    roles = st.sampled_from(["training", "test", "validation", None])
    return st.one_of(
        st.builds(lambda key, value: lambda run, _: run.log_param(key, value), NAMES, NUMBERS),
        st.builds(lambda key, value: lambda run, _: run.set_tag(key, value), NAMES, NUMBERS),
        st.builds(lambda key: lambda run, _: key in run._log.tags and run.delete_tag(key), NAMES),
        st.builds(
            lambda key, value: lambda run, now: run.log_metric(key, value, now, START + timedelta(seconds=now)),
            NAMES,
            st.sampled_from([0.5, 1 / 3, float("nan"), 1e-30]),
        ),
        st.builds(lambda name, role: lambda run, _: run.log_input(f"acme/{name}@1", role), NAMES, roles),
        st.builds(lambda name, role: lambda run, _: run.log_input([name], role, name="acme/x"), NAMES, roles),
        st.builds(
            lambda name, label: lambda run, _: run.log_model(None, f"acme/{name}", str(label), task="other"),
            NAMES,
            st.integers(1, 2),
        ),
        st.builds(
            lambda name, value: lambda run, _: run.log_evaluation(f"acme/{name}@1", "f1", value / 10, "acme/t@1"),
            NAMES,
            NUMBERS,
        ),
        st.builds(lambda name, text: lambda run, _: run.log_text(text, f"{name}.txt"), NAMES, NAMES),
    )


def said(lake: Lake, place: Path) -> set[str]:
    """All that runs say, times of the clock and the folder of the lake apart."""
    contents = (item for _, group in lake.ledger.contents_all() for item in group if "/source/run/" in item.source)
    lines = {line for item in contents for line in item.content.decode().splitlines()}
    clock = (PROV.startedAtTime.value, PROV.endedAtTime.value)
    return {line.replace(str(place), "") for line in lines if not any(time in line for time in clock)}


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(program=st.lists(verbs(), max_size=14), cut=st.integers(0, 14), failed=st.booleans())
def test_a_run_in_two_halves_is_the_run_in_one(
    program: list[Verb], cut: int, failed: bool, tmp_path_factory: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("logbook", "recorder"):  # So that short programs have series.
        monkeypatch.setattr(f"modellake.lake.recording.{module}.GROUP", 3)
    whole, halves = tmp_path_factory.mktemp("whole"), tmp_path_factory.mktemp("halves")
    with modellake.open(whole, base_iri=BASE) as lake:
        with lake.run("it", run_id="r", agent="ann") as run:
            for now, verb in enumerate(program):
                verb(run, now)
        expected = said(lake, whole)
    with modellake.open(halves, base_iri=BASE) as lake:
        first = lake.run("it", run_id="r", agent="ann")
        for now, verb in enumerate(program[:cut]):
            verb(first, now)
        first.finish("failed", "cut off") if failed else first.flush()
        with lake.run(run_id="r", agent="ann") as second:
            for now, verb in enumerate(program[cut:], cut):
                verb(second, now)
        assert said(lake, halves) == expected


def run_script(tmp_path: Path, body: str) -> subprocess.Popen[bytes]:
    script = (
        "import os, signal, sys, time, modellake\n"
        "with modellake.open(sys.argv[1], base_iri=sys.argv[2]) as lake:\n"
        "    with lake.run('long', run_id='k', code='https://code.example/x', flush_every=0) as run:\n"
        "        run.log_param('lr', 0.1)\n"
        "        run.log_metric('loss', 1.5, 0)\n"
        f"        {body}\n"
    )
    return subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path / "lake"), BASE], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no SIGKILL here")
def test_a_killed_run_is_running_until_it_is_resumed_or_ended(tmp_path: Path) -> None:
    # The commit after the first is made in passing, by a verb.
    wait = "while lake.ledger.head().sequence < 2: time.sleep(0.05); run.set_tag('at', time.time())"
    kill = "os.kill(os.getpid(), signal.SIGKILL)"
    assert run_script(tmp_path, f"{wait}\n        {kill}").wait() == -signal.SIGKILL
    with modellake.open(tmp_path / "lake") as lake:
        killed = NamedNode(f"{BASE}run/k")
        assert objects(lake, killed, LAKE.runStatus) == [LAKE.running]
        [started] = objects(lake, killed, PROV.startedAtTime)
        lake.run(run_id="k", resume=True).finish("KILLED")
        assert objects(lake, killed, LAKE.runStatus) == [LAKE.failed]
        assert objects(lake, killed, LAKE.reason) == [Literal("killed")]
        with lake.run(run_id="k") as run:
            run.log_metric("loss", 0.5, 1)
        assert objects(lake, killed, LAKE.runStatus) == [LAKE.finished]
        assert objects(lake, killed, LAKE.reason) == []
        assert objects(lake, killed, PROV.startedAtTime) == [started]
        assert objects(lake, killed, DCT.title) == [Literal("long")]
        assert params(lake, run).keys() == {"lr"}
        assert {step for _, step, _ in observations(lake, run)} == {"0", "1"}
        assert not lake.verify()


@pytest.mark.parametrize(
    ("number", "reason", "status"),
    [
        (signal.SIGTERM, "Terminated: the process was asked to end (SIGTERM)", 128 + signal.SIGTERM),
        (signal.SIGINT, "KeyboardInterrupt", -signal.SIGINT),
    ],
)
def test_a_run_that_is_asked_to_end_says_so(tmp_path: Path, number: int, reason: str, status: int) -> None:
    process = run_script(tmp_path, "print('ready', flush=True); time.sleep(60)")
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    process.send_signal(number)
    assert process.wait() == status
    process.stdout.close()
    with modellake.open(tmp_path / "lake") as lake:
        ended = NamedNode(f"{BASE}run/k")
        assert objects(lake, ended, LAKE.runStatus) == [LAKE.failed]
        assert objects(lake, ended, LAKE.reason) == [Literal(reason)]
        assert objects(lake, ended, PROV.endedAtTime)


def test_handlers_of_the_program_are_left_alone(lake: Lake) -> None:
    def own(number: int, frame: object) -> None:
        """What a program does itself."""

    before = signal.signal(signal.SIGTERM, own)
    try:
        with lake.run("own"):
            assert signal.getsignal(signal.SIGTERM) is own
    finally:
        signal.signal(signal.SIGTERM, before)
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
    with lake.run("outer"):
        with lake.run("inner"):
            assert signal.getsignal(signal.SIGTERM) != signal.SIG_DFL
        assert signal.getsignal(signal.SIGTERM) != signal.SIG_DFL
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


def test_resuming_can_be_insisted_on_and_refused(lake: Lake) -> None:
    with pytest.raises(NotFoundError) as caught:
        lake.run(run_id="nowhere", resume=True)
    assert caught.value.code == "run.unknown"
    assert not lake.ledger.has_record(f"{BASE}record/run/nowhere")
    with lake.run("first", run_id="r") as run:
        run.log_param("lr", 1)
    with lake.run("second", run_id="r", resume=False) as again:
        again.log_param("depth", 2)
    assert params(lake, again).keys() == {"depth"}
    assert objects(lake, again.iri, DCT.title) == [Literal("second")]


def test_beginning_anew_takes_back_series(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("logbook", "recorder"):
        monkeypatch.setattr(f"modellake.lake.recording.{module}.GROUP", 3)
    with lake.run(run_id="r") as run:
        for step in range(7):
            run.log_metric("loss", step, step)
    assert lake.ledger.has_record(f"{BASE}record/run/r/observations/2")
    with lake.run(run_id="r", resume=False):
        pass
    assert not [record for record in lake.ledger.records() if "/observations/" in record]


def test_what_is_said_anew_counts(lake: Lake) -> None:
    with lake.run("first", run_id="r", experiment="depth", description="One.", tags={"a": 1, "b": 1}) as run:
        run.log_param("lr", 1)
    with lake.run("second", run_id="r", description="Two.", tags={"b": 2}) as run:
        run.log_param("lr", 2)
        run.delete_tag("a")
    assert objects(lake, run.iri, DCT.title) == [Literal("second")]
    assert objects(lake, run.iri, DCT.description) == [Literal("Two.")]
    assert objects(lake, run.iri, LAKE.inExperiment) == [NamedNode(f"{BASE}experiment/depth")]
    assert params(lake, run) == {"lr": Literal("2", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#integer"))}
    assert tags(lake, run) == {"b": "2"}


def test_a_kind_is_kept_unless_another_is_given(lake: Lake) -> None:
    with lake.run(run_id="r", kind="evaluation"):
        pass
    with lake.run(run_id="r") as run:
        assert run._log.kind == "evaluation"
    with lake.run(run_id="r", kind="training") as run:
        assert run._log.kind == "training"


def test_which_model_is_meant_must_be_clear(lake: Lake) -> None:
    with lake.run(run_id="one") as run:
        run.log_model(None, "acme/m")
    with lake.run(run_id="one") as run:
        assert run.log_evaluation(None, "f1", 0.5).evaluates == NamedNode(f"{BASE}model/acme/m/version/1")
        run.log_model(None, "acme/m")
    with lake.run(run_id="one") as run, pytest.raises(UsageError) as caught:
        run.log_evaluation(None, "f1", 0.5)
    assert caught.value.code == "model.ambiguous"


def test_an_end_that_cannot_be_committed_can_be_repeated(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    run = lake.run("refused", run_id="r")
    run.log_evaluation("acme/m@1", "accuracy", 0.9, upper_bound=0.1)
    from modellake.core.errors import RefusedError

    with pytest.raises(RefusedError) as caught:
        run.finish()
    assert "in quarantine" in caught.value.__notes__[0]
    assert run.status == "running"
    run.log_evaluation("acme/m@1", "accuracy", 0.9, upper_bound=0.95)
    assert run.finish() is not None
    assert objects(lake, run.iri, LAKE.runStatus) == [LAKE.finished]


def test_times_are_those_of_the_first_beginning_and_the_last_end(lake: Lake) -> None:
    with lake.run(run_id="r") as run:
        pass
    [started], [first] = objects(lake, run.iri, PROV.startedAtTime), objects(lake, run.iri, PROV.endedAtTime)
    time.sleep(0.01)
    with lake.run(run_id="r"):
        assert objects(lake, run.iri, PROV.endedAtTime) == []
    [again], [last] = objects(lake, run.iri, PROV.startedAtTime), objects(lake, run.iri, PROV.endedAtTime)
    assert again == started
    assert last.value > first.value
