"""Nesting: runs within runs, in threads and in asynchronous tasks."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from pyoxigraph import Literal, NamedNode
from recorded import objects, params

from lakes import BASE, quads
from modellake.core.vocab import DCT, LAKE, PROV
from modellake.lake.lake import Lake


def test_a_step_of_a_run(lake: Lake) -> None:
    with lake.run("search", experiment="depth", agent="ann", code="https://code.example/x") as outer:
        with outer.run("try 1") as inner:
            inner.log_param("depth", 1)
        with outer.run("try 2", experiment="other", agent="bob") as other:
            pass
    assert objects(lake, inner.iri, LAKE.partOfRun) == [outer.iri]
    assert objects(lake, inner.iri, LAKE.inExperiment) == [NamedNode(f"{BASE}experiment/depth")]
    assert objects(lake, inner.iri, PROV.wasAssociatedWith) == [NamedNode(f"{BASE}agent/ann")]
    assert objects(lake, inner.iri, LAKE.usedCode) == [NamedNode("https://code.example/x")]
    assert objects(lake, other.iri, LAKE.inExperiment) == [NamedNode(f"{BASE}experiment/other")]
    assert objects(lake, other.iri, PROV.wasAssociatedWith) == [NamedNode(f"{BASE}agent/bob")]
    assert params(lake, outer) == {}


def test_nested_runs_find_the_run_around_them(lake: Lake) -> None:
    assert lake.active_run() is None
    with lake.run("alone", nested=True) as alone, lake.run("outer") as outer:
        with lake.run("inner", nested=True) as inner:
            assert lake.active_run() is inner
            with lake.run("innermost", nested=True) as innermost:
                pass
        assert lake.active_run() is outer
        with lake.run("beside") as beside:
            pass
    assert lake.active_run() is None
    parents = {run.id: objects(lake, run.iri, LAKE.partOfRun) for run in (alone, inner, innermost, beside)}
    assert parents == {alone.id: [], inner.id: [outer.iri], innermost.id: [inner.iri], beside.id: []}


def test_a_run_that_failed_is_left_as_well(lake: Lake) -> None:
    with pytest.raises(ValueError, match="no"), lake.run("outer"):
        raise ValueError("no")
    assert lake.active_run() is None


def test_a_sweep_in_threads(lake: Lake) -> None:
    def attempt(number: int) -> NamedNode:
        assert lake.active_run() is None  # A thread is inside of no run but those that it enters.
        with sweep.run(f"attempt {number}") as run:
            run.log_param("depth", number)
            sweep.log_metric("tried", number, number)
            run.log_model(None, "acme/m")
        return run.iri

    with lake.run("sweep") as sweep, ThreadPoolExecutor(8) as pool:
        made = list(pool.map(attempt, range(20)))
    assert len(set(made)) == 20
    for iri in made:
        assert objects(lake, iri, LAKE.partOfRun) == [sweep.iri]
        assert objects(lake, iri, LAKE.runStatus) == [LAKE.finished]
    steps = objects(lake, sweep.iri, LAKE.hasObservation, LAKE.step)
    assert {int(step.value) for step in steps} == set(range(20))
    labels = {version.value.rpartition("/")[2] for iri in made for version in objects(lake, iri, LAKE.produced)}
    assert labels == {str(number) for number in range(1, 21)}
    assert lake.view.lag() == 0
    before = quads(lake)
    lake.rebuild()
    assert quads(lake) == before
    assert not lake.verify()


def test_asynchronous_tasks_have_runs_of_their_own(lake: Lake) -> None:
    async def attempt(number: int) -> tuple[NamedNode, NamedNode]:
        with lake.run(f"attempt {number}", nested=True) as run:
            await asyncio.sleep(0.01)
            with lake.run("step", nested=True) as step:
                await asyncio.sleep(0.01)
        return run.iri, step.iri

    async def search() -> list[tuple[NamedNode, NamedNode]]:
        return await asyncio.gather(*(attempt(number) for number in range(4)))

    with lake.run("search") as outer:
        made = asyncio.run(search())
    for run, step in made:
        assert objects(lake, run, LAKE.partOfRun) == [outer.iri]
        assert objects(lake, step, LAKE.partOfRun) == [run]
        assert objects(lake, step, DCT.title) == [Literal("step")]
