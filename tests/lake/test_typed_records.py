"""Typed records as a program commits them."""

from __future__ import annotations

import pytest

import modellake
from modellake.core.errors import RefusedError
from modellake.lake.lake import Lake


def test_records_are_there_by_their_names() -> None:
    assert {"Model", "ModelVersion", "Dataset", "Evaluation"} <= set(dir(modellake))
    with pytest.raises(AttributeError):
        modellake.Modell  # noqa: B018


def test_a_record_committed_again_replaces_what_it_said_and_nothing_else(lake: Lake) -> None:
    version = modellake.DatasetVersion(version_of="acme/customers", version="3")
    split = modellake.DatasetSplit(split_of=version, title="Held out")
    lake.commit([modellake.Dataset(name="acme/customers", title="Customers"), version, split])
    lake.commit(modellake.Dataset(name="acme/customers", title="Customers, renamed"))
    titles = lake.query("SELECT ?t { ?d a lake:Dataset ; dct:title ?t }").column("t")
    assert titles == ["Customers, renamed"]
    assert lake.query("ASK { ?s a lake:DatasetSplit ; lake:splitOf ?v . ?v dcat:version '3' }")


def test_a_refused_record_can_be_read_in_quarantine(lake: Lake) -> None:
    with pytest.raises(RefusedError) as caught:
        lake.commit(modellake.Evaluation(evaluates="acme/churn@1", metric="accuracy", title="No value"))
    (number,) = caught.value.quarantined
    assert b"No value" in lake.ledger.quarantine.get(number).original
