"""The page of access names every code and every role, and its figures are those of the code."""

from __future__ import annotations

import re
from pathlib import Path

from modellake.core.tokens import PATTERN, ROLES
from modellake.web.access import access, proxies, throttle

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reference" / "access.md").read_text(encoding="utf-8")
DYNAMIC = {f"access.token-{why}" for why in ("malformed", "unknown", "expired", "revoked")}


def test_every_code_is_explained() -> None:
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "src" / "modellake" / "web").rglob("*.py")]
    codes = {code for text in texts for code in re.findall(r'"((?:access|serve)\.[a-z-]+)"', text)} | DYNAMIC
    assert {code for code in codes if f"`{code}`" not in PAGE} == {"serve.port-taken"}
    assert set(re.findall(r"`(access\.[a-z-]+)`", PAGE)) <= codes


def test_roles_headers_and_figures() -> None:
    assert [row for row in re.findall(r"^\| (\w+) \|", PAGE, re.MULTILINE) if row in ROLES] == list(ROLES)
    said = {name.lower() for name in re.findall(r"`([A-Z][A-Za-z-]+)`", PAGE)}
    assert set(proxies._SIGNS) <= said
    assert PATTERN.pattern in PAGE
    assert f"has {access.PER_CLIENT} requests under way" in PAGE
    assert (throttle._BURST, throttle._SECONDS, throttle._MOST) == (10, 6, 10_000)
