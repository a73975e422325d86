"""The mapping table of model files is the truth: what it promises is stated, and what is stated it tells."""

from __future__ import annotations

import io
from collections import defaultdict
from dataclasses import fields
from typing import Any

import pytest
from model_files import BASE, HARVESTER, SAMPLES, message
from pyoxigraph import NamedNode

from modellake.core.iris import LakeIRIs
from modellake.core.plugins import mapping_of
from modellake.core.vocab import RDF
from modellake.harvest.files.facts import Facts, Port, Ports, Tensor
from modellake.harvest.files.formats import read_facts
from modellake.harvest.files.mapping import FIELDS, NAMESPACES, TERMS
from modellake.harvest.files.portrait import FileEntry, Portrait
from modellake.harvest.files.statements import describe_portrait
from modellake.harvest.files.window import window_of_bytes

# Attributes that are not read from a file but say how the others are meant.
MEANING = {"format", "namespace", "counts_tensors", "counts_parameters", "notes", "_text"}
EXAMPLES: dict[str, dict[str, Any]] = {
    "format": {"format": "ONNX"},
    "format_version": {"format_version": "8"},
    "tensor_count": {"counts_tensors": True},
    "parameter_count": {"counts_tensors": True, "tensor_count": 3, "parameter_count": 12},
    "elements": {"elements": {"float32": 3}},
    "precision": {"precision": "Q4_0"},
    "operators": {"operators": ["Conv"]},
    "operator_sets": {"operator_sets": ["ai.onnx 18"]},
    "signatures": {"signatures": [Ports("serve", [Port("x", "float32", [1])], [Port("y", "float32", [1])])]},
    "imports": {"imports": ["os.system", "sklearn.svm.SVC"]},
    "description": {"description": "A model"},
    "architecture": {"architecture": "llama"},
    "library": {"library": "keras"},
    "license": {"license": "mit"},
    "context_length": {"context_length": 2048},
    "keys": {"keys": {"KEY": ["value"]}},
    "tensors": {"tensors": [Tensor("w", "float32", [1])]},
}


def used(**facts: Any) -> set[NamedNode]:
    """The properties and classes with which a file is described that has these facts."""
    entry = FileEntry("model.bin", 1, "0" * 64)
    values = {"format": "", "namespace": "onnx", **facts}
    said = describe_portrait(Portrait([entry], Facts(**values)), "m", LakeIRIs(BASE))
    return {item.predicate for item in said} | {item.object for item in said if item.predicate == RDF.type}


def test_every_fact_that_can_be_read_is_in_the_table() -> None:
    assert set(EXAMPLES) | MEANING == {item.name for item in fields(Facts)}
    assert set(TERMS) == set(EXAMPLES) - {"keys", "tensors"}


@pytest.mark.parametrize("fact", sorted(EXAMPLES))
def test_a_fact_becomes_the_terms_that_the_table_promises(fact: str) -> None:
    without = used(**EXAMPLES["tensor_count"]) if fact == "parameter_count" else used()
    more = used(**EXAMPLES[fact]) - without
    if fact == "license":
        more |= used(license="Ask us first") - without
    promised = {term for row in FIELDS if row[2] == fact for term in terms_of(*row) if row[0] == "ONNX"}
    shared = {item for item in TERMS.get(fact, promised) if item in without}
    assert more | shared == set(TERMS.get(fact, promised))


def terms_of(name: str, field: str, fact: str, note: str) -> tuple[NamedNode, ...]:
    (found, *_) = [row.terms for row in mapping_of(HARVESTER) if row.field == f"{name}: {field}" and row.note == note]
    return found


def skops_file() -> bytes:
    skops_io = pytest.importorskip("skops.io", reason="skops is not installed")
    return bytes(skops_io.dumps(estimator()))


def estimator() -> Any:
    linear = pytest.importorskip("sklearn.linear_model", reason="scikit-learn is not installed")
    return linear.LinearRegression().fit([[0.0], [1.0]], [0.0, 1.0])


def joblib_file() -> bytes:
    joblib = pytest.importorskip("joblib", reason="joblib is not installed")
    stream = io.BytesIO()
    joblib.dump(estimator(), stream, compress=3)
    return stream.getvalue()


def pickle_file() -> bytes:
    import pickle

    return pickle.dumps(estimator(), 4)


def frozen_graph() -> bytes:
    return message((1, message((1, "a"), (2, "MatMul"))), (2, message((1, message((3, message((2, "Relu"))))))))


MORE = {"m.skops": skops_file, "m.joblib": joblib_file, "m.pkl": pickle_file, "frozen.pb": frozen_graph}


def read() -> dict[str, set[str]]:
    """Which facts the readers find in samples, by format."""
    found: dict[str, set[str]] = defaultdict(set)
    contents = {**SAMPLES, **{name: make() for name, make in MORE.items()}}
    for name, content in contents.items():
        facts = read_facts(window_of_bytes(content), name)
        names = (item.name for item in fields(Facts) if item.name not in MEANING)
        found[facts.format] |= {name for name in names if getattr(facts, name)}
    return found


def test_the_table_tells_of_all_that_the_readers_find() -> None:
    told: dict[str, set[str]] = defaultdict(set)
    for name, _, fact, _ in FIELDS:
        told[name].add(fact)
    for name, facts in read().items():
        assert facts <= told[name], f"the table leaves out what is read from {name}"


def test_the_readers_find_what_the_table_tells() -> None:
    found = read()
    # What the samples of this test do not show, other tests of this room do.
    unseen = {
        ("GGUF", "description"),
        ("HDF5", "architecture"),
        ("HDF5", "signatures"),
        ("HDF5", "library"),
        ("PyTorch", "architecture"),
    }
    for name, _, fact, _ in FIELDS:
        if name != "TorchScript" and (name, fact) not in unseen:
            assert fact in found[name], f"nothing of {name} becomes {fact}"


def test_formats_are_called_as_their_readers_call_them() -> None:
    assert {name for name, *_ in FIELDS} == set(NAMESPACES)
    assert set(read()) <= set(NAMESPACES)
    contents = {**SAMPLES, **{name: make() for name, make in MORE.items()}}
    for name, content in contents.items():
        facts = read_facts(window_of_bytes(content), name)
        assert NAMESPACES[facts.format] == facts.namespace
