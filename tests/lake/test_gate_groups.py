"""The gate judges a batch in groups; nothing that it finds may depend on how they are cut."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import NamedNode

from lakes import turtle
from modellake.core.plugins import load_harvester
from modellake.core.report import Finding
from modellake.lake import gate
from modellake.lake.documents import describe_file
from modellake.lake.harvesting import harvest_place
from modellake.lake.lake import Lake

DATA = """
<model/acme/churn> a lake:Model ; dct:title "Churn" .
<model/acme/churn/version/1> a lake:ModelVersion ; lake:versionOf <model/acme/churn> ; dcat:version "1" ;
  lake:trainedOn <dataset/acme/calls/version/1> ; lake:fineTunedFrom <model/acme/base/version/1> .
<model/acme/base/version/1> a lake:ModelVersion ; lake:versionOf <dataset/acme/calls> ; dcat:version "1" .
<dataset/acme/calls> a lake:Dataset ; dct:title "Calls" .
<dataset/acme/calls/version/1> a lake:DatasetVersion ; lake:versionOf <model/acme/churn> ; dcat:version "1" .
"""
Findings = Mapping[NamedNode, Sequence[Finding]]


@pytest.fixture
def judged(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> Callable[[Iterable[Any], int], tuple[list[Findings], int]]:
    """What the gate finds in groups of so many statements, and how often its engine is asked."""

    def judge(items: Iterable[Any], size: int) -> tuple[list[Findings], int]:
        found: list[Findings] = []
        asked = 0
        checked, validated = gate.Gate.check_states, type(lake.gate.pack).validate_text

        def check(self: gate.Gate, *arguments: Any) -> Any:
            found.append(checked(self, *arguments))
            return found[-1]

        def validate(*arguments: Any, **options: Any) -> Any:
            nonlocal asked
            asked += 1
            return validated(*arguments, **options)

        with monkeypatch.context() as patched:
            patched.setattr(gate, "_GROUP", size)
            patched.setattr(gate.Gate, "check_states", check)
            patched.setattr(type(lake.gate.pack), "validate_text", validate)
            lake._writer.check_each(items)
        return found, asked

    return judge


def test_records_that_refer_to_each_other(lake: Lake, write: Callable[[str, str], Path], judged: Any) -> None:
    path = write("a.ttl", turtle(DATA))
    items = [describe_file(path, lake.iris)]
    whole, single = judged(items, 20_000), judged(items, 1)
    assert whole[0] == single[0]
    assert any(whole[0])
    assert single[1] > whole[1]


@pytest.mark.parametrize("size", [1, 50, 1000])
def test_real_documents(shared: Path, lake: Lake, judged: Any, size: int) -> None:
    place = shared / "corpus" / "mteb-results"
    items = list(islice(harvest_place(load_harvester("mteb"), str(place), lake.iris), 0, 200, 10))
    whole, cut = judged(items, 1_000_000), judged(items, size)
    assert whole[0] == cut[0]
    assert cut[1] > whole[1]
