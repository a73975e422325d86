"""From a portrait to statements."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from modellake.core.iris import LakeIRIs
from modellake.core.literals import clean_text, integer_literal, json_text, text_literal, value_literal
from modellake.core.vocab import DCAT, DCT, LAKE, RDF, SPDX
from modellake.harvest.files.facts import Facts, Port, Ports, Shape
from modellake.harvest.files.imports import is_risky
from modellake.harvest.files.portrait import FileEntry, Portrait
from modellake.harvest.licenses import resolve_license

VERSION_LENGTH = 16
POSITION = NamedNode("https://schema.org/position")
_SOURCES = "https://w3id.org/model-lake/source/"
_MEDIA_TYPE = NamedNode("https://www.iana.org/assignments/media-types/application/octet-stream")

Subject = NamedNode | BlankNode


@lru_cache(maxsize=4096)
def format_key(namespace: str, key: str) -> NamedNode:
    """The property under which a key of a format is kept that the ontology has no term for."""
    return NamedNode(f"{_SOURCES}{quote(namespace, safe='-._~')}#{quote(clean_text(key), safe='-._~')}")


@dataclass(slots=True)
class Statements:
    """Collects what a portrait says, without duplicates, in the order in which it is said."""

    iris: LakeIRIs
    line: NamedNode
    version: NamedNode
    found: dict[Triple, None] = field(default_factory=dict)
    _blanks: int = 0

    def say(self, subject: Subject, predicate: NamedNode, value: Subject | Literal) -> None:
        """State something."""
        self.found[Triple(subject, predicate, value)] = None

    def say_text(self, subject: Subject, predicate: NamedNode, text: str) -> None:
        """State a text, unless it is blank."""
        if text.strip():
            self.say(subject, predicate, text_literal(text))

    def blank(self) -> BlankNode:
        """A blank node with a label that is the same every time."""
        self._blanks += 1
        return BlankNode(f"file{self._blanks}")


def describe_portrait(portrait: Portrait, name: str, iris: LakeIRIs) -> list[Triple]:
    """The statements about a model, its version and its files.

    Args:
        portrait: with facts.
        name: of the model.
        iris: how the lake names things.
    """
    label = portrait.digest[:VERSION_LENGTH]
    line = iris.resource("model", clean_text(name))
    draft = Statements(iris, line, iris.version(line, label))
    _identify(draft, clean_text(name), label)
    nodes = [_describe_file(draft, entry) for entry in portrait.files]
    if portrait.facts:
        _describe_version(draft, portrait.facts)
        _describe_content(draft, nodes[0], portrait.facts)
    return list(draft.found)


def _identify(draft: Statements, name: str, label: str) -> None:
    draft.say(draft.line, RDF.type, LAKE.Model)
    draft.say(draft.line, DCT.title, Literal(name))
    draft.say(draft.version, RDF.type, LAKE.ModelVersion)
    draft.say(draft.version, DCT.title, Literal(name))
    draft.say(draft.version, LAKE.versionOf, draft.line)
    draft.say(draft.version, DCAT.version, Literal(label))


def _describe_file(draft: Statements, entry: FileEntry) -> NamedNode:
    node = draft.iris.fragment(draft.version, f"file-{clean_text(entry.name)}")
    draft.say(draft.version, LAKE.hasDistribution, node)
    draft.say(node, RDF.type, LAKE.ModelDistribution)
    draft.say(node, LAKE.fileName, text_literal(entry.name))
    draft.say(node, DCAT.mediaType, _MEDIA_TYPE)
    draft.say(node, DCAT.byteSize, integer_literal(entry.size))
    checksum = draft.blank()
    draft.say(node, SPDX.checksum, checksum)
    draft.say(checksum, RDF.type, SPDX.Checksum)
    draft.say(checksum, SPDX.algorithm, SPDX.checksumAlgorithm_sha256)
    draft.say(checksum, SPDX.checksumValue, Literal(entry.sha256))
    return node


def _describe_version(draft: Statements, facts: Facts) -> None:
    """What is true of the model however it is packed."""
    version = draft.version
    draft.say_text(version, LAKE.architecture, facts.architecture)
    draft.say_text(version, LAKE.library, facts.library)
    draft.say_text(version, DCT.description, facts.description)
    if facts.counts_tensors and facts.counts_parameters and facts.tensor_count:
        draft.say(version, LAKE.parameterCount, integer_literal(facts.parameter_count))
    if facts.context_length is not None:
        draft.say(version, LAKE.contextLength, integer_literal(facts.context_length))
    _describe_license(draft, facts.license)
    for ports in facts.signatures:
        _describe_signature(draft, ports)


def _describe_license(draft: Statements, text: str) -> None:
    license_ = resolve_license(text, draft.iris, draft.version)
    if license_.iri is not None:
        draft.say(draft.version, LAKE.declaredLicense, license_.iri)
    for statement in license_.statements:
        draft.say(*statement)
    if license_.iri is None or license_.spdx != text:
        draft.say_text(draft.version, LAKE.licenseText, text)


def _describe_signature(draft: Statements, ports: Ports) -> None:
    node = draft.blank()
    draft.say(draft.version, LAKE.hasSignature, node)
    draft.say(node, RDF.type, LAKE.Signature)
    draft.say_text(node, DCT.title, ports.name)
    for predicate, items in ((LAKE.hasInputField, ports.inputs), (LAKE.hasOutputField, ports.outputs)):
        for position, port in enumerate(items):
            draft.say(node, predicate, _field(draft, port, position))


def _field(draft: Statements, port: Port, position: int) -> BlankNode:
    node = draft.blank()
    draft.say(node, RDF.type, LAKE.Field)
    draft.say(node, LAKE.fieldName, text_literal(port.name or str(position)))
    draft.say(node, POSITION, integer_literal(position))
    draft.say_text(node, LAKE.fieldType, port.type)
    if port.shape is not None:
        draft.say(node, LAKE.fieldShape, _shape_literal(port.shape))
    return node


def _shape_literal(shape: Shape) -> Literal:
    # The gate wants a list on one line; JSON escapes every line break.
    return text_literal(json_text(shape))


def _describe_content(draft: Statements, node: NamedNode, facts: Facts) -> None:
    """What is true of this file."""
    draft.say_text(node, DCT.format, facts.format)
    draft.say_text(node, LAKE.formatVersion, facts.format_version)
    draft.say_text(node, LAKE.numericPrecision, facts.main_type())
    if facts.counts_tensors:
        draft.say(node, LAKE.tensorCount, integer_literal(facts.tensor_count))
    for kind in facts.elements:
        draft.say_text(node, LAKE.elementType, kind)
    for predicate, names in ((LAKE.usesOperator, facts.operators), (LAKE.operatorSet, facts.operator_sets)):
        for name in names:
            draft.say_text(node, predicate, name)
    for name in facts.imports:
        draft.say_text(node, LAKE.importsRiskyGlobal if is_risky(name) else LAKE.importsGlobal, name)
    for predicate, value in _kept(facts):
        draft.say(node, predicate, value)


def _kept(facts: Facts) -> Iterator[tuple[NamedNode, Literal]]:
    """What has no term in the ontology, under the namespace of the format."""
    for tensor in facts.tensors:
        yield (
            format_key(facts.namespace, "tensor"),
            text_literal(f"{tensor.name} {tensor.type} {json_text(tensor.shape)}"),
        )
    if facts.counts_tensors and not facts.counts_parameters:
        yield format_key(facts.namespace, "element_count"), integer_literal(facts.parameter_count)
    for key, values in facts.keys.items():
        for value in values:
            yield format_key(facts.namespace, key), _literal(value)


def _literal(value: Any) -> Literal:
    return text_literal(value) if isinstance(value, str) else value_literal(value)
