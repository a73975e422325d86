"""What is fuzzed: for each reader of bytes a function, and small true inputs to begin with.

A target may raise `ModelLakeError` and nothing else.
"""

from __future__ import annotations

import json
import pickle
import shutil
import tempfile
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import cards
import croissant_files
import mapping_documents
import model_files
from fuzz_seeds import (
    CARDS,
    IDENTIFIERS,
    LICENSES,
    MAPPINGS,
    NPY,
    PUBLISHED,
    QUERIES,
    RDF,
    SIDE_FILES,
    TABLES,
    WORKED,
)
from mapping_documents import IRIS, rules
from model_files import SAMPLES, archive

from modellake.core import identifiers
from modellake.core.errors import ModelLakeError, ParseError
from modellake.core.plugins import load_harvester
from modellake.core.report import Severity
from modellake.harvest.files.formats import FORMATS, read_as
from modellake.harvest.files.npy import read_npy_header
from modellake.harvest.files.portrait import HEAD, portrait_of
from modellake.harvest.files.window import window_of_bytes
from modellake.harvest.licenses import resolve_license, resolve_license_text
from modellake.harvest.mapping.harvester import parse_mapping
from modellake.harvest.mapping.paths import json_path
from modellake.rdf.codec import graph_findings, read_statements
from modellake.rdf.formats import syntax_named
from modellake.rdf.homes import split_by_home
from modellake.rdf.positions import places_of
from modellake.rdf.syntax import check_read, with_prefixes
from modellake.rdf.tokens import tokens


@dataclass(frozen=True, slots=True)
class Target:
    """A reader.

    Attributes:
        run: reads bytes.
        seeds: true inputs.
        corpus: patterns of more of them below the shared corpus.
    """

    run: Callable[[bytes], object]
    seeds: Sequence[bytes] = ()
    corpus: Sequence[str] = ()


def _described(description: object) -> None:
    """What is described can be stored, and its findings can be acted on."""
    split_by_home(description.statements)  # type: ignore[attr-defined]
    for finding in description.findings:  # type: ignore[attr-defined]
        assert finding.severity is not Severity.VIOLATION and finding.code


# Model files


def _named(name: str, content: bytes) -> None:
    _described(model_files.describe(content, name))


def _by(format_name: str, content: bytes) -> None:
    """The reader of a format, whatever the bytes look like."""
    read = next(item.read for item in FORMATS if item.name == format_name)
    read_as(read, window_of_bytes(content))


def _in_archive(name: str, member: str, content: bytes) -> None:
    others = {"m/version": b"3"} if name.endswith(".pt") else {}
    others |= {"metadata.json": b"{}"} if name.endswith(".keras") and member != "metadata.json" else {}
    _named(name, archive({member: content, **others}))


def _packed(content: bytes) -> None:
    _named("m.joblib", zlib.compress(content))


def _script(content: bytes) -> None:
    _named("m.pt", archive({"m/data.pkl": content, "m/constants.pkl": content, "m/code/a.py": content}))


def _skops_array(content: bytes) -> None:
    """An array in a skops file: the only place where a header of numpy is read."""
    array = {"__class__": "ndarray", "__module__": "numpy", "file": "1.npy", "type": "numpy"}
    schema = {"__class__": "A", "__module__": "m", "__loader__": "ObjectNode", "content": {"a": array}}
    _named("m.skops", archive({"schema.json": json.dumps(schema).encode(), "1.npy": content}))


def _npy(content: bytes) -> None:
    _skops_array(content)
    read_npy_header(content)


def _after(head: bytes, name: str, content: bytes) -> None:
    _named(name, head + content)


