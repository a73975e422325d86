"""Long runs: they show how far they are, survive what stops them, and do not repeat themselves."""

from __future__ import annotations

import pytest
from pyoxigraph import NamedNode
from recorded import objects, observations, params

from lakes import quads
from modellake.core.errors import UnavailableError
from modellake.core.vocab import LAKE, METRIC, PROV, RDF
from modellake.lake.lake import Lake
from modellake.lake.recording.series import GROUP

ALL = """
PREFIX lake: <https://w3id.org/model-lake#>
PREFIX prov: <http://www.w3.org/ns/prov#>
SELECT DISTINCT ?metric ?step ?value
WHERE {
  ?observation ^lake:hasObservation|prov:wasGeneratedBy <run/long> ;
    a lake:MetricObservation ; lake:metric ?metric ; lake:step ?step ; lake:value ?value .
}
"""


def test_many_observations_are_in_series_and_none_is_lost(lake: Lake) -> None:
    count = 2 * GROUP + 5
    with lake.run(run_id="long") as run:
        run.log_metric("accuracy", 0.1, 0)
        for step in range(count):
            run.log_metric("loss", 1 / (step + 1), step)
    found = {(row["metric"], row["step"]) for row in lake.query(ALL)}
    assert found == {(METRIC.loss.value, step) for step in range(count)} | {(METRIC.accuracy.value, 0)}
    # The record of the run has the last of each metric, and those that are too few for a series.
    assert len(objects(lake, run.iri, LAKE.hasObservation)) == count + 1 - 2 * GROUP + 1
    series = NamedNode(f"{run.iri.value}/observations/1")
    assert objects(lake, series, PROV.wasGeneratedBy) == [run.iri]
    assert len([item for item in lake.state(series).statements if item.object == LAKE.MetricObservation]) == GROUP
    before = quads(lake)
    lake.rebuild()
    assert quads(lake) == before
    assert not lake.verify()


def test_a_series_is_written_once(lake: Lake) -> None:
    with lake.run(run_id="long") as run:
        for step in range(2 * GROUP + 1):
            run.log_metric("loss", step, step)
        run.flush()
        run.flush()
    for number in (1, 2):
        record = lake.iris.record(NamedNode(f"{run.iri.value}/observations/{number}")).value
        assert len(lake.ledger.history(record)) == 1


def test_short_runs_have_no_series(lake: Lake) -> None:
    with lake.run("short") as run:
        for step in range(10):
            run.log_metric("loss", step, step)
    assert len(observations(lake, run)) == 10
    assert not [record for record in lake.ledger.records() if "/observations/" in record]


def test_verbs_commit_when_it_is_time(lake: Lake) -> None:
    with lake.run("long", flush_every=0) as run:
        run._due = 0
        run.log_param("lr", 1)
        assert params(lake, run).keys() == {"lr"}
        run.log_param("depth", 1)  # Commits take at most a share of the time.
        assert params(lake, run).keys() == {"lr"}
    with lake.run("never", flush_every=None) as never:
        for step in range(GROUP + 1):
            never.log_metric("loss", step, step)
        assert objects(lake, never.iri, LAKE.hasObservation) == []
    assert lake.ledger.has_record(lake.iris.record(NamedNode(f"{never.iri.value}/observations/1")).value)


def test_a_run_goes_on_when_it_cannot_be_committed_in_passing(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: object, **__: object) -> None:
        raise UnavailableError("Another process is writing", code="ledger.locked")

    with lake.run(run_id="long") as run:
        with monkeypatch.context() as patch:
            patch.setattr(lake, "commit", busy)
            with pytest.warns(UserWarning, match="goes on, but could not be committed now") as warned:
                for step in range(GROUP + 10):
                    run.log_metric("loss", step, step)
            assert len(warned) == 1
        run.log_metric("loss", 0, GROUP + 10)
    assert len(list(lake.query(ALL))) == GROUP + 11
    assert objects(lake, run.iri, RDF.type) == [LAKE.TrainingRun]
