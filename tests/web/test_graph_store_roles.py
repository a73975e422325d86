"""Who may do what to graphs, and whose name commits carry."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

import modellake
from lakes import BASE, turtle
from modellake.lake.lake import Lake
from modellake.store.plain import PlainEngine
from modellake.web.callers import Caller, Role
from modellake.web.graphs.room import Room
from modellake.web.messages import Message, Request, Response
from modellake.web.problems import HTTPError
from modellake.web.served import Served

AT = "/store/model/acme/churn"
SAID = turtle('<model/acme/churn> a lake:Model ; dct:title "Churn" ; dcat:keyword "a" .')
ADA = f"{BASE}agent/ada"


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lake]:
    folder: Path = tmp_path_factory.mktemp("roles")
    with modellake.open(folder / "lake", base_iri=BASE) as opened:
        opened.commit(SAID, format="turtle")
        yield opened


def answered(
    served: Served, role: Role, method: str, path: str = AT, text: str = "", media_type: str = "text/turtle"
) -> Response:
    """The answer of the room to a caller with a role."""

    async def receive() -> Message:
        return {"type": "http.request", "body": text.encode()}

    async def ask() -> Response:
        path_only, _, query = path.partition("?")
        scope = {
            "type": "http",
            "method": method,
            "path": path_only,
            "query_string": query.encode(),
            "headers": [(b"content-type", media_type.encode()), (b"host", b"localhost")],
        }
        request = Request(scope, receive)
        request.caller = Caller(role, ADA, known=True)
        return await Room(served)(request)

    return asyncio.run(ask())


def refused(served: Served, role: Role, method: str, **options: str) -> HTTPError:
    with pytest.raises(HTTPError) as raised:
        answered(served, role, method, **options)
    return raised.value


@pytest.mark.parametrize("method", ["PUT", "POST", "PATCH", "DELETE"])
@pytest.mark.parametrize("kind", ["lake", "plain"])
def test_readers_read(lake: Lake, kind: str, method: str) -> None:
    served = Served(lake=lake) if kind == "lake" else Served(plain=PlainEngine())
    error = refused(served, Role.READER, method, text=SAID)
    assert (error.status, error.code) == (403, "access.role")
    if kind == "lake":
        assert answered(served, Role.READER, "GET").status == 200


def test_contributors_write_and_do_not_delete(lake: Lake) -> None:
    served = Served(lake=lake)
    text = SAID + '<model/acme/churn> dcat:keyword "b" .'
    assert answered(served, Role.CONTRIBUTOR, "PUT", text=text).status == 204
    assert refused(served, Role.CONTRIBUTOR, "DELETE").status == 403
    commit = lake.ledger.commit(lake.ledger.head().sequence)
    assert commit.agent == ADA


def test_an_update_that_empties_a_record_deletes_it(lake: Lake) -> None:
    served, all_of_it = Served(lake=lake), "DELETE WHERE { ?s ?p ?o }"
    update = {"text": all_of_it, "media_type": "application/sparql-update"}
    head = lake.ledger.head()
    assert refused(served, Role.CONTRIBUTOR, "PATCH", **update).code == "access.role"
    assert lake.ledger.head() == head
    assert answered(served, Role.STEWARD, "PATCH", **update).status == 204
    assert not lake.record(f"{BASE}model/acme/churn").exists
    assert answered(served, Role.CONTRIBUTOR, "PUT", text=SAID).status == 201
    assert answered(served, Role.STEWARD, "DELETE", path=f"{AT}?message=gone").status == 204
    commit = lake.ledger.commit(lake.ledger.head().sequence)
    assert (commit.agent, commit.message) == (ADA, "gone")
