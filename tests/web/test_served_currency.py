"""How often a server looks whether its view shows all that was committed."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

import modellake
from lakes import said
from modellake.lake.views import View
from modellake.web.served import Served


def test_requests_of_one_round_share_a_look_and_the_next_ones_have_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with modellake.open(tmp_path / "lake") as lake:
        served = Served(lake=lake)
        answers: list[list[bool]] = []
        looks: list[View] = []
        look = View.is_current
        monkeypatch.setattr(View, "is_current", lambda self: looks.append(self) or look(self))  # type: ignore[func-returns-value]

        async def is_near() -> bool:
            return served.near is not None

        async def run() -> None:
            said(lake, "<dataset/d1> a lake:Dataset ; dct:title 'One' .")
            answers.append(await asyncio.gather(*[is_near() for _ in range(5)]))
            with monkeypatch.context() as patch:
                # As when another process commits: the view is behind.
                patch.setattr(View, "follow", lambda _: 0)
                said(lake, "<dataset/d2> a lake:Dataset ; dct:title 'Two' .")
            answers.append(await asyncio.gather(*[is_near() for _ in range(5)]))
            lake.refresh()
            looks.clear()
            answers.append(await asyncio.gather(*[is_near() for _ in range(5)]))

        asyncio.run(run())
        assert answers == [[True] * 5, [False] * 5, [True] * 5]
        assert len(looks) == 1
