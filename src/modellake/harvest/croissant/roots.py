"""What a document is about: the one dataset or task in it, and what stands beside that."""

from __future__ import annotations

from modellake.core.errors import ParseError
from modellake.harvest.croissant.contexts import Context
from modellake.harvest.croissant.elements import Element, expanded
from modellake.harvest.croissant.namespaces import cr, schema
from modellake.harvest.croissant.tasks import TASK_TYPES
from modellake.harvest.croissant.tree import Items, JsonText, Mapping, Node

DATASET = schema("Dataset").value
_OF_DATASETS = (schema("distribution"), cr("recordSet"))


def root_of(tree: Node, text: JsonText) -> tuple[Element, list[Element]]:
    """The dataset or task that a document is about, and the other nodes of its graph.

    A document is one object, or a graph or an array of objects that refer to each other.

    Raises:
        ParseError: there is no dataset and no task (``parse.not-croissant``), or there are several
            (``parse.several-datasets``).
    """
    elements = [element for node in _objects(tree) for element in _expanded(node, Context(text))]
    candidates = [element for element in elements if is_dataset(element) or is_task(element)]
    referred = {name for element in elements for name in _referred(element)}
    roots = [item for item in candidates if not item.identifier or item.identifier.text not in referred]
    # Datasets that refer to each other in a circle have no first one but that of the document.
    found = roots or candidates[:1]
    if not found:
        raise _no_root(tree, elements, text)
    if len(found) > 1:
        raise ParseError(
            f"The document describes {len(found)} datasets or tasks that do not refer to each other",
            code="parse.several-datasets",
            place=text.place(found[1].node),
            remedy="Write each of them into a document of its own.",
        )
    return found[0], [element for element in elements if element is not found[0]]


def is_dataset(element: Element) -> bool:
    """True for a Dataset, and for what has the parts of one and no type."""
    has_parts = any(entry.term in _OF_DATASETS for entry in element.entries)
    return element.is_a(DATASET) or (has_parts and not element.types)


def is_task(element: Element) -> bool:
    """True for a task of any kind."""
    return element.is_a(*TASK_TYPES)


def _objects(tree: Node) -> list[Mapping]:
    items = tree.items if isinstance(tree, Items) else (tree,)
    return [item for item in items if isinstance(item, Mapping)]


def _expanded(node: Mapping, context: Context) -> list[Element]:
    graph = node.get("@graph")
    if graph is None:
        return [expanded(node, context)]
    if "@context" in node.entries:
        context = context.extended(node.entries["@context"])
    rest = {key: value for key, value in node.entries.items() if key not in ("@context", "@graph")}
    own = [expanded(Mapping(rest, node.path, node.start), context)] if len(rest) > ("@id" in rest) else []
    return own + [expanded(item, context) for item in _objects(graph)]


def _referred(element: Element) -> list[str]:
    """The identifiers of all elements below an element."""
    found: list[str] = []
    waiting = [element]
    while waiting:
        item = waiting.pop()
        inner = [value for entry in item.entries for value in entry.values if isinstance(value, Element)]
        found += [value.identifier.text for value in inner if value.identifier]
        waiting += inner
    return found


def _no_root(tree: Node, elements: list[Element], text: JsonText) -> ParseError:
    types = sorted({name for element in elements for name, _ in element.types})[:3]
    told = f": it describes {', '.join(name[:100] for name in types)}" if types else ""
    return ParseError(
        f"The document describes no dataset and no task{told}",
        code="parse.not-croissant",
        place=text.place(tree),
        remedy='Let its outermost object have "@type": "sc:Dataset", or leave the file out.',
    )
