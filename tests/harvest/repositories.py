"""Repositories as the libraries of the Hub write them: cards with the files beside them."""

from __future__ import annotations

import hashlib
import json
import struct
from pathlib import Path
from typing import Any


def safetensors(**tensors: list[float]) -> bytes:
    """A file of vectors (https://github.com/huggingface/safetensors#format)."""
    header: dict[str, Any] = {}
    data = b""
    for name, values in tensors.items():
        content = struct.pack(f"<{len(values)}f", *values)
        header[name] = {"dtype": "F32", "shape": [len(values)], "data_offsets": [len(data), len(data) + len(content)]}
        data += content
    head = json.dumps(header).encode()
    return struct.pack("<Q", len(head)) + head + data


CARD = "---\nlicense: mit\npipeline_tag: text-classification\n---\n# Churn\n"

CONFIG: dict[str, Any] = {
    "_name_or_path": "google-bert/bert-base-uncased",
    "architectures": ["BertForSequenceClassification"],
    "attention_probs_dropout_prob": 0.1,
    "classifier_dropout": None,
    "hidden_act": "gelu",
    "hidden_size": 768,
    "id2label": {"0": "stays", "1": "leaves"},
    "initializer_range": 0.02,
    "label2id": {"leaves": 1, "stays": 0},
    "layer_norm_eps": 1e-12,
    "max_position_embeddings": 512,
    "model_type": "bert",
    "num_hidden_layers": 12,
    "pad_token_id": 0,
    "problem_type": "single_label_classification",
    "rope_scaling": {"factor": 8.0, "rope_type": "llama3"},
    "torch_dtype": "float32",
    "transformers_version": "4.44.2",
    "use_cache": True,
    "vocab_size": 30522,
}
GENERATION = {
    "_from_model_config": True,
    "bos_token_id": 128000,
    "do_sample": True,
    "eos_token_id": [128001, 128008, 128009],
    "temperature": 0.6,
    "top_p": 0.9,
    "transformers_version": "4.42.3",
}
TOKENIZER_CONFIG = {
    "added_tokens_decoder": {
        "0": {"content": "[PAD]", "lstrip": False, "normalized": False, "special": True},
        "100": {"content": "[UNK]", "lstrip": False, "normalized": False, "special": True},
    },
    "chat_template": "{% for m in messages %}{{ m['content'] }}{% endfor %}",
    "do_lower_case": True,
    "model_max_length": 1000000000000000019884624838656,
    "tokenizer_class": "BertTokenizer",
}
SPECIAL_TOKENS = {"cls_token": "[CLS]", "mask_token": {"content": "[MASK]", "lstrip": False}, "extra": ["<a>", "<b>"]}
PREPROCESSOR = {
    "do_normalize": True,
    "image_mean": [0.48145466, 0.4578275, 0.40821073],
    "image_processor_type": "CLIPImageProcessor",
    "size": {"height": 224, "width": 224},
}
TOKENIZER = {
    "version": "1.0",
    "truncation": None,
    "padding": {"strategy": "BatchLongest", "pad_id": 0},
    "added_tokens": [{"id": 0, "content": "[PAD]", "special": True}],
    "normalizer": {"type": "BertNormalizer", "lowercase": True},
    "pre_tokenizer": {"type": "BertPreTokenizer"},
    "decoder": {"type": "WordPiece", "prefix": "##"},
    "model": {"type": "WordPiece", "unk_token": "[UNK]", "vocab": {"[PAD]": 0, "a": 1}},
}
INDEX = {
    "metadata": {"total_parameters": 109483778, "total_size": 437935112},
    "weight_map": {
        "bert.embeddings.word_embeddings.weight": "model-00001-of-00002.safetensors",
        "bert.pooler.dense.bias": "model-00002-of-00002.safetensors",
        "classifier.weight": "model-00002-of-00002.safetensors",
    },
}
ADAPTER = {
    "auto_mapping": None,
    "base_model_name_or_path": "mistralai/Mistral-7B-v0.1",
    "bias": "none",
    "inference_mode": True,
    "lora_alpha": 16,
    "lora_dropout": 0.05,
    "modules_to_save": None,
    "peft_type": "LORA",
    "r": 8,
    "revision": "26bca36bde8333b5d7f72e9ed20ccda6a618af24",
    "target_modules": ["q_proj", "v_proj"],
    "task_type": "CAUSAL_LM",
}
INFOS = {
    "plain_text": {
        "description": "Movie reviews.\n",
        "citation": "@a{b}",
        "homepage": "https://example.org/reviews",
        "license": "",
        "features": {
            "text": {"dtype": "string", "id": None, "_type": "Value"},
            "label": {"num_classes": 2, "names": ["neg", "pos"], "_type": "ClassLabel"},
        },
        "splits": {
            "train": {"name": "train", "num_bytes": 33432835, "num_examples": 25000, "dataset_name": "imdb"},
            "test": {"name": "test", "num_bytes": 32650697, "num_examples": 25000, "dataset_name": "imdb"},
        },
        "download_checksums": {
            "https://example.org/reviews.tar.gz": {
                "num_bytes": 84125825,
                "checksum": "c40f74a18d3b61f90feba1e17730e0d38e8b97c05fde7008942e91923d1658fe",
            }
        },
        "download_size": 84125825,
        "dataset_size": 66083532,
        "version": {"version_str": "1.0.0", "major": 1, "minor": 0, "patch": 0},
    }
}
MERGE = """models:
  - model: mistralai/Mistral-7B-v0.1
    parameters: {weight: 0.6, density: 0.5}
  - model: teknium/OpenHermes-2.5-Mistral-7B@main+acme/lora
    parameters: {weight: 0.4}
merge_method: ties
base_model: mistralai/Mistral-7B-v0.1
dtype: bfloat16
"""

MODEL_FILES: dict[str, object] = {
    "config.json": CONFIG,
    "generation_config.json": GENERATION,
    "model.safetensors.index.json": INDEX,
    "preprocessor_config.json": PREPROCESSOR,
    "special_tokens_map.json": SPECIAL_TOKENS,
    "tokenizer.json": TOKENIZER,
    "tokenizer_config.json": TOKENIZER_CONFIG,
    "model-00001-of-00002.safetensors": safetensors(a=[1.0]),
    "model-00002-of-00002.safetensors": safetensors(b=[2.0], c=[3.0, 4.0]),
}


def repository(folder: Path, files: dict[str, object], card: str = CARD) -> Path:
    """Write a card and files beside it; objects become JSON. Returns the path of the card."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_bytes(content))
    folder.mkdir(parents=True, exist_ok=True)
    document = folder / "README.md"
    document.write_text(card, encoding="utf-8")
    return document


def cache(folder: Path, name: str, revision: str, files: dict[str, object]) -> Path:
    """Write a snapshot into the Hub's cache: blobs named by their digests, links to them. Returns its folder."""
    root = folder / name
    blobs, snapshot = root / "blobs", root / "snapshots" / revision
    blobs.mkdir(parents=True, exist_ok=True)
    for file, content in files.items():
        data = _bytes(content)
        lfs = file.endswith((".safetensors", ".bin"))
        digest = hashlib.sha256(data) if lfs else hashlib.sha1(b"blob %d\0" % len(data) + data)
        (blobs / digest.hexdigest()).write_bytes(data)
        link = snapshot / file
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(blobs / digest.hexdigest())
    return snapshot


def _bytes(content: object) -> bytes:
    if isinstance(content, bytes):
        return content
    return (content if isinstance(content, str) else json.dumps(content, indent=2)).encode()
