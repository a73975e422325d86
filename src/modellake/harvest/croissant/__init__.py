"""Croissant: datasets described for machine learning in JSON-LD, and Croissant Tasks.

Sources: https://docs.mlcommons.org/croissant/docs/croissant-spec-1.1.html,
https://docs.mlcommons.org/croissant/docs/croissant-rai-spec.html. What has a term in the ontology is said with it;
all else is kept under the terms of Croissant, schema.org and the other vocabularies that documents use, and keys that
no context gives a meaning under ``https://w3id.org/model-lake/source/croissant#``.
"""

from modellake.harvest.croissant.harvester import Croissant

__all__ = ["Croissant"]
