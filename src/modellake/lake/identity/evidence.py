"""Evidence: by which identifiers a resource can be known, whatever it is called.

A name is no evidence. What counts is the content of weights and data, an identifier that some authority gives out
(DOI, package URL, id on the Hugging Face Hub), and a commit of a repository.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from pyoxigraph import Literal, NamedNode, Triple

from modellake.core.identifiers import Identified, identify, repository
from modellake.core.iris import LakeIRIs
from modellake.core.vocab import DCT, LAKE, OWL, RDF, SPDX
from modellake.lake.identity.weights import Files, data_keys, is_own_label, key_of, model_keys
from modellake.lake.state import RecordState
from modellake.ledger.commits import Identifier

SCHEMA = "https://schema.org/"
_STATED = frozenset(
    [
        DCT.identifier,
        OWL.sameAs,
        NamedNode(SCHEMA + "identifier"),
        NamedNode(SCHEMA + "sameAs"),
        NamedNode("http://www.w3.org/ns/adms#identifier"),
        NamedNode("http://purl.org/ontology/bibo/doi"),
        NamedNode("http://www.w3.org/2004/02/skos/core#exactMatch"),
    ]
)
# A statement with one of these may be evidence; records without any need not be looked at.
TELLING = _STATED | {SPDX.checksumValue, LAKE.repositoryURL}
# The sorts of resources that have identifiers, and the lake's word for the line of each.
_LINES = {LAKE.Model: "model", LAKE.Dataset: "dataset", LAKE.CodeRepository: "code"}
_VERSIONS = {LAKE.ModelVersion: "model", LAKE.DatasetVersion: "dataset", LAKE.CodeVersion: "code"}
_SORTS = {**_LINES, **_VERSIONS}
_FILES_OF = {LAKE.ModelVersion: LAKE.hasDistribution, LAKE.DatasetVersion: LAKE.hasDatasetDistribution}
_EXTERNAL_DATA = NamedNode("https://w3id.org/model-lake/source/onnx#external_data")
_MAX_FILES = 10_000


def identifiers_of(state: RecordState, iris: LakeIRIs) -> frozenset[Identifier]:
    """The identifiers of the resource that a record is about; none for a sort of resource that has none."""
    said = _by_subject(state.statements)
    about = said.get(state.home, {})
    sort = sort_of(state)
    if sort is None:
        return frozenset()
    kind = kind_of(sort, state.space)
    keys = set(_named_keys(state.home, about, sort, iris))
    files = _files(said, about, sort)
    own = is_own_label(label_of(state.home.value), files)
    contents = _content_keys(files, sort, own=own)
    return frozenset({Identifier(key, kind) for key in keys} | {Identifier(key, kind, own) for key in contents})


def sort_of(state: RecordState) -> NamedNode | None:
    """Line or version of a model, a dataset or code; None for other resources, and where it is said to be several."""
    stated = {item.object for item in state.statements if item.predicate == RDF.type and item.subject == state.home}
    sorts = [sort for sort in _SORTS if sort in stated]
    return sorts[0] if len(sorts) == 1 else None


def kind_of(sort: NamedNode, space: str) -> str:
    """What resources must share to be one: their sort, and the space in which they are described."""
    return f"{sort.value.rpartition('#')[2]} in {space}"


def space_of(kind: str) -> str:
    """The space of resources of a kind."""
    return kind.partition(" in ")[2]


def line_of(iri: str) -> str:
    """The line that a version's IRI tells, or nothing."""
    return iri.rpartition("/version/")[0]


def label_of(iri: str) -> str:
    """The label of a version that its IRI tells, or nothing."""
    _, mark, label = iri.rpartition("/version/")
    return label if mark else ""


def _by_subject(statements: Iterable[Triple]) -> dict[object, dict[NamedNode, list[Triple]]]:
    said: defaultdict[object, dict[NamedNode, list[Triple]]] = defaultdict(dict)
    for item in statements:
        said[item.subject].setdefault(item.predicate, []).append(item)
    return dict(said)


def _named_keys(
    home: NamedNode, about: dict[NamedNode, list[Triple]], sort: NamedNode, iris: LakeIRIs
) -> Iterator[str]:
    texts = [text_of(item) for name in _STATED for item in about.get(name, ())]
    if not home.value.startswith(iris.base):
        texts.append(home.value)
    for text in texts:
        found = identify(text, iris)
        node = _meant(found, sort) if found else None
        if node is not None:
            yield node.value
    if sort in (LAKE.CodeRepository, LAKE.CodeVersion):
        yield from _code_keys(about, sort, iris)


def _code_keys(about: dict[NamedNode, list[Triple]], sort: NamedNode, iris: LakeIRIs) -> Iterator[str]:
    changed = any(text_of(item) in ("true", "1") for item in about.get(LAKE.hasUncommittedChanges, ()))
    commits = {text_of(item) for item in about.get(LAKE.commitIdentifier, ())}
    commit = commits.pop() if len(commits) == 1 else None
    for item in about.get(LAKE.repositoryURL, ()):
        found = repository(text_of(item), iris, commit)
        node = _meant(found, sort) if found and not changed else None
        if node is not None:
            yield node.value


def _meant(found: Identified, sort: NamedNode) -> NamedNode | None:
    """What an identifier names, if that is of the sort of the resource that states it."""
    if found.resource.value.startswith("https://arxiv.org/"):
        # A paper, which many models have in common.
        return None
    if found.kind is not None and found.kind != _SORTS[sort]:
        return None
    if sort in _LINES:
        return found.resource
    # A DOI names a line or a version, which only the resource that states it tells.
    doi = found.resource.value.startswith("https://doi.org/")
    return found.version or (found.resource if doi else None)


def text_of(statement: Triple) -> str:
    """The IRI or the text that a statement says."""
    return statement.object.value if isinstance(statement.object, NamedNode | Literal) else ""


def _files(
    said: dict[object, dict[NamedNode, list[Triple]]], about: dict[NamedNode, list[Triple]], sort: NamedNode
) -> Files:
    """The files of a version by name, with the SHA-256 of each that has one; nothing when one is only a part."""
    predicate = _FILES_OF.get(sort)
    files: dict[str, str] = {}
    for item in about.get(predicate, ())[:_MAX_FILES] if predicate else ():
        parts = said.get(item.object, {})
        digests = {digest for checksum in parts.get(SPDX.checksum, ()) for digest in _sha256(said, checksum.object)}
        names = sorted(text_of(name) for name in parts.get(LAKE.fileName, ()))
        if _EXTERNAL_DATA in parts:
            return {}
        if len(digests) == 1:
            files[names[0] if names else str(item.object)] = digests.pop()
    return files


def _sha256(said: dict[object, dict[NamedNode, list[Triple]]], node: object) -> Iterator[str]:
    parts = said.get(node, {})
    if any(item.object == SPDX.checksumAlgorithm_sha256 for item in parts.get(SPDX.algorithm, ())):
        yield from (text_of(item).lower() for item in parts.get(SPDX.checksumValue, ()))


def _content_keys(files: Files, sort: NamedNode, *, own: bool) -> set[str]:
    if own:
        return {key_of(files)}
    if sort == LAKE.ModelVersion:
        return model_keys(files)
    return data_keys(files) if sort == LAKE.DatasetVersion else set()
