"""What the files of a version say about its identity.

Weights and data are what a version is; configurations, tokenizers, licenses and texts lie beside many models. A
file stands for a model version when it holds the weights in one format alone: one of several (shards, the parts of a
pipeline, a collection of models) does not, and all of one format together do.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

# Names of files by their SHA-256 in hexadecimal digits.
Files = Mapping[str, str]

OWN_LABEL = 16
_EMPTY = hashlib.sha256(b"").hexdigest()
# Endings of files, without the dot.
_WEIGHTS = frozenset(
    """bin caffemodel cbm ckpt ggml gguf h5 hdf5 joblib keras lite mar mlmodel mnn msgpack nemo npz onnx ot params
    pdparams pickle pkl pt pte pth safetensors skops tflite torch ubj""".split()  # noqa: SIM905  shorter to read
)
_DATA = frozenset(
    "arrow avro csv feather gz h5 hdf5 jsonl ndjson npy npz orc parquet tar tgz tsv xz zip zst".split()  # noqa: SIM905
)
# Files with the endings of weights that training leaves behind, or that many models share.
_BESIDES = ("optimizer", "scheduler", "scaler", "rng_state", "training_args", "trainer_state", "tokenizer", "vocab")
_EXTERNAL = (".onnx_data", ".onnx.data", ".onnx.bin")


def model_keys(files: Files) -> set[str]:
    """One key for each format in which the weights of a model lie at the top of its folder."""
    groups: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for name, digest in files.items():
        kind = _format(name)
        if kind and digest != _EMPTY:
            groups[kind][name] = digest
    return {key_of(group) for kind, group in groups.items() if kind != "saved_model" or len(group) > 1}


def data_keys(files: Files) -> set[str]:
    """One key for all data files of a dataset version."""
    data = {name: digest for name, digest in files.items() if _suffix(name) in _DATA and digest != _EMPTY}
    return {key_of(data)} if data else set()


def key_of(files: Files) -> str:
    """The checksum of one file, or that of the checksums and names of several."""
    if len(files) == 1:
        return f"sha256:{next(iter(files.values()))}"
    return f"sha256-of-files:{digest_of(files)}"


def digest_of(files: Files) -> str:
    """The SHA-256 of a file; of several that of their checksums and names, in the order of names."""
    if len(files) == 1:
        return next(iter(files.values()))
    return hashlib.sha256("".join(_lines(files)).encode("utf-8", "surrogatepass")).hexdigest()


def is_own_label(label: str, files: Files) -> bool:
    """True when a version is called by its content: by the first digits of its checksum, and by nothing else."""
    return len(label) == OWN_LABEL and bool(files) and digest_of(files).startswith(label)


def is_checksum(key: str) -> bool:
    """True for the keys that files give."""
    return key.startswith(("sha256:", "sha256-of-files:"))


def _lines(files: Files) -> Iterable[str]:
    return (f"{files[name]} {name}\n" for name in sorted(files))


def _format(name: str) -> str | None:
    lower = name.lower()
    if lower == "saved_model.pb" or lower.startswith("variables/"):
        return "saved_model"
    if "/" in lower or lower.startswith(_BESIDES):
        return None
    if lower.endswith(_EXTERNAL):
        return "onnx"
    suffix = _suffix(lower)
    return suffix if suffix in _WEIGHTS else None


def _suffix(name: str) -> str:
    return PurePosixPath(name.lower()).suffix.removeprefix(".")
