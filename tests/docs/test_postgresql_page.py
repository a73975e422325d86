"""The page about PostgreSQL is carried out as a reader would, on a server of this test."""

from __future__ import annotations

from pathlib import Path

import pytest
from pages import carry_out

from postgresql_server import PASSWORD, Server

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "use-postgresql.md"


def test_the_page_does_what_it_says(postgresql_server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MODELLAKE_LEDGER", raising=False)
    monkeypatch.setenv("DATABASE", postgresql_server.tcp_url("models", password=None))
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    assert carry_out(PAGE, tmp_path) > 0
