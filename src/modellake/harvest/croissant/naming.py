"""What the parts of a document are called: the names of elements, and what references to them lead to.

Files, record sets and fields are parts of a version of a dataset, whatever IRI their ``@id`` is; two versions may
use the same one. Other elements with an absolute IRI are called by it.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Sequence

from pyoxigraph import BlankNode, NamedNode

from modellake.core.iris import LakeIRIs
from modellake.harvest.croissant.elements import Element, Entry, elements_below
from modellake.harvest.croissant.namespaces import cr, node_of, schema

MAX_NAME = 400
NAME = schema("name")
FILE, RECORDS, FIELD = "file", "records", "field"
_TYPES = {
    cr("FileObject").value: FILE,
    cr("FileSet").value: FILE,
    cr("RecordSet").value: RECORDS,
    cr("Field").value: FIELD,
}
_PROPERTIES = {
    schema("distribution"): FILE,
    cr("recordSet"): RECORDS,
    cr("field"): FIELD,
    cr("subField"): FIELD,
}
# What these properties lead to, where they do not hold it themselves.
REFERENCES: dict[NamedNode, str] = {
    **_PROPERTIES,
    cr("containedIn"): FILE,
    cr("fileObject"): FILE,
    cr("fileSet"): FILE,
    cr("key"): FIELD,
    cr("parentField"): FIELD,
    cr("references"): FIELD,
}
_ID = schema("id")
_NO_NAME = re.compile(r"[^A-Za-z0-9]+")
_HASHED = re.compile(r"#\{(.*)\}")


class Names:
    """The names of all elements of a document, given once.

    Attributes:
        duplicates: elements whose name had been given to another one.
    """

    def __init__(self, root: Element, others: Sequence[Element], iris: LakeIRIs, subject: NamedNode) -> None:
        self._iris, self._subject = iris, subject
        self._kinds: dict[Element, str] = {}
        self._labels: dict[Element, str] = {}
        self._given: dict[Element, NamedNode | BlankNode] = {root: subject}
        self._by_id: dict[str, NamedNode] = {}
        self._by_label: dict[tuple[str, str], NamedNode] = {}
        self._by_end: dict[str, set[NamedNode]] = defaultdict(set)
        self._label_of_node: dict[NamedNode | BlankNode, str] = {}
        self._file_sets: set[NamedNode] = set()
        self._blanks = 0
        self.duplicates: list[Element] = []
        self.described: set[Element] = set()
        self._remember(root, subject)
        self._name_all(root, others)

    def kind(self, element: Element) -> str:
        """``file``, ``records``, ``field``, or empty for any other element."""
        return self._kinds.get(element, "")

    def is_file_set(self, node: NamedNode) -> bool:
        """True for the name of a set of files."""
        return node in self._file_sets

    def call(self, element: Element, node: NamedNode) -> None:
        """Let an element be called so from now on."""
        self._given[element] = node

    def label(self, element: Element) -> str:
        """What a file, record set or field is called in the document."""
        return self._labels.get(element, "")

    def spelled(self, element: Element) -> str:
        """What the document calls an element of any kind, empty where it is nameless."""
        return self.label(element) or (element.identifier.text if element.identifier else "")

    def label_of(self, subject: NamedNode | BlankNode) -> str:
        """What the document calls the file, record set or field of that name."""
        return self._label_of_node.get(subject, "")

    def subject(self, element: Element) -> NamedNode | BlankNode:
        """What an element is called in the graph."""
        if element not in self._given:
            self._given[element] = self.blank()
        return self._given[element]

    def blank(self) -> BlankNode:
        """A blank node with a label that is the same every time."""
        self._blanks += 1
        return BlankNode(f"part{self._blanks}")

    def find(self, text: str, term: NamedNode, near: str = "") -> NamedNode | None:
        """What a reference by a property leads to, by ``@id`` or by name.

        Args:
            text: the reference.
            term: the property.
            near: the label of the record set that it stands in: a field of it may be meant without saying so.
        """
        hashed = _HASHED.fullmatch(text) if len(text) <= MAX_NAME else None
        name = hashed[1] if hashed else text
        kind = REFERENCES.get(term, "")
        labels = [f"{near}/{name}", name] if near else [name]
        named = (self._by_label.get((kind, label)) for label in labels)
        found = self._by_id.get(name) or next(filter(None, named), None) or self._by_id.get(name.removeprefix("#"))
        if found is None and kind == FIELD and len(self._by_end.get(name, ())) == 1:
            return next(iter(self._by_end[name]))
        return found

    def holder(self, element: Element) -> NamedNode | None:
        """The element that has been named by the ``@id`` of this one."""
        return self._by_id.get(element.identifier.text) if element.identifier else None

    def _name_all(self, root: Element, others: Sequence[Element]) -> None:
        """Files, record sets and fields first: what else has the ``@id`` of one of them is the same thing.

        What has an ``@id`` and a type, but no properties, may only refer to one that stands elsewhere.
        """
        late: list[tuple[str, Element, str]] = []
        waiting: list[tuple[Entry | None, Element, str]] = [(None, item, "") for item in reversed(others)]
        waiting += reversed([(entry, item, "") for entry, item in elements_below(root)])
        while waiting:
            entry, element, label = waiting.pop()
            kind = "" if element.is_reference else self._kind_of(entry, element)
            if kind and (element.entries or not element.identifier):
                label = self._name_part(kind, element, label)
            else:
                late.append((kind, element, label))
            waiting += reversed([(inner, item, label) for inner, item in elements_below(element)])
        for kind, element, label in late:
            if kind and self.holder(element) is None:
                self._name_part(kind, element, label)
            else:
                self._name_other(element)
        for element in others:
            self._given.setdefault(element, self._fragment("node", _place(element)))

    def _name_part(self, kind: str, element: Element, above: str) -> str:
        self._kinds[element] = kind
        label = self._label_of(element, kind, above)
        self._labels[element] = label
        node = self._fragment(kind, label)
        if (kind, label) in self._by_label:
            self.duplicates.append(element)
            node = self._fragment(kind, f"{label}~{_place(element)}")
        self._given[element] = node
        self._label_of_node[node] = label
        if element.is_a(cr("FileSet").value):
            self._file_sets.add(node)
        self._by_label.setdefault((kind, label), node)
        self._by_end[label.rpartition("/")[2]].add(node)
        self._remember(element, node)
        return label if kind != FILE else above

    def _kind_of(self, entry: Entry | None, element: Element) -> str:
        for name, _ in element.types:
            if name in _TYPES:
                return _TYPES[name]
        return _PROPERTIES.get(entry.term, "") if entry else ""

    def _label_of(self, element: Element, kind: str, above: str) -> str:
        if element.identifier and element.identifier.text.strip():
            return element.identifier.text
        name = element.text(NAME) or _place(element)
        return f"{above}/{name}" if kind == FIELD and above else name

    def _name_other(self, element: Element) -> None:
        name = element.identifier.text if element.identifier else element.text(_ID) if element.types else ""
        if element.is_reference or not name.strip():
            return
        node = node_of(element.iri) or self._by_id.get(name) or self._fragment("node", name)
        self._given[element] = node
        self._by_id.setdefault(name, node)
        self._remember(element, node)

    def _remember(self, element: Element, node: NamedNode) -> None:
        if element.identifier and element.identifier.text.strip():
            self._by_id.setdefault(element.identifier.text, node)
            self._by_id.setdefault(element.iri or element.identifier.text, node)

    def _fragment(self, kind: str, label: str) -> NamedNode:
        name = label
        if len(label) > MAX_NAME:
            name = hashlib.sha256(label.encode()).hexdigest()[:32]
        return self._iris.fragment(self._subject, f"{kind}-{name}")


def _place(element: Element) -> str:
    """A name for the nameless: where it stands, which the order of keys does not change."""
    path = _NO_NAME.sub("-", element.node.path).strip("-")
    return f"{path}-{element.node.start}" if element.node.path.endswith("…") else path
