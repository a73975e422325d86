"""Model and dataset cards of the Hugging Face Hub, and the files that lie beside them.

A card is a Markdown document with YAML front matter
(https://huggingface.co/docs/hub/model-cards, https://huggingface.co/docs/hub/datasets-cards). Everything the
front matter says is kept: what the lake has a term for under that term, the rest under
``https://w3id.org/model-lake/source/huggingface#`` and the key.
"""

from modellake.harvest.huggingface.harvester import HuggingFace

__all__ = ["HuggingFace"]
