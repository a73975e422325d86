"""The description of all that the server answers (https://spec.openapis.org/oas/v3.1.1.html)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.metadata import version
from importlib.resources import files
from typing import Any
from urllib.parse import quote

from pydantic.json_schema import models_json_schema

from modellake.rdf.queries import NamedQuery, Parameter, list_named
from modellake.rdf.syntax import inspect
from modellake.web.api import models
from modellake.web.forms import offers
from modellake.web.served import Served

JSON = dict[str, Any]
_PROBLEM = {"$ref": "#/components/responses/Problem"}
_ABOUT = """What a lake answers over HTTP: SPARQL, graphs, linked data, named queries, and the lake as typed JSON.

Errors are problem details (RFC 9457) with a stable `code` and a `remedy`. The forms of an answer are negotiated with
`Accept`. HEAD goes wherever GET does, OPTIONS everywhere."""
_SEVERAL = "May be repeated, for any of several."
# What a bare engine does not answer.
_OF_LAKES = frozenset(
    ("/", "/catalog", "/catalog/{path}", "/.well-known/void", "/record", "/record/{path}", "/{path}", "/queries")
)
_TYPES: dict[str, JSON] = {
    "iri": {"type": "string", "minLength": 1, "description": "An IRI, a CURIE, or org/name[@version]."},
    "string": {"type": "string"},
    "integer": {"type": "integer", "minimum": 0, "maximum": 10**18 - 1},
    "decimal": {"type": "number"},
    "boolean": {"type": "boolean"},
    "dateTime": {"type": "string", "format": "date-time"},
}


def description(served: Served, root: str = "") -> JSON:
    """The document, for what is served.

    Args:
        root: what addresses begin with.
    """
    told: JSON = json.loads(files(__package__).joinpath("protocols.json").read_bytes())
    paths, components = told["paths"], told["components"]
    components["schemas"] |= _schemas()
    if served.lake is None:
        paths = {path: item for path, item in paths.items() if path not in _OF_LAKES}
    else:
        paths |= {f"/queries/{query.name}": {"get": _question(query)} for query in list_named()}
        own = _of_framework(served)
        paths |= own["paths"]
        components["schemas"] |= own["components"]["schemas"]
    return {
        "openapi": "3.1.0",
        "info": {"title": "Model lake", "version": version("modellake"), "description": _ABOUT},
        "servers": [{"url": quote(root) or "/"}],
        "security": [{}, {"bearer": []}, {"basic": []}],
        "paths": paths,
        "components": components,
    }


def _schemas() -> JSON:
    _, found = models_json_schema([(models.Problem, "serialization")], ref_template="#/components/schemas/{model}")
    schemas: JSON = found["$defs"]
    return schemas


def _of_framework(served: Served) -> JSON:
    """What FastAPI says of ``/api``, with our errors in place of its own."""
    from modellake.web.api.application import framework

    assert served.lake is not None, "asked for lakes alone"
    found = framework(served, served.lake).openapi()
    for operation in (operation for item in found["paths"].values() for operation in item.values()):
        operation["responses"].pop("422", None)
        operation["responses"]["default"] = _PROBLEM
        if operation["operationId"].startswith("commit"):
            operation["responses"]["422"] = {"$ref": "#/components/responses/Refused"}
    for name in ("HTTPValidationError", "ValidationError"):
        found["components"]["schemas"].pop(name, None)
    return found


def _question(query: NamedQuery) -> JSON:
    """A named query as an operation."""
    usual = [{"$ref": f"#/components/parameters/{name}"} for name in ("Timeout", "AsOf", "IfNoneMatch")]
    return {
        "operationId": f"query_{query.name}",
        "summary": query.title,
        "description": query.question,
        "tags": ["Questions"],
        "parameters": [*map(_parameter, query.params), *usual],
        "responses": {
            "200": {"description": "The answer, or the text of the query.", "content": dict(_contents(query))},
            "304": {"$ref": "#/components/responses/Unchanged"},
            "default": _PROBLEM,
        },
    }


def _parameter(parameter: Parameter) -> JSON:
    schema = dict(_TYPES[parameter.type])
    if parameter.default is not None:
        schema["default"] = json.loads(parameter.default) if parameter.type == "integer" else parameter.default
    return {
        "name": parameter.name,
        "in": "query",
        "required": parameter.required,
        "description": f"{parameter.text}. {_SEVERAL}" if parameter.type in ("iri", "string") else parameter.text,
        "schema": schema,
    }


def _contents(query: NamedQuery) -> Iterator[tuple[str, JSON]]:
    for offer in offers(inspect(query.text).form):
        for media_type in offer.media_types:
            results = offer.name == "json"
            yield media_type, {"schema": {"$ref": "#/components/schemas/SparqlResults"} if results else {}}
    yield "application/sparql-query", {"schema": {"type": "string"}}
