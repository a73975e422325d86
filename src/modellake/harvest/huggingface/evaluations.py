"""The model index of a card: evaluation results.

Source: https://github.com/huggingface/hub-docs/blob/main/modelcard.md. Each metric of each result becomes one
``lake:Evaluation``. What a result says besides is one node that its evaluations share, so that a card with
many metrics stays linear in size.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode

from modellake.core.plugins import MappedField
from modellake.core.vocab import DCT, LAKE, METRIC, RDF, TASK
from modellake.harvest.huggingface.draft import Draft, Subject
from modellake.harvest.huggingface.references import address, resource
from modellake.harvest.huggingface.scalars import Scalar, decimal_text
from modellake.harvest.huggingface.terms import card_key, concepts, typed
from modellake.harvest.huggingface.text import missing_extra
from modellake.harvest.huggingface.tree import (
    Items,
    Mapping,
    Node,
    has_leaves,
    mappings,
    plain,
    remainder,
)

FIELDS = (
    MappedField("results.task.type", (LAKE.task,), "tasks that the code list has"),
    MappedField("results.dataset.type", (LAKE.onData,)),
    MappedField("results.source.url", (DCT.source,)),
    MappedField(
        "results.metrics.type",
        (LAKE.metric, LAKE.Metric, DCT.title, DCT.identifier),
        "a metric of the code list, else one of the card; lake:unknown without a name",
    ),
    MappedField("results.metrics.value", (LAKE.value, LAKE.verbatimValue), "a number; verbatim what is none"),
)
_DATA_KEYS = ("type", "config", "split", "revision")
_READ_KEYS = ("type", "value")
_READABLE_NAME = 80


def describe_model_index(draft: Draft, node: Node) -> None:
    """Every metric in the index as an evaluation of the version; what is missing in it as a finding."""
    index = _ModelIndex(draft)
    noted = len(draft.findings)
    for entry in mappings(node):
        index.describe_entry(entry)
    draft.keep(draft.version, "model-index", remainder(node, Mapping))
    if len(draft.findings) == noted:
        _ask_the_hub(draft, node)


@dataclass(slots=True)
class _ModelIndex:
    draft: Draft
    _named: Counter[str] = field(default_factory=Counter)

    def describe_entry(self, entry: Mapping) -> None:
        """One model of the index: its name and its results."""
        self._expect(entry, "name", Scalar, "the name of the model")
        self._expect(entry, "results", Items, "a list of results")
        results = entry.get("results")
        for result in mappings(results):
            self._describe_result(result)
        rest = entry.without("results")
        unread = remainder(results, Mapping) if results is not None else None
        if unread is not None:
            rest.entries["results"] = unread
        self.draft.keep(self.draft.version, "model-index", rest)

    def _describe_result(self, result: Mapping) -> None:
        self._check(result)
        metrics = result.get("metrics")
        context = result.without("metrics")
        shared = self._context(context) if has_leaves(context) else None
        for metric in mappings(metrics):
            self._describe_metric(metric, context, shared)
        others = remainder(metrics, Mapping) if metrics is not None else None
        if shared is not None and (has_leaves(others) or not any(mappings(metrics))):
            self.draft.say(self.draft.version, card_key("result"), shared, result)
        self.draft.keep(shared or self.draft.version, "metrics", others)

    def _context(self, context: Mapping) -> Subject:
        shared = self.draft.blank()
        for key, value in context.entries.items():
            self.draft.keep(shared, key, value)
        source = context.get("source")
        url = source.get("url") if isinstance(source, Mapping) else None
        page = address(url.name) if isinstance(url, Scalar) else None
        if page:
            self.draft.say(shared, DCT.source, page, url)
        return shared

    def _describe_metric(self, metric: Mapping, context: Mapping, shared: Subject | None) -> None:
        draft = self.draft
        evaluation = self._evaluation(metric, context)
        draft.say(evaluation, RDF.type, LAKE.Evaluation, metric)
        draft.say(evaluation, LAKE.evaluates, draft.version, metric)
        if shared is not None:
            draft.say(evaluation, card_key("result"), shared, metric)
        self._say_context(evaluation, context)
        self._say_metric(evaluation, metric)
        self._say_value(evaluation, metric)
        for key, value in metric.without(*_READ_KEYS).entries.items():
            draft.keep(evaluation, key, value)

    def _evaluation(self, metric: Mapping, context: Mapping) -> NamedNode:
        """A name that lasts: it depends on what was measured, not on the value or on the neighbors."""
        task, data = context.get("task"), context.get("dataset")
        about = [plain(task.get("type")) if isinstance(task, Mapping) else None]
        about += [plain(data.get(key)) if isinstance(data, Mapping) else None for key in _DATA_KEYS]
        about += [plain(metric.get(key)) for key in ("type", "name", "config")]
        digest = hashlib.sha256(json.dumps(about, ensure_ascii=False).encode()).hexdigest()[:12]
        self._named[digest] += 1
        ordinal = f"-{self._named[digest]}" if self._named[digest] > 1 else ""
        return self.draft.iris.fragment(self.draft.version, f"evaluation-{digest}{ordinal}")

    def _say_context(self, evaluation: NamedNode, context: Mapping) -> None:
        task = context.get("task")
        kind = task.get("type") if isinstance(task, Mapping) else None
        concept = concepts(TASK).get(kind.name) if isinstance(kind, Scalar) else None
        if concept:
            self.draft.say(evaluation, LAKE.task, concept, kind)
        data = context.get("dataset")
        named = data.get("type") if isinstance(data, Mapping) else None
        dataset = resource(self.draft.iris, "dataset", named.name) if isinstance(named, Scalar) else None
        if dataset:
            self.draft.say(evaluation, LAKE.onData, dataset, named)

    def _say_metric(self, evaluation: NamedNode, metric: Mapping) -> None:
        kind = metric.get("type") if metric.name("type") else metric.get("name")
        if not isinstance(kind, Scalar) or not kind.name:
            self.draft.say(evaluation, LAKE.metric, LAKE.unknown, metric)
            self.draft.keep(evaluation, "type", metric.get("type"))
            return
        known = known_metric(kind.name)
        self.draft.say(evaluation, LAKE.metric, known or self._own_metric(kind), kind)
        if known:
            self.draft.keep_unspelled(evaluation, "type", known, kind)
        elif not kind.is_text:
            self.draft.keep(evaluation, "type", kind)

    def _own_metric(self, kind: Scalar) -> NamedNode:
        name = kind.name if len(kind.name) <= _READABLE_NAME else hashlib.sha256(kind.name.encode()).hexdigest()
        own = self.draft.iris.fragment(self.draft.version, f"metric-{name}")
        self.draft.say(own, RDF.type, LAKE.Metric, kind)
        self.draft.say(own, DCT.title, Literal(kind.text), kind)
        self.draft.say(own, DCT.identifier, Literal(kind.name), kind)
        return own

    def _say_value(self, evaluation: NamedNode, metric: Mapping) -> None:
        value = metric.get("value")
        number = decimal_text(value.text) if isinstance(value, Scalar) else None
        if number is not None:
            self.draft.say(evaluation, LAKE.value, typed(number, "decimal"), value)
        else:
            self.draft.say(evaluation, LAKE.verbatimValue, Literal(_verbatim(value)), value or metric)
        if not (isinstance(value, Scalar) and _is_told(value, number)):
            self.draft.keep(evaluation, "value", value)

    def _check(self, result: Mapping) -> None:
        """What the Hub requires of a result."""
        self._expect_part(result, "task", ("type",), "task: {type: <task of the Hub>}")
        self._expect_part(result, "dataset", ("type", "name"), "dataset: {type: <id on the Hub>, name: <its name>}")
        metrics = result.get("metrics")
        if not any(mappings(metrics)):
            self._missing(result, "metrics", "metrics: [{type: <metric>, value: <number>}]")
        for metric in mappings(metrics):
            for key in _READ_KEYS:
                if not has_leaves(metric.get(key)):
                    self._missing(metric, key, f"{key}: <{'metric' if key == 'type' else 'number'}>")

    def _expect_part(self, result: Mapping, key: str, needed: tuple[str, ...], example: str) -> None:
        part = result.get(key)
        if not isinstance(part, Mapping):
            self._missing(result, key, example)
            return
        for inner in needed:
            if not part.name(inner):
                self._missing(part, inner, example)

    def _expect(self, entry: Mapping, key: str, kind: type, what: str) -> None:
        if not isinstance(entry.get(key), kind):
            self._missing(entry, key, f"{key}: {what}")

    def _missing(self, node: Mapping, key: str, example: str) -> None:
        path = f"{node.path}.{key}"
        self.draft.note(
            "card.model-index",
            f"{path} is missing or unreadable: the Hub does not show the results of this card",
            f"Add {example}",
            node.get(key) or node,
            path,
        )


def known_metric(name: str) -> NamedNode | None:
    """The metric of the code list that a text names."""
    metrics = concepts(METRIC)
    return metrics.get(name) or metrics.get(name.lower().replace(" ", "_").replace("-", "_"))


def _is_told(value: Scalar, number: str | None) -> bool:
    """True when ``lake:value`` or ``lake:verbatimValue`` says all that there is to the value."""
    return value.text == number and not value.ambiguous if number is not None else value.is_text


def _verbatim(value: Node | None) -> str:
    """A value that is no number, as text; of a nested value its JSON form."""
    if isinstance(value, Scalar):
        return value.text
    return "" if value is None else json.dumps(plain(value), ensure_ascii=False)


def _ask_the_hub(draft: Draft, node: Node) -> None:
    """What huggingface_hub itself makes of the index, as a last judgment."""
    try:
        from huggingface_hub.repocard_data import model_index_to_eval_results
    except ImportError as error:
        raise missing_extra(error) from error
    try:
        model_index_to_eval_results(plain(node))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        draft.note(
            "card.model-index",
            f"huggingface_hub cannot read the model index: {error}",
            "Write it as in https://github.com/huggingface/hub-docs/blob/main/modelcard.md",
            node,
        )
