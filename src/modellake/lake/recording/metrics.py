"""Metrics of a run: the values that they have while it goes on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from pyoxigraph import NamedNode

from modellake.core.activities import MetricObservation
from modellake.core.errors import UsageError
from modellake.lake.recording.parameters import ParameterVerbs


class MetricVerbs(ParameterVerbs):
    """The verbs that log metrics."""

    def log_metric(
        self, key: str | NamedNode, value: Any, step: int | None = None, timestamp: int | float | datetime | None = None
    ) -> None:
        """Record the value that a metric has now; what no decimal number holds, such as NaN, is kept word for word.

        Args:
            key: the name or IRI of the metric.
            value: a number.
            step: from 0; None where the run has no steps.
            timestamp: when it had that value, as a datetime or in milliseconds since 1970; by default now.

        Raises:
            UsageError: the step is no whole number from 0, or the timestamp is no moment.
        """
        number, moment = _step(step), _moment(timestamp)
        with self._logging() as log:
            metric = self._metric(key)
            log.observe(MetricObservation(metric=metric, value=value, step=number, generated_at_time=moment))

    def log_metrics(
        self,
        metrics: Mapping[str, Any],
        step: int | None = None,
        timestamp: int | float | datetime | None = None,
    ) -> None:
        """Record the values that several metrics have now."""
        for key, value in metrics.items():
            self.log_metric(key, value, step, timestamp)

    def log_batch(
        self,
        metrics: Iterable[tuple[Any, ...]] | Mapping[str, Any] = (),
        params: Mapping[str, Any] | None = None,
        tags: Mapping[str, Any] | None = None,
    ) -> None:
        """Record many things at once.

        Args:
            metrics: names and values, or tuples of what `log_metric` takes: name, value, step, timestamp.
            params: see `log_params`.
            tags: see `set_tags`.
        """
        for metric in metrics.items() if isinstance(metrics, Mapping) else metrics:
            self.log_metric(*metric)
        self.log_params(params or {})
        self.set_tags(tags or {})


def _step(step: Any) -> int | None:
    try:
        if step is None or (not isinstance(step, bool) and int(step) == step and step >= 0):
            return None if step is None else int(step)
    except (TypeError, ValueError, OverflowError):
        pass
    raise UsageError(f"{step!r} is no step", code="step.malformed", remedy="Count steps from 0.")


def _moment(timestamp: Any) -> datetime:
    if timestamp is None:
        return datetime.now(UTC)
    if isinstance(timestamp, datetime):
        return timestamp if timestamp.tzinfo else timestamp.astimezone(UTC)
    try:
        return datetime.fromtimestamp(float(timestamp) / 1000, UTC)
    except (TypeError, ValueError, OverflowError, OSError) as error:
        raise UsageError(
            f"{timestamp!r} is no moment",
            code="timestamp.malformed",
            remedy="Give milliseconds since 1970, or a datetime.",
        ) from error
