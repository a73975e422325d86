"""The list of the named queries: for programs as JSON, for people as a page."""

from __future__ import annotations

import json
from functools import lru_cache
from html import escape
from typing import Any
from urllib.parse import quote

from modellake.rdf.queries import NamedQuery, Parameter, list_named
from modellake.web.negotiate import Offer
from modellake.web.questions.parameters import expected

_JSON = Offer("json", ("application/json",))
_HTML = Offer("html", ("text/html",), "; charset=utf-8")
FORMS = (_JSON, _HTML)
_PAGE = """<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Questions</title>
<style>body {{ font: 1rem/1.5 sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }}
dt {{ margin-top: 1rem; font-weight: bold }} li {{ color: #444 }}</style>
<main>
<h1>Questions</h1>
<p>Each is asked with a GET of its address, its parameters behind the question mark.</p>
<dl>
{entries}
</dl>
</main>
</html>
"""


@lru_cache(maxsize=16)
def listing(offer: Offer, root: str) -> bytes:
    """All named queries, by name.

    Args:
        offer: JSON or a page.
        root: what addresses begin with.
    """
    if offer is _JSON:
        return json.dumps([_described(query, root) for query in list_named()], ensure_ascii=False).encode()
    return _PAGE.format(entries="\n".join(_entry(query, root) for query in list_named())).encode()


def _described(query: NamedQuery, root: str) -> dict[str, Any]:
    return {
        "name": query.name,
        "href": _address(query, root),
        "theme": query.theme,
        "title": query.title,
        "question": query.question,
        "source": query.source,
        "parameters": [_parameter(parameter) for parameter in query.params],
    }


def _parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "type": parameter.type,
        "required": parameter.required,
        "default": parameter.default,
        "text": parameter.text,
        "expected": expected(parameter.type),
    }


def _address(query: NamedQuery, root: str) -> str:
    return f"{quote(root)}/queries/{query.name}"


def _entry(query: NamedQuery, root: str) -> str:
    address, items = _address(query, root), "".join(map(_item, query.params))
    name = f'<a href="{escape(address)}">{query.name}</a>' if not _needs(query) else query.name
    listed = f"<ul>{items}</ul>" if items else ""
    return f"<dt>{name}</dt><dd>{escape(query.question)}{listed}</dd>"


def _item(parameter: Parameter) -> str:
    need = "" if parameter.required else " (may be left out)"
    return f"<li><code>{parameter.name}</code>: {expected(parameter.type)}{need}. {escape(parameter.text)}</li>"


def _needs(query: NamedQuery) -> bool:
    return any(parameter.required for parameter in query.params)
