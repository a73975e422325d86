"""Energy: what codecarbon finds, without the network, or that it is not there."""

from __future__ import annotations

import socket
import sys
from decimal import Decimal
from importlib.metadata import version
from typing import Any

import pytest
from pyoxigraph import Literal
from recorded import objects

from modellake.core.errors import UsageError
from modellake.core.vocab import ACTIVITY, LAKE
from modellake.lake.lake import Lake

IMPACT = LAKE.hasEnvironmentalMeasurement


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Whoever was to be connected to."""
    asked: list[Any] = []

    def refuse(self: socket.socket, address: Any) -> None:
        asked.append(address)
        raise OSError("there is no network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    # What a careless configuration would make it do.
    monkeypatch.setenv("CODECARBON_SAVE_TO_API", "true")
    monkeypatch.setenv("CODECARBON_SAVE_TO_FILE", "true")
    monkeypatch.setenv("CODECARBON_ELECTRICITYMAPS_API_TOKEN", "x")
    return asked


@pytest.mark.parametrize("country", ["FR", "fra"])
def test_energy_and_emissions(lake: Lake, offline: list[Any], country: str, tmp_path: Any, monkeypatch: Any) -> None:
    pytest.importorskip("codecarbon")
    monkeypatch.chdir(tmp_path)
    with lake.run("train", energy=country) as run:
        sum(range(10**6))
    assert Decimal(objects(lake, run.iri, IMPACT, LAKE.energyConsumed)[0].value) > 0
    assert Decimal(objects(lake, run.iri, IMPACT, LAKE.carbonEmitted)[0].value) > 0
    assert objects(lake, run.iri, IMPACT, LAKE.region) == [Literal("FR")]
    assert objects(lake, run.iri, IMPACT, LAKE.measurementMethod) == [LAKE.estimated]
    assert objects(lake, run.iri, IMPACT, LAKE.coveredActivity) == [ACTIVITY.training]
    [tool] = objects(lake, run.iri, IMPACT, LAKE.measuredWith)
    assert tool.value.startswith(f"codecarbon {version('codecarbon')}")
    assert offline == []
    assert not list(tmp_path.glob("*.csv"))


def test_energy_alone_where_the_country_is_not_known(lake: Lake, offline: list[Any]) -> None:
    pytest.importorskip("codecarbon")
    with pytest.raises(ValueError, match="no"), lake.run("train", kind="evaluation", energy=True) as run:
        raise ValueError("no")
    assert len(objects(lake, run.iri, IMPACT, LAKE.energyConsumed)) == 1
    assert objects(lake, run.iri, IMPACT, LAKE.carbonEmitted) == []
    assert objects(lake, run.iri, IMPACT, LAKE.region) == []
    assert objects(lake, run.iri, IMPACT, LAKE.coveredActivity) == [ACTIVITY.validation]
    assert offline == []


def test_each_process_of_a_run_has_its_measurement(lake: Lake) -> None:
    pytest.importorskip("codecarbon")
    for _ in range(2):
        with lake.run("train", run_id="r", energy="FR") as run:
            pass
    assert len(objects(lake, run.iri, IMPACT)) == 2


def test_what_is_no_country(lake: Lake) -> None:
    pytest.importorskip("codecarbon")
    with pytest.raises(UsageError) as caught:
        lake.run("train", energy="Atlantis")
    assert caught.value.code == "country.unknown"
    assert lake.ledger.head().sequence == 0


def test_a_country_that_codecarbon_does_not_know_ends_no_run(lake: Lake, offline: list[Any]) -> None:
    pytest.importorskip("codecarbon")
    with lake.run("train", energy="AQ") as run:
        pass
    assert objects(lake, run.iri, LAKE.runStatus) == [LAKE.finished]
    assert offline == []


def test_without_codecarbon_the_run_goes_on_and_says_so(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "codecarbon", None)
    with pytest.warns(UserWarning, match=r"modellake\[energy\]"), lake.run("train", energy=True) as run:
        pass
    assert objects(lake, run.iri, LAKE.runStatus) == [LAKE.finished]
    assert objects(lake, run.iri, IMPACT) == []
    assert "run.energy-unmeasured" in str(lake.ledger.findings())
