"""Replay: a lake's names are what its records and decisions say, and its view can be made again, whatever happens."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from identities import by_content, label_of, version
from pyoxigraph import NamedNode

import modellake
from lakes import BASE, said
from modellake.core.errors import ModelLakeError
from modellake.lake.identity.clusters import Knowledge, merges
from modellake.lake.lake import Lake

OWN = f"model/loose/version/{label_of('w')}"
DOCUMENTS = [
    by_content("loose", "w"),
    by_content("copy", "w"),
    version("acme/churn", "main", {"model.safetensors": "w", "model.onnx": "v"}, '; dct:identifier "10.5281/z.1"'),
    version("mirror/churn", "main", {"model.safetensors": "w"}),
    by_content("graph", "v", "graph.onnx"),
    version("pub/churn", "1", {}, '; dct:identifier "https://doi.org/10.5281/Z.1"'),
    f'<dataset/d> a lake:Dataset ; dct:title "D" ; dct:relation <{OWN}> , <{OWN}#file-weights.safetensors> .',
    f'<model/acme/churn> a lake:Model ; dct:title "T" ; lake:derivedFromModel <{OWN}> .',
    '<https://huggingface.co/acme/churn> a lake:Model ; dct:title "By its address" .',
]
NAMES = [
    OWN,
    f"model/copy/version/{label_of('w')}",
    "model/acme/churn/version/main",
    "model/mirror/churn/version/main",
    "model/pub/churn/version/1",
]

documents = st.sampled_from(range(len(DOCUMENTS)))
say = st.tuples(st.just("say"), st.integers(0, 3), st.sets(documents, min_size=1, max_size=3))
withdraw = st.tuples(st.just("withdraw"), st.integers(0, 3), st.none())
decide = st.tuples(st.sampled_from(["accept", "reject"]), st.sampled_from(NAMES), st.sampled_from(NAMES))


def happens(lake: Lake, step: tuple[str, int | str, object]) -> None:
    what, one, other = step
    if what == "say":
        said(lake, "\n".join(DOCUMENTS[number] for number in sorted(other)), source=f"urn:{one}")  # type: ignore[call-overload]
    elif what == "withdraw":
        lake.withdraw(f"urn:{one}", message="gone")
    else:
        with suppress(ModelLakeError):
            verdict = lake.accept_duplicate if what == "accept" else lake.reject_duplicate
            verdict(f"{BASE}{one}", f"{BASE}{other}", reason="because")


def known_anew(lake: Lake) -> dict[str, str]:
    """The names that follow from all that the lake says, looked at as a whole."""
    records = list(lake.ledger.records())
    borne = lake.ledger.identifiers.of_records(records)
    identifiers = {lake.iris.topic(NamedNode(record)).value: borne.get(record, frozenset()) for record in records}
    decided = {
        pair: item
        for pair, item in lake.identities.names_at(None).decisions.items()
        if pair[0] in identifiers and pair[1] in identifiers
    }
    accepted = frozenset(pair for pair, item in decided.items() if item.same)
    return merges(Knowledge(identifiers, accepted, frozenset(decided) - accepted, frozenset(), lake.iris.base))


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.one_of(say, say, withdraw, decide), min_size=1, max_size=7))
def test_names_and_view_are_what_the_ledger_says(steps: list[tuple[str, int | str, object]]) -> None:
    with TemporaryDirectory() as folder, modellake.open(folder, base_iri=BASE) as lake:
        for step in steps:
            happens(lake, step)
            assert known_anew(lake) == lake.identities.names_at(None).canonical
        shown = Counter(lake.view.engine.quads())
        borne = lake.ledger.identifiers.of_records(lake.ledger.records())
        lake.rebuild()
        assert Counter(lake.view.engine.quads()) == shown
        assert lake.verify().conforms
        again = lake.ledger.identifiers.of_records(lake.ledger.records())
        assert {record: items for record, items in borne.items() if record in again} == again
