"""Model files: ONNX, safetensors, GGUF, PyTorch, skops, joblib, pickle and others, by their headers.

Nothing in a file is ever executed, and nothing is loaded: headers are read within bounds, pickles are followed on
paper. What the ontology has no term for is kept under ``https://w3id.org/model-lake/source/<format>#`` and the
key that the format gives it.
"""

from modellake.harvest.files.harvester import ModelFiles

__all__ = ["ModelFiles"]
