"""The room ``/metrics``: figures of the server for Prometheus (https://prometheus.io/docs/instrumenting/exposition_formats/)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from itertools import accumulate

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.exposition import choose_encoder

from modellake.core.errors import ModelLakeError
from modellake.lake.lake import Lake
from modellake.store.child import ChildEngine
from modellake.store.engine import Engine
from modellake.web.messages import Request, Response
from modellake.web.meters import BOUNDS, Durations, Meters
from modellake.web.pool import Pool
from modellake.web.routes import Route
from modellake.web.served import Served


def routes(served: Served) -> list[Route]:
    """``/metrics``."""
    registry = registered(served)

    async def answer(request: Request) -> Response:
        encoder, media_type = choose_encoder(request.headers.get("accept", ""))
        # The ledger and the engine are asked, which may take a while.
        body = await asyncio.to_thread(encoder, registry)
        return Response(200, body, [("Content-Type", media_type), ("Cache-Control", "no-store")])

    return [Route("/metrics", answer)]


def registered(served: Served) -> CollectorRegistry:
    """All figures of a server."""
    registry = CollectorRegistry()
    registry.register(_Server(served))
    ProcessCollector(registry=registry)
    if served.lake and isinstance(served.lake.view.engine, ChildEngine):
        ProcessCollector(namespace="modellake_engine", pid=partial(_engine_pid, served.lake), registry=registry)
    return registry


def _engine_pid(lake: Lake) -> int:
    engine = lake.view.engine
    assert isinstance(engine, ChildEngine), "an engine stays of its kind"
    return engine.pid


@dataclass(frozen=True, eq=False)
class _Server:
    """What is read from what is served when somebody asks."""

    served: Served

    def describe(self) -> Iterable[Metric]:
        """Nothing: to collect is to describe, and costs too much to do when the server starts."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """All of it."""
        yield InfoMetricFamily("modellake", "The program that answers.", {"version": version("modellake")})
        yield from _of_requests(self.served.meters)
        yield from _of_pools(self.served)
        if self.served.lake:
            yield from _of_lake(self.served.lake)


def _of_requests(meters: Meters) -> Iterator[Metric]:
    requests = CounterMetricFamily(
        "modellake_http_requests", "Requests that have ended.", labels=("route", "method", "status")
    )
    for labels, count in sorted(meters.requests.items()):
        requests.add_metric(labels, count)
    yield requests
    durations = HistogramMetricFamily(
        "modellake_http_request_duration_seconds", "Time until the last byte of the answer.", labels=("route",)
    )
    for route, found in sorted(meters.durations.items()):
        durations.add_metric((route,), _buckets(found), found.seconds)
    yield durations
    sent = CounterMetricFamily("modellake_http_response_bytes", "Bytes of bodies as sent.", labels=("route",))
    for route, size in sorted(meters.sent.items()):
        sent.add_metric((route,), size)
    yield sent
    yield GaugeMetricFamily(
        "modellake_http_requests_in_flight", "Requests that have begun and not ended.", meters.in_flight
    )


def _buckets(durations: Durations) -> list[tuple[str, float]]:
    names = (*map(str, BOUNDS), "+Inf")
    return list(zip(names, accumulate(durations.buckets), strict=True))


def _of_pools(served: Served) -> Iterator[Metric]:
    queries, updates = served.queries, served.updates
    yield _outcomes("modellake_queries", "Queries, by how they ended.", queries)
    yield GaugeMetricFamily("modellake_queries_running", "Queries that are evaluated.", _running(queries))
    yield GaugeMetricFamily("modellake_queries_waiting", "Queries that wait for their turn.", _waiting(queries))
    yield GaugeMetricFamily(
        "modellake_queries_limit", "Queries that may be evaluated at the same time.", queries.threads
    )
    yield _outcomes("modellake_writes", "Writes, by how they ended.", updates)
    yield GaugeMetricFamily("modellake_writes_waiting", "Writes that wait for their turn.", _waiting(updates))


def _running(pool: Pool) -> int:
    return min(pool.busy, pool.threads)


def _waiting(pool: Pool) -> int:
    return max(0, pool.busy - pool.threads)


def _outcomes(name: str, text: str, pool: Pool) -> Metric:
    family = CounterMetricFamily(name, text, labels=("outcome",))
    for outcome, count in sorted(pool.outcomes.items()):
        family.add_metric((outcome,), count)
    return family


def _of_lake(lake: Lake) -> Iterator[Metric]:
    yield from _figure(
        "modellake_ledger_commits", "The number of the last commit.", lambda: lake.ledger.head().sequence
    )
    yield from _figure("modellake_view_lag_commits", "Commits that the view does not show yet.", lake.view.lag)
    engine = lake.view.engine
    yield GaugeMetricFamily("modellake_engine_up", "1 where the engine answers, or else 0.", int(_answers(engine)))
    if isinstance(engine, ChildEngine):
        yield CounterMetricFamily(
            "modellake_engine_restarts", "Times that the engine died and was started again.", engine.restarts
        )


def _figure(name: str, text: str, read: Callable[[], int]) -> Iterator[Metric]:
    """A figure; none where it cannot be read now, which Prometheus tells from 0."""
    try:
        yield GaugeMetricFamily(name, text, read())
    except ModelLakeError:
        return


def _answers(engine: Engine) -> bool:
    try:
        return bool(engine.query("ASK {}"))
    except ModelLakeError:
        return False
