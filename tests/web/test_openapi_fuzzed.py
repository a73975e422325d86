"""A real server of a real lake answers as it describes itself, whatever is sent to it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from schemathesis.specs.openapi.schemas import OpenApiSchema

from modellake.rdf.queries import list_named
from modellake.web.served import Served
from sample_lakes import sample_lake
from servers import running


def in_order(ctx: schemathesis.CheckContext, response: schemathesis.Response, case: schemathesis.Case) -> None:
    """The server is never at fault; a query may have less time than it needs."""
    if response.status_code >= 500:
        assert (response.status_code, response.json()["code"]) == (503, "query.timeout"), response.text


CHECKS = (
    in_order,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)
BOUNDED = settings(
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)


@schemathesis.serializer("application/sparql-query", "application/sparql-update")
def sparql(ctx: object, value: object) -> bytes:
    """What was made as the value of a text, as its bytes."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenApiSchema]:
    with sample_lake(tmp_path_factory.mktemp("fuzzed") / "lake") as lake, running(Served(lake=lake)) as url:
        yield schemathesis.openapi.from_url(f"{url}/openapi.json")


def conform(schema: OpenApiSchema, bounds: settings) -> int:
    """Send to every operation what it may be sent, and what not; returns how many operations there were."""
    count = 0
    for found in schema.get_all_operations():
        operation = found.ok()
        count += 1
        for mode in GenerationMode:

            @bounds
            @given(case=operation.as_strategy(generation_mode=mode))
            def send(case: schemathesis.Case) -> None:
                case.call_and_validate(checks=CHECKS)

            try:
                send()
            except Unsatisfiable:
                assert mode is GenerationMode.NEGATIVE, operation.label  # nothing that it takes can be wrong
    return count


def test_answers_conform(schema: OpenApiSchema) -> None:
    assert conform(schema.exclude(path_regex="^/queries/.+"), settings(BOUNDED, max_examples=8)) > 40


def test_answers_to_named_queries_conform(schema: OpenApiSchema) -> None:
    asked = schema.include(path_regex="^/queries/.+")
    assert conform(asked, settings(BOUNDED, max_examples=2)) == len(list_named())


@pytest.mark.slow  # some minutes
def test_answers_conform_at_length(schema: OpenApiSchema) -> None:
    at_length = settings(BOUNDED, max_examples=60, derandomize=False)
    assert conform(schema.exclude(path_regex="^/queries/.+"), at_length) > 40