_PICKLES = [pickle.dumps({"a": [1, 2.5, "x", b"y", None, {3}, (True, 2**70)]}, protocol) for protocol in range(6)]
_PICKLES += [model_files.pickled({"w": model_files.torch_tensor("FloatStorage", "0", 2, 3)})]
_SCHEMA = b'{"__class__": "A", "__module__": "m", "__loader__": "ObjectNode", "content": {"a": {"__class__": "int"}}}'
_LAYERS = b'{"class_name": "S", "config": {"layers": [{"class_name": "D", "config": {"batch_shape": [null, 4]}}]}}'
_HEADER = b'{"w": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}, "__metadata__": {"format": "pt"}}'
_PORTRAIT = portrait_of(SAMPLES["tiny.safetensors"], "m.safetensors").to_bytes().removeprefix(HEAD)
_MODEL_FILES = {
    "safetensors": Target(partial(_named, "m.safetensors"), [SAMPLES["tiny.safetensors"]]),
    "safetensors-header": Target(
        lambda content: _named("m.safetensors", len(content).to_bytes(8, "little") + content + bytes(24)), [_HEADER]
    ),
    "gguf": Target(partial(_named, "m.gguf"), [SAMPLES["tiny.gguf"]]),
    "onnx": Target(partial(_by, "ONNX"), [SAMPLES["tiny.onnx"]], ["model-files/**/*.onnx"]),
    "tflite": Target(partial(_named, "m.tflite"), [SAMPLES["tiny.tflite"]]),
    "hdf5": Target(partial(_named, "m.h5"), [SAMPLES["tiny.h5"]]),
    "coreml": Target(partial(_named, "m.mlmodel"), [SAMPLES["tiny.mlmodel"]]),
    "saved-model": Target(partial(_named, "saved_model.pb"), [SAMPLES["tiny.pb"]]),
    "archive": Target(
        partial(_named, "m.pt"),
        [SAMPLES["tiny.pt"], SAMPLES["tiny.keras"], archive({"schema.json": _SCHEMA}), archive({"a.npy": b""}, 8)],
    ),
    "keras": Target(partial(_in_archive, "m.keras", "config.json"), [_LAYERS]),
    "keras-weights": Target(partial(_in_archive, "m.keras", "model.weights.h5"), [model_files.hdf5()]),
    "torch": Target(partial(_in_archive, "m.pt", "m/data.pkl"), _PICKLES),
    "torch-legacy": Target(partial(_named, "m.pth"), [SAMPLES["legacy.pth"]]),
    "torchscript": Target(_script, _PICKLES),
    "skops": Target(partial(_in_archive, "m.skops", "schema.json"), [_SCHEMA]),
    "pickle": Target(partial(_by, "pickle"), _PICKLES),
    "joblib": Target(partial(_named, "m.joblib"), [*_PICKLES, *(zlib.compress(one) for one in _PICKLES)]),
    "joblib-packed": Target(_packed, _PICKLES),
    "npy": Target(_npy, NPY),
    "portrait": Target(partial(_after, HEAD, "m.onnx"), [_PORTRAIT]),
    "any-name": Target(partial(_named, "thing.bin"), [*SAMPLES.values()]),
}

# Cards and what lies beside them


def _card(content: bytes) -> None:
    _described(cards.describe(content))


def _front_matter(content: bytes) -> None:
    _card(b"---\n" + content + b"\n---\n")


def _prose(content: bytes) -> None:
    _card(b"---\nlicense: mit\n---\n" + content)


class _Folder:
    """A folder on disk, made when it is first used and removed at the end."""

    def __init__(self) -> None:
        self._made: tempfile.TemporaryDirectory[str] | None = None

    def path(self, name: str) -> Path:
        """An empty folder of that name."""
        self._made = self._made or tempfile.TemporaryDirectory(prefix="modellake-fuzz-")
        path = Path(self._made.name) / name
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir()
        return path


_folder = _Folder()


def _side_files(names: Sequence[str], card: bytes, content: bytes) -> None:
    folder = _folder.path("repository")
    (folder / "README.md").write_bytes(card)
    for name in names:
        (folder / name).write_bytes(content)
    _described(cards.describe_file(folder / "README.md"))


_MODEL_CARD = b"---\nlicense: mit\npipeline_tag: text-classification\n---\n"
_DATASET_CARD = b"---\nlicense: mit\ntask_categories:\n- other\nconfigs: []\n---\n"
_JSON_BESIDE = [
    "config.json",
    "adapter_config.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "model.safetensors.index.json",
]
_CARDS = {
    "card": Target(_card, CARDS, ["hf-model-cards/hub-fixtures/**/*.md", "hf-model-cards/cards/*/README.md"]),
    "card-front-matter": Target(_front_matter, [card.split(b"---\n")[1] for card in CARDS if card.count(b"---\n") > 1]),
    "card-prose": Target(_prose, [*CARDS, *TABLES]),
    "card-side-files": Target(partial(_side_files, _JSON_BESIDE, _MODEL_CARD), SIDE_FILES),
    "card-merge": Target(partial(_side_files, ["mergekit_config.yml"], _MODEL_CARD), SIDE_FILES),
    "card-infos": Target(partial(_side_files, ["dataset_infos.json"], _DATASET_CARD), SIDE_FILES),
    "card-license": Target(partial(_side_files, ["LICENSE"], _MODEL_CARD), [item.encode() for item in LICENSES]),
    "card-weights": Target(partial(_side_files, ["model.safetensors"], _MODEL_CARD), [SAMPLES["tiny.safetensors"]]),
    "croissant": Target(
        lambda content: _described(croissant_files.described(content)),
        [json.dumps(croissant_files.dataset()).encode()],
        ["croissant/**/metadata.json", "croissant/**/*.jsonld"],
    ),
}

# Mappings and what they read


def _mapping(name: str, content: bytes) -> None:
    parse_mapping(name, content)


