"""Which dataset a document describes, and which version of it.

A dataset on the Hugging Face Hub is called as its card calls it; any other one by its ``@id``, its DOI, its page
together with its name (pages are shared: that of an archive, that of an organization), or its name alone. A document
that names no version describes the version ``main``, as a card without revision does.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from pyoxigraph import NamedNode

from modellake.core.identifiers import doi_iri, hub_resource
from modellake.core.iris import LakeIRIs, home_of
from modellake.harvest.croissant.documents import name_of
from modellake.harvest.croissant.elements import Element, Leaf
from modellake.harvest.croissant.namespaces import node_of, schema
from modellake.harvest.croissant.naming import MAX_NAME, NAME

DEFAULT_VERSION = "main"
_MAX_LABEL = 200
_HUB_OWNER = re.compile(r"https?://(?:www\.)?(?:huggingface\.co|hf\.co)/([\w.-]+)/?", re.ASCII | re.IGNORECASE)
_PAGES = (schema("url"), schema("sameAs"))
_NAMING = (schema("identifier"), schema("url"), schema("sameAs"))


@dataclass(frozen=True, slots=True)
class Identity:
    """What a dataset is called.

    Attributes:
        line: the dataset.
        label: of the version.
        is_named: False where only the place of the document told a name.
    """

    line: NamedNode
    label: str
    is_named: bool


def identify(root: Element, document: str, iris: LakeIRIs) -> Identity:
    """Which dataset, and which version of it, a document describes."""
    label = version_label(root)
    line = _on_the_hub(root, iris) or _by_identifier(root) or _by_doi(root) or _by_page(root, iris)
    if line is None and root.text(NAME):
        line = _resource(iris, "dataset", [_title(root)])
    found = line or _resource(iris, "dataset", [name_of(document)])
    return Identity(found, label or DEFAULT_VERSION, line is not None)


def version_label(root: Element) -> str:
    """The version that a document states, empty when it states none."""
    label = root.text(schema("version"))
    return label if len(label) <= _MAX_LABEL and label.strip(".") else ""


def task_iri(root: Element, document: str, iris: LakeIRIs) -> NamedNode:
    """What a task is called: its ``@id``, else its name or its file's."""
    return _by_identifier(root) or _resource(iris, "task", [root.text(NAME) or name_of(document)])


def hub_dataset(text: str, iris: LakeIRIs) -> NamedNode | None:
    """The dataset whose page on the Hugging Face Hub an address is; None for other texts."""
    found = hub_resource(text, iris)
    return found.resource if found and found.kind == "dataset" else None


def hub_agent(text: str, iris: LakeIRIs) -> NamedNode | None:
    """The user or organization whose page on the Hugging Face Hub an address is; None for other texts."""
    found = _HUB_OWNER.fullmatch(text.strip()) if len(text) <= MAX_NAME else None
    return _resource(iris, "agent", [found[1]]) if found and found[1] not in ("datasets", "models", "spaces") else None


def _on_the_hub(root: Element, iris: LakeIRIs) -> NamedNode | None:
    texts = [root.identifier.text] if root.identifier else []
    texts += [text for term in _PAGES for text in _texts(root, term)]
    return next(filter(None, (hub_dataset(text, iris) for text in texts)), None)


def _by_identifier(root: Element) -> NamedNode | None:
    named = doi_iri(root.identifier.text) if root.identifier else None
    found = named or node_of(root.iri)
    # A fragment is a part of something else; as a line it would have no record of its own.
    return found if found and home_of(found) == found else None


def _by_doi(root: Element) -> NamedNode | None:
    texts = (text for term in _NAMING for text in _texts(root, term))
    return next(filter(None, map(doi_iri, texts)), None)


def _by_page(root: Element, iris: LakeIRIs) -> NamedNode | None:
    """``host/path/name``, the name left out where the path ends with it."""
    pages = [text for text in _texts(root, schema("url")) if text.lower().startswith(("http://", "https://"))]
    title = _title(root)
    if not pages or not title:
        return None
    try:
        parts = urlsplit(min(pages))
    except ValueError:
        return None
    steps = [unquote(step) for step in parts.path.split("/") if step]
    if parts.query:
        steps.append(parts.query)
    if not steps or steps[-1].lower() != title.lower():
        steps.append(title)
    return _resource(iris, "dataset", [parts.netloc.lower().removeprefix("www."), *steps])


def _title(root: Element) -> str:
    """The name, in one language where there are several: English, else the first by its tag."""
    entry = root.get(NAME)
    found = [value for value in entry.values if isinstance(value, Leaf) and value.node.text.strip()] if entry else []
    ranked = sorted(found, key=lambda leaf: (leaf.language not in ("", "en"), leaf.language, leaf.node.text))
    return ranked[0].node.text.strip() if ranked else ""


def _texts(root: Element, term: NamedNode) -> Iterator[str]:
    entry = root.get(term)
    for value in entry.values if entry else ():
        if isinstance(value, Leaf):
            yield value.node.text.strip()
        elif isinstance(value, Element):
            yield from _identifying_texts(value)


def _identifying_texts(element: Element) -> Iterator[str]:
    """What a value that is itself described is called: its ``@id``, or the value of a PropertyValue."""
    if element.identifier:
        yield element.identifier.text.strip()
    yield element.text(schema("value"))


def _resource(iris: LakeIRIs, kind: str, steps: list[str]) -> NamedNode:
    """A resource of the lake; what clients would resolve away is encoded, what is too long is hashed."""
    safe = [part if part.strip(".") else "%2E" * len(part) or "-" for step in steps for part in step.split("/")]
    name = "/".join(safe)
    if len(name) > MAX_NAME:
        name = hashlib.sha256(name.encode()).hexdigest()[:32]
    return iris.resource(kind, name)
