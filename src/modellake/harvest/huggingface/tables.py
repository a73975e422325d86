"""Tables of evaluation results in the prose of a card: claims, because a table does not say what it means.

Read are tables whose columns, or whose rows, are called like known metrics. The log of a training run is none of
them, and neither are the rows about other models in a comparison.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from modellake.core.report import Severity
from modellake.core.vocab import LAKE, METRIC
from modellake.harvest.huggingface.claims import CLAIM_TERMS, FROM_TABLE, describe_claim
from modellake.harvest.huggingface.draft import Draft, Spot
from modellake.harvest.huggingface.evaluations import known_metric
from modellake.harvest.huggingface.markdown import Table, tables
from modellake.harvest.huggingface.scalars import decimal_text
from modellake.harvest.huggingface.terms import card_key, typed

TERMS = (*CLAIM_TERMS, LAKE.metric, LAKE.value, LAKE.verbatimValue)
MAX_CLAIMS = 500
MAX_VALUE = 60
_METRIC_WORDS = {
    "acc": "accuracy",
    "chr f": "chrf",
    "em": "exact match",
    "f1 measure": "f1",
    "f1 score": "f1",
    "matthews correlation coefficient": "matthews correlation",
    "map": "mean average precision",
    "mcc": "matthews correlation",
    "miou": "mean iou",
    "ppl": "perplexity",
    "rouge 1": "rouge1",
    "rouge 2": "rouge2",
    "rouge l": "rougeL",
    "rouge lsum": "rougeLsum",
}
# Benchmarks that have metrics of their names: a column of that name holds some result on the benchmark.
_BENCHMARKS = frozenset([METRIC.code_eval, METRIC.glue, METRIC.squad, METRIC.squad_v2, METRIC.super_glue])
_SPLIT_WORDS = frozenset(["dev", "eval", "test", "val", "valid", "validation"])
_LOG_WORDS = frozenset(["epoch", "epochs", "step", "steps", "training loss", "train loss"])
_MODEL_WORDS = frozenset(
    ["baseline", "checkpoint", "method", "model", "model id", "model name", "models", "name", "system", "systems"]
)
_VALUE_WORDS = frozenset(["result", "results", "score", "scores", "value", "values", *_SPLIT_WORDS])
_NOISE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|[*`~%↑↓_.:-]+")
_MARKS = "*`_ \t"


@dataclass(frozen=True, slots=True)
class Cell:
    """One result in a table.

    Attributes:
        metric: as a concept.
        row: the other texts of its row.
        column: the text at the head of its column.
        value: as it was written, without emphasis.
    """

    metric: NamedNode
    row: str
    column: str
    value: str


def describe_tables(draft: Draft, prose: str, offset: int) -> None:
    """Claim the results in the tables of the prose, which begins at that offset of the card."""
    named: Counter[str] = Counter()
    for table in tables(prose):
        spot = Spot(offset + table.start)
        for cell in results(table, draft.line.value):
            if named.total() == MAX_CLAIMS:
                _note_more(draft)
                return
            _describe(draft, cell, named, spot)


def results(table: Table, model: str) -> Iterator[Cell]:
    """The results in a table that are about a model, given its name or IRI."""
    heads = [_words(cell) for cell in table.head]
    if _LOG_WORDS & set(heads):
        return
    metrics = {column: metric for column, head in enumerate(heads) if (metric := _metric(head))}
    models = [column for column, head in enumerate(heads) if head in _MODEL_WORDS]
    if len(metrics) > 1 or (metrics and 0 not in metrics):
        mine = [row for row in table.rows if all(_names(row[column], model) for column in models[:1])]
        yield from _by_column(table, metrics, mine)
    elif not models:
        yield from _by_row(table, heads)


def _by_column(table: Table, metrics: dict[int, NamedNode], rows: list[tuple[str, ...]]) -> Iterator[Cell]:
    for row in rows:
        label = " | ".join(
            text
            for column, cell in enumerate(row)
            if column not in metrics and (text := cell.strip(_MARKS)) and decimal_text(text) is None
        )
        for column, metric in metrics.items():
            value = _value(row[column])
            if value:
                yield Cell(metric, label, table.head[column].strip(_MARKS), value)


def _by_row(table: Table, heads: list[str]) -> Iterator[Cell]:
    columns = [column for column in range(1, len(heads)) if heads[column] in _VALUE_WORDS or len(heads) == 2]
    for row in table.rows:
        metric = _metric(_words(row[0]))
        for column in columns if metric else ():
            value = _value(row[column])
            if value and metric:
                yield Cell(metric, row[0].strip(_MARKS), table.head[column].strip(_MARKS), value)


def _describe(draft: Draft, cell: Cell, named: Counter[str], spot: Spot) -> None:
    digest = hashlib.sha256("\0".join([cell.metric.value, cell.row, cell.column]).encode()).hexdigest()[:12]
    named[digest] += 1
    ordinal = f"-{named[digest]}" if named[digest] > 1 else ""
    result = draft.iris.fragment(draft.version, f"observed-{digest}{ordinal}")
    describe_claim(draft, LAKE.hasEvaluation, result, FROM_TABLE, spot)
    draft.say(result, LAKE.metric, cell.metric, spot)
    number = decimal_text(cell.value)
    if number is not None:
        draft.say(result, LAKE.value, typed(number, "decimal"), spot)
    else:
        draft.say(result, LAKE.verbatimValue, Literal(cell.value), spot)
    if cell.row:
        draft.say(result, card_key("row"), Literal(cell.row), spot)
    draft.say(result, card_key("column"), Literal(cell.column), spot)


def _metric(words: str) -> NamedNode | None:
    """The metric that a heading names, whether or not it says on which split."""
    parts = words.split()
    if len(parts) > 1 and parts[0] in _SPLIT_WORDS:
        words = " ".join(parts[1:])
    elif len(parts) > 1 and parts[-1] in _SPLIT_WORDS:
        words = " ".join(parts[:-1])
    metric = known_metric(_METRIC_WORDS.get(words, words)) if words else None
    return None if metric in _BENCHMARKS else metric


def _words(cell: str) -> str:
    return " ".join(_NOISE.sub(" ", cell[:200]).lower().split())


def _value(cell: str) -> str:
    """A cell that begins with a number, else nothing."""
    text = cell.strip(_MARKS)
    return text if len(text) <= MAX_VALUE and re.match(r"[-+]?\.?[0-9]", text) else ""


def _names(cell: str, model: str) -> bool:
    """True when a cell calls the model by its name, with or without its organization."""
    called = re.sub(r"\]\([^()]*\)", "", cell).strip(_MARKS + "[]").lower()
    return bool(called) and model.lower().endswith("/" + called)


def _note_more(draft: Draft) -> None:
    draft.note(
        "card.tables-truncated",
        f"The tables of the card hold more than {MAX_CLAIMS} results; the others are not read",
        "Give the results in a model-index, see https://github.com/huggingface/hub-docs/blob/main/modelcard.md",
        severity=Severity.INFO,
    )