def _mapped(name: str, content: bytes) -> None:
    folder = _folder.path("mapped")
    (folder / name).write_bytes(content)
    iterated = f"['{name}~jsonpath', '$.*']" if name.endswith(".json") else f"[{name}]"
    mapping = folder / "mapping.yml"
    mapping.write_text(rules(iterated, "[ex:x, $(x)]", "[ex:*, $(*)]", subject="model/$(x)"), encoding="utf-8")
    document = str(mapping)
    _described(mapping_documents.HARVESTER.describe(document, mapping.read_bytes(), IRIS))


def _worked(name: str, place: str, content: bytes) -> None:
    _described(load_harvester(name).describe(place, content, IRIS))


def _path(content: bytes) -> None:
    json_path(content.decode("utf-8", "replace"))


_PUBLISHED = [
    ("mteb", "mteb", "a__b/1/Task.json", ["mteb-results/**/[A-Z]*.json"]),
    ("mteb-meta", "mteb", "a__b/1/model_meta.json", ["mteb-results/**/model_meta.json"]),
    ("onnx-hub", "onnx-hub", "x/turnkey_stats.yaml", ["onnx-models/**/*.yaml"]),
    ("onnx-manifest", "onnx-hub", "ONNX_HUB_MANIFEST.json", []),
    ("timm", "timm", "page.mdx", ["timm/**/*.mdx"]),
    ("timm-configurations", "timm", "default_cfgs.json", []),
    ("timm-results", "timm", "results-imagenet.csv", []),
    ("mof", "mof", "m.yml", ["mof-mot/**/*.yml"]),
]
_MAPPED = {
    "yarrrml": Target(partial(_mapping, "m.yml"), MAPPINGS["yarrrml"]),
    "rml": Target(partial(_mapping, "m.rml.ttl"), MAPPINGS["rml"]),
    "mapping-path": Target(_path, [b"$.a[*]['b'].c", b"a^.b~"]),
    **{f"mapped-{name.partition('.')[2]}": Target(partial(_mapped, name), seeds) for name, seeds in WORKED.items()},
    **{
        name: Target(partial(_worked, harvester, place), PUBLISHED[name], patterns)
        for name, harvester, place, patterns in _PUBLISHED
    },
}

# Texts: RDF, SPARQL, licenses, identifiers


def _rdf(syntax_name: str, content: bytes) -> None:
    syntax, base = syntax_named(syntax_name), mapping_documents.BASE
    statements = read_statements(content, syntax, base=base, document="x")
    graph_findings(content, syntax, base, "x")
    places_of(content, syntax, base=base, document="x")
    split_by_home(statements)


def _sparql(content: bytes) -> None:
    text = content.decode("utf-8", "replace")
    with_prefixes(text, {"lake": "https://w3id.org/model-lake#"})
    check_read(text, base=mapping_documents.BASE)
    tokens(text)


def _license(content: bytes) -> None:
    text = content.decode("utf-8", "replace")
    resolve_license(text, IRIS)
    resolve_license_text(text, IRIS)


def _identifier(content: bytes) -> None:
    text = content.decode("utf-8", "replace")
    identifiers.identify(text, IRIS)
    identifiers.checksum(text)
    identifiers.hub_resource(text, IRIS, "model")
    for read in (identifiers.repository, identifiers.package):
        read(text, IRIS)
    for told in (identifiers.doi_iri, identifiers.arxiv_iri, identifiers.repository_name):
        told(text)


_TEXTS = {
    **{f"rdf-{name}": Target(partial(_rdf, name), seeds) for name, seeds in RDF.items()},
    "sparql": Target(_sparql, QUERIES),
    "license": Target(_license, [text.encode() for text in LICENSES]),
    "identifier": Target(_identifier, [text.encode() for text in IDENTIFIERS]),
}

TARGETS: dict[str, Target] = {**_MODEL_FILES, **_CARDS, **_MAPPED, **_TEXTS}


def run(name: str, content: bytes) -> str | None:
    """Let a target read bytes: the code of the error that it raises, or None.

    Raises:
        Exception: any but a `ModelLakeError` that can be acted on; a fault of the reader.
    """
    try:
        TARGETS[name].run(content)
    except ModelLakeError as error:
        assert "." in error.code, error
        assert error.remedy or not isinstance(error, ParseError), error
        return error.code
    return None


def seeds(name: str, corpus: Path | None, largest: int, most: int = 20) -> Iterable[bytes]:
    """True inputs of a target, at most ``most`` files of the corpus with at most ``largest`` bytes each."""
    yield from TARGETS[name].seeds
    found = [path for pattern in TARGETS[name].corpus for path in (sorted(corpus.glob(pattern)) if corpus else ())]
    small = [path for path in found if path.is_file() and path.stat().st_size <= largest]
    for path in small[:: max(1, len(small) // most)][:most]:
        yield path.read_bytes()
