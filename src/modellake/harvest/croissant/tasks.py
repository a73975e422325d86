"""Croissant Tasks (https://github.com/mlcommons/croissant, ``tasks``): problems, solutions and their results.

A task is a resource of its own, with all that the document says of it under the terms of Croissant. A result becomes
an evaluation where it says what was measured, by which metric, and what came out; an evaluation task with a name
becomes a protocol.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from pyoxigraph import Literal, NamedNode, Triple

from modellake.core.literals import integer_literal
from modellake.core.namespace import namespace_iri, terms_of
from modellake.core.vocab import DCT, LAKE, METRIC, RDF
from modellake.harvest.croissant.draft import POSITION, Draft, Subject
from modellake.harvest.croissant.elements import Element, Entry, Leaf, Value
from modellake.harvest.croissant.literals import decimal_of
from modellake.harvest.croissant.namespaces import cr, node_of, schema
from modellake.harvest.croissant.rules import (
    Rule,
    Rules,
    apply_rules,
    descriptions,
    titles,
)

EVALUATION_TASK, RESULT = cr("EvaluationTask").value, cr("EvaluationResult").value
TASK_TYPES = tuple(
    cr(name).value for name in ("Task", "TaskProblem", "TaskSolution", "EvaluationTask", "EvaluationResult")
)
_SOLUTION, _INPUT, _OUTPUT = cr("evaluatedSolution"), cr("input"), cr("output")
_RESULTS, _METRIC, _VALUE = cr("evaluationResults"), cr("metric"), cr("value")
_SPECS = {
    cr("input"): cr("InputSpec").value,
    cr("output"): cr("OutputSpec").value,
    cr("implementation"): cr("ImplementationSpec").value,
    cr("evaluation"): cr("EvaluationSpec").value,
    cr("execution"): cr("ExecutionSpec").value,
}
_OF_A_PROBLEM = (cr("input"), cr("output"), cr("implementation"))


def describe_task(draft: Draft, root: Element) -> None:
    """A task, with the tasks and results inside of it."""
    draft.say_types(draft.line, root)
    draft.say_identifier(draft.line, root)
    apply_rules(draft, draft.line, root, TASK_RULES)
    if root.is_a(EVALUATION_TASK):
        _describe_protocol(draft, root)
    for element in _tasks(root):
        _check(draft, element)
        if element.is_a(EVALUATION_TASK):
            _describe_results(draft, element)


def _tasks(root: Element) -> Iterator[Element]:
    waiting = [root]
    while waiting:
        element = waiting.pop()
        if element.is_a(*TASK_TYPES) and (element is root or element.entries):
            yield element
        waiting += [value for entry in element.entries for value in entry.values if isinstance(value, Element)]


def _describe_protocol(draft: Draft, root: Element) -> None:
    """How an evaluation is to be done, where it has a name by which results can be compared."""
    name = root.leaf(schema("name"))
    if name is None or not name.node.text.strip():
        return
    draft.say(draft.line, RDF.type, LAKE.EvaluationProtocol, root.node)
    for data in _data(root):
        draft.say(draft.line, LAKE.onData, data, root.node)


def _data(root: Element) -> Iterator[NamedNode]:
    entry = root.get(_INPUT)
    for value in entry.values if entry else ():
        node = _named(value)
        if node is not None and isinstance(value, Element) and not value.is_a(_SPECS[_INPUT]):
            yield node


def _results(draft: Draft, subject: Subject, entry: Entry) -> None:
    """Results under the terms of Croissant and, where they are complete, as evaluations."""
    for number, value in enumerate(entry.values):
        if isinstance(value, Element) and not value.is_reference:
            if value.identifier is None:
                draft.names.call(value, draft.iris.fragment(draft.line, f"result-{number + 1}"))
            result = draft.describe(value)
            draft.say(subject, entry.term, result, value.node)
            draft.say(result, POSITION, integer_literal(number), value.node)
        else:
            draft.keep(subject, entry, (value,))


def _describe_results(draft: Draft, root: Element) -> None:
    """State as evaluations what the results of an evaluation task measure."""
    solution, entry = root.get(_SOLUTION), root.get(_RESULTS)
    measured = next(filter(None, map(_named, solution.values)), None) if solution else None
    for value in entry.values if entry else ():
        if isinstance(value, Element) and not value.is_reference:
            _describe_result(draft, value, measured, list(_data(root)))


def _describe_result(draft: Draft, result: Element, measured: NamedNode | None, data: list[NamedNode]) -> None:
    metric, value = result.leaf(_METRIC), result.leaf(_VALUE)
    if measured is None or metric is None or value is None or not metric.node.text.strip():
        draft.note(
            "croissant.result-incomplete",
            "The result does not say what was measured, by which metric, and what came out: it is no evaluation",
            "Add evaluatedSolution with an @id to the task, and metric and value to the result.",
            result.node,
        )
        return
    node = draft.names.subject(result)
    if Triple(node, RDF.type, LAKE.Evaluation) in draft.statements:
        draft.names.duplicates.append(result)
        return
    draft.say(node, RDF.type, LAKE.Evaluation, result.node)
    draft.say(node, LAKE.evaluates, measured, result.node)
    draft.say(node, LAKE.metric, _metric(draft, metric), metric.node)
    number = decimal_of(value.node.text) if value.node.kind != "boolean" else None
    if number is not None:
        draft.say(node, LAKE.value, number, value.node)
    else:
        draft.say(node, LAKE.verbatimValue, Literal(value.node.text), value.node)
    for item in data:
        draft.say(node, LAKE.onData, item, result.node)


def _metric(draft: Draft, leaf: Leaf) -> NamedNode:
    """The metric of that name or address, or one of the task's own."""
    text = leaf.node.text.strip()
    known = _metrics().get(text.lower().replace(" ", "_").replace("-", "_")) if len(text) < 100 else None
    address = node_of(text) if "://" in text[:10] else None
    if known or address:
        return known or address  # type: ignore[return-value]
    own = draft.iris.fragment(draft.line, f"metric-{text[:200]}")
    draft.say(own, RDF.type, LAKE.Metric, leaf.node)
    draft.say(own, DCT.title, Literal(text), leaf.node)
    return own


