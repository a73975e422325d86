"""Mappings of tabular and JSON sources, in RML and YARRRML.

`Rml` carries out mappings that people write beside their files. The other harvesters carry out the mappings in the
folder ``worked``: of the ONNX hub, of timm, of MTEB and of the Model Openness Framework.
"""

from modellake.harvest.mapping.harvester import Rml
from modellake.harvest.mapping.publishers import Mteb, OnnxHub, OpennessFramework, Timm

__all__ = ["Mteb", "OnnxHub", "OpennessFramework", "Rml", "Timm"]
