"""The publishers whose documents the worked mappings describe."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import ClassVar

from modellake.harvest.mapping.openness import add_openness
from modellake.harvest.mapping.worked import Kind, Worked


def _keys(*names: str) -> tuple[re.Pattern[bytes], ...]:
    """JSON in which all of these keys stand, in any order."""
    return tuple(re.compile(rb'"%s"\s*:' % re.escape(name.encode())) for name in names)


def _lines(*names: str) -> tuple[re.Pattern[bytes], ...]:
    """YAML with all of these keys at its top, in any order."""
    return tuple(re.compile(rb"^%s:" % re.escape(name.encode()), re.MULTILINE) for name in names)


def _header(*names: str) -> tuple[re.Pattern[bytes], ...]:
    """A table that begins with these columns."""
    return (re.compile(rb"\A(?:\xef\xbb\xbf)?%s\b" % ",".join(names).encode()),)


# The model index of a page is a comment, so that it is not shown.
_MODEL_INDEX = re.compile(r"<!--[ \t]*\r?\n([ \t]*Type:[ \t]*model-index.*?)-->", re.DOTALL)


class Mteb(Worked):
    """Reads the results repository of the Massive Text Embedding Benchmark.

    Source: https://github.com/embeddings-benchmark/results.
    """

    name = "mteb"
    summary = "Results of the Massive Text Embedding Benchmark: model_meta.json and one JSON file a task"
    kinds: ClassVar[Sequence[Kind]] = (
        Kind("mteb-model-meta.yml", "model_meta.json", _keys("name", "revision", "n_parameters")),
        Kind("mteb-results.yml", "*.json", _keys("task_name", "mteb_version", "scores")),
        Kind("mteb-results-early.yml", "*.json", _keys("mteb_dataset_name", "mteb_version")),
    )


class OnnxHub(Worked):
    """Reads the manifest of the ONNX model hub, and what turnkeyml noted about the models of the zoo.

    Source: https://github.com/onnx/models.
    """

    name = "onnx-hub"
    summary = "The manifest of the ONNX model hub and the turnkey_stats.yaml of its models"
    kinds: ClassVar[Sequence[Kind]] = (
        Kind("onnx-hub-manifest.yml", "ONNX_HUB_MANIFEST*.json", _keys("model", "model_path", "onnx_version")),
        Kind("onnx-turnkey-stats.yml", "turnkey_stats.yaml", _lines("model_name", "builds")),
    )


class Timm(Worked):
    """Reads the configurations, results and documentation of timm.

    Source: https://github.com/huggingface/pytorch-image-models.
    """

    name = "timm"
    summary = "timm: default_cfgs.json, results-imagenet*.csv, and model indexes in .mdx pages"
    kinds: ClassVar[Sequence[Kind]] = (
        Kind("timm-default-cfgs.yml", "default_cfgs*.json", _keys("_cfg_fn", "file")),
        Kind("timm-results.yml", "results-imagenet*.csv", _header("model", "img_size", "top1", "top1_err", "top5")),
        Kind("timm-pretraining.yml", "model_metadata-*.csv", _header("model", "pretrain")),
        Kind(
            "model-index.yml",
            "*.mdx",
            (re.compile(rb"<!--[ \t]*\r?\n[ \t]*Type:[ \t]*model-index"),),
            block=_MODEL_INDEX,
        ),
    )


class OpennessFramework(Worked):
    """Reads descriptions of models by the Model Openness Framework.

    Source: https://github.com/lfai/model_openness_tool.
    """

    name = "mof"
    summary = "Model Openness Framework: the components of a model and their licenses, one YAML file a model"
    kinds: ClassVar[Sequence[Kind]] = (
        Kind(
            "openness-framework.yml",
            "*.y*ml",
            (*_lines("framework", "release"), re.compile(rb"name:\s*['\"]?Model Openness Framework")),
            prepare=add_openness,
        ),
    )
