"""Counts cost no request what they cost, and names are told as far as the engine is there to ask."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from linked_lakes import get, quads, say
from pyoxigraph import NamedNode

from modellake.bootstrap import open_lake
from modellake.core.vocab import DCT
from modellake.lake.lake import Lake
from modellake.store.child import ChildEngine
from modellake.web.linked import statistics
from modellake.web.served import Served
from servers import running

BASE = "https://lake.example.org/"
VOID = "http://rdfs.org/ns/void#"
HTML = {"Accept": "text/html"}


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Lake, str]]:
    """A lake whose engine is a process of its own, as it is served."""
    with (
        open_lake(tmp_path / "lake", base_iri=BASE, create=True, store="child") as lake,
        running(Served(lake=lake)) as url,
    ):
        yield lake, url


def told(url: str) -> tuple[int, int | None, str]:
    """How many entities and triples there are, and since when."""
    said = quads(get(f"{url}/.well-known/void"))
    about = NamedNode(f"{BASE}.well-known/void#lake")
    found = {item.predicate.value: item.object.value for item in said if item.subject == about}
    triples = found.get(f"{VOID}triples")
    return int(found[f"{VOID}entities"]), triples and int(triples), found[DCT.modified.value]  # type: ignore[return-value]


def models(count: int) -> str:
    return "".join(f'<model/acme/m{number}> a lake:Model ; dct:title "M{number}" . ' for number in range(count))


def test_counts_that_take_long_may_be_those_of_a_commit_before(
    served: tuple[Lake, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lake, url = served
    say(lake, models(2))
    first = told(url)
    assert (first[0], first[2]) == (2, lake.ledger.commit(1).time)
    monkeypatch.setattr(statistics, "_QUICK", -1.0)
    monkeypatch.setattr(statistics, "_LAST", 1e9)
    say(lake, models(3))
    assert told(url) == first, "they say of when they are"
    monkeypatch.undo()
    assert (told(url)[0], told(url)[2]) == (3, lake.ledger.commit(2).time)


def test_counts_are_those_of_one_commit_while_others_write(served: tuple[Lake, str]) -> None:
    lake, url = served
    say(lake, models(1))
    with ThreadPoolExecutor(4) as readers:
        answers = [readers.submit(told, url) for _ in range(20)]
        for count in range(2, 8):
            say(lake, models(count))
            answers += [readers.submit(told, url) for _ in range(10)]
    times = {lake.ledger.commit(sequence).time: sequence for sequence in range(1, 8)}
    for entities, _, time in (answer.result() for answer in answers):
        assert times[time] <= entities, "what is counted is never older than the commit that is named"
    assert told(url)[0] == 7


def test_records_are_read_without_the_engine(served: tuple[Lake, str]) -> None:
    lake, url = served
    say(lake, models(2))
    whole = get(f"{url}/record/model/acme/m0").body
    engine = lake.view.engine
    assert isinstance(engine, ChildEngine)
    engine.close()
    assert get(f"{url}/record/model/acme/m0").body == whole
    page = get(f"{url}/record/model/acme/m0", HTML)
    assert page.status == 200
    assert "model/acme/m0" in page.body.decode()
    assert get(f"{url}/catalog/model").status == 200
    assert told(url)[:2] == (2, None), "what cannot be counted is left out"
    assert get(f"{url}/model/acme/nothing").status in (404, 503)