@lru_cache(maxsize=1)
def _metrics() -> Mapping[str, NamedNode]:
    """The metrics of the code list by their local names, and those whose name people lengthen."""
    found = {term.value.removeprefix(namespace_iri(METRIC)): term for term in terms_of(METRIC)}
    return {**found, **{f"{name}_score": term for name, term in found.items()}}


def _named(value: Value) -> NamedNode | None:
    """The absolute IRI that a value is or has."""
    if isinstance(value, Element):
        return node_of(value.iri)
    return node_of(value.iri or value.node.text) if isinstance(value, Leaf) else None


def _check(draft: Draft, element: Element) -> None:
    """What the shapes of Croissant Tasks ask of a problem and of a solution."""
    if element.is_a(cr("TaskProblem").value):
        if not any(_has_spec(element, term) for term in _OF_A_PROBLEM):
            _note(draft, element, "A problem leaves nothing open", "Let input, output or implementation be a spec.")
        if cr("execution") in _terms(element) and not _has_spec(element, cr("execution")):
            _note(draft, element, "The execution of a problem is no ExecutionSpec", "Describe what is asked for.")
    if element.is_a(cr("TaskSolution").value):
        _check_solution(draft, element)


def _check_solution(draft: Draft, element: Element) -> None:
    if schema("isBasedOn") not in _terms(element):
        _note(draft, element, "A solution does not say of which problem", "Add schema:isBasedOn.")
    for term in _SPECS:
        if _has_spec(element, term):
            name = term.value.rpartition("/")[2]
            _note(draft, element, f"The {name} of a solution is only a spec", "Name what was really used.")
    if not _is_implemented(element):
        _note(draft, element, "A solution has no implementation", "Add implementation, or one to every subTask.")


def _is_implemented(element: Element) -> bool:
    if cr("implementation") in _terms(element):
        return True
    entry = element.get(cr("subTask"))
    parts = [value for value in entry.values if isinstance(value, Element)] if entry else []
    return bool(parts) and all(
        cr("implementation") in _terms(part) and not _has_spec(part, cr("implementation")) for part in parts
    )


def _terms(element: Element) -> set[NamedNode]:
    return {entry.term for entry in element.entries}


def _has_spec(element: Element, term: NamedNode) -> bool:
    entry = element.get(term)
    return entry is not None and any(isinstance(item, Element) and item.is_a(_SPECS[term]) for item in entry.values)


def _note(draft: Draft, element: Element, message: str, remedy: str) -> None:
    draft.note("croissant.task-incomplete", message, remedy, element.node)


TASK_RULES: Rules = {
    schema("name"): Rule(
        "name", (DCT.title, LAKE.EvaluationProtocol), titles, "An EvaluationTask with one is a protocol."
    ),
    schema("description"): Rule("description", (DCT.description,), descriptions),
    _RESULTS: Rule(
        "evaluationResults",
        (_RESULTS, LAKE.Evaluation, LAKE.evaluates, LAKE.metric, LAKE.value, LAKE.verbatimValue, LAKE.onData),
        _results,
        "Evaluations where the task names the evaluatedSolution and the result has a metric and a value.",
    ),
}
