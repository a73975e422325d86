"""Tokens of a lake that several machines serve: what one of them revokes is worth nothing on the others."""

from __future__ import annotations

from pathlib import Path

from modellake.bootstrap import create_lake, open_lake
from modellake.core.tokens import token_id
from modellake.ledger.tokens import Tokens
from modellake.web.access import Access
from modellake.web.served import Served
from servers import ask, running

ASKING = "/sparql?query=ASK%7B%7D"


def test_what_one_machine_revokes_is_worth_nothing_on_the_others(tmp_path: Path, postgresql_url: str) -> None:
    here, there = (create_lake(tmp_path / name, ledger=postgresql_url) for name in ("here", "there"))
    ours, theirs = Tokens(here), Tokens(there)
    token, other = ours.create("ci", "reader"), theirs.create("other", "reader")
    with (
        open_lake(here, store="embedded") as first,
        open_lake(there, store="embedded") as second,
        running(Served(lake=first), access=Access(ours, required=True)) as one,
        running(Served(lake=second), access=Access(theirs, required=True)) as two,
    ):

        def statuses(text: str) -> list[int]:
            headers = {"Authorization": f"Bearer {text}"}
            return [ask(url, ASKING, headers=headers).status for url in (one, two)]

        assert statuses(token) == statuses(other) == [200, 200]
        ours.revoke(token_id(token) or "")
        assert statuses(token) == [401, 401]
        assert statuses(other) == [200, 200]
    ours.close()
    theirs.close()
