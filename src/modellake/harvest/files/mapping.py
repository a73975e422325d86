"""What becomes of the fields of model files, as a table: `TERMS` for all formats, `FIELDS` for each of them."""

from __future__ import annotations

from collections.abc import Mapping

from pyoxigraph import NamedNode

from modellake.core.plugins import MappedField
from modellake.core.vocab import DCAT, DCT, LAKE, SPDX
from modellake.harvest.files.statements import POSITION, format_key

# By the attributes of `Facts`; what has no term of its own is kept under the namespace of the format.
TERMS: Mapping[str, tuple[NamedNode, ...]] = {
    "format": (DCT.format,),
    "format_version": (LAKE.formatVersion,),
    "tensor_count": (LAKE.tensorCount,),
    "parameter_count": (LAKE.parameterCount,),
    "elements": (LAKE.elementType, LAKE.numericPrecision),
    "precision": (LAKE.numericPrecision,),
    "operators": (LAKE.usesOperator,),
    "operator_sets": (LAKE.operatorSet,),
    "signatures": (
        LAKE.hasSignature,
        LAKE.Signature,
        DCT.title,
        LAKE.hasInputField,
        LAKE.hasOutputField,
        LAKE.Field,
        LAKE.fieldName,
        POSITION,
        LAKE.fieldType,
        LAKE.fieldShape,
    ),
    "imports": (LAKE.importsGlobal, LAKE.importsRiskyGlobal),
    "description": (DCT.description,),
    "architecture": (LAKE.architecture,),
    "library": (LAKE.library,),
    "license": (LAKE.declaredLicense, LAKE.licenseText),
    "context_length": (LAKE.contextLength,),
}
NAMESPACES: Mapping[str, str] = {
    "safetensors": "safetensors",
    "GGUF": "gguf",
    "ONNX": "onnx",
    "TFLite": "tflite",
    "HDF5": "hdf5",
    "Keras": "keras",
    "CoreML": "coreml",
    "SavedModel": "savedmodel",
    "TensorFlow graph": "savedmodel",
    "skops": "skops",
    "pickle": "pickle",
    "joblib": "joblib",
    "PyTorch": "torch",
    "TorchScript": "torch",
}
_LICENSE = "the IRI where it can be told, else the words"
_OTHER = "under the namespace of the format and its own name"
_LISTED = "one value a tensor: name, element type and shape"
_COUNTED = "the number of tensors"
_SUMMED = "the number of their elements"
_KINDS = "each element type; the most frequent one is the precision"
_PRECISE = "the quantization scheme, which goes before the most frequent element type"
_ARRAYS = "arrays are counted, and their elements under the namespace of the format: not all are parameters"
_RISKY = "the risky ones by a property of their own"

# (format, field as the format spells it, attribute of `Facts`, note).
FIELDS: tuple[tuple[str, str, str, str], ...] = (
    ("safetensors", "__metadata__.*", "keys", _OTHER),
    ("safetensors", "(tensor)", "tensors", _LISTED),
    ("safetensors", "(tensor)", "tensor_count", _COUNTED),
    ("safetensors", "(tensor).shape", "parameter_count", _SUMMED),
    ("safetensors", "(tensor).dtype", "elements", _KINDS),
    ("GGUF", "version", "format_version", ""),
    ("GGUF", "general.architecture", "architecture", ""),
    ("GGUF", "general.description", "description", ""),
    ("GGUF", "general.license, general.license.name", "license", _LICENSE),
    ("GGUF", "(architecture).context_length", "context_length", ""),
    ("GGUF", "general.file_type", "precision", _PRECISE),
    ("GGUF", "*", "keys", f"{_OTHER}; of long lists the first items"),
    ("GGUF", "tensor_infos", "tensors", _LISTED),
    ("GGUF", "tensor_infos", "tensor_count", _COUNTED),
    ("GGUF", "tensor_infos.dimensions", "parameter_count", _SUMMED),
    ("GGUF", "tensor_infos.type", "elements", _KINDS),
    ("ONNX", "ir_version", "format_version", ""),
    ("ONNX", "doc_string", "description", ""),
    ("ONNX", "opset_import", "operator_sets", "domain and version"),
    ("ONNX", "graph.node.op_type", "operators", "each once, also of inner graphs and functions"),
    ("ONNX", "graph.input, graph.output", "signatures", "without weights that are listed among the inputs"),
    ("ONNX", "graph.initializer, graph.sparse_initializer", "tensors", _LISTED),
    ("ONNX", "graph.initializer, graph.sparse_initializer", "tensor_count", _COUNTED),
    ("ONNX", "graph.initializer.dims", "parameter_count", _SUMMED),
    ("ONNX", "graph.initializer.data_type", "elements", _KINDS),
    ("ONNX", "metadata_props.model_license", "license", _LICENSE),
    (
        "ONNX",
        "producer_name, producer_version, domain, model_version, metadata_props.*, graph.name, graph.doc_string,"
        " functions.name, graph.initializer.external_data",
        "keys",
        _OTHER,
    ),
    ("TFLite", "version", "format_version", ""),
    ("TFLite", "description", "description", ""),
    ("TFLite", "operator_codes", "operators", ""),
    ("TFLite", "signature_defs, else subgraphs[0].inputs and outputs", "signatures", ""),
    ("TFLite", "subgraphs.tensors with a filled buffer", "tensors", _LISTED),
    ("TFLite", "subgraphs.tensors with a filled buffer", "tensor_count", _COUNTED),
    ("TFLite", "subgraphs.tensors.shape", "parameter_count", _SUMMED),
    ("TFLite", "subgraphs.tensors.type", "elements", _KINDS),
    ("TFLite", "metadata.name, subgraphs.name, number of quantized tensors", "keys", _OTHER),
    ("HDF5", "(dataset)", "tensors", _LISTED),
    ("HDF5", "(dataset)", "tensor_count", _COUNTED),
    ("HDF5", "(dataset) shape", "parameter_count", f"{_SUMMED}, where Keras wrote the file"),
    ("HDF5", "(dataset) type", "elements", _KINDS),
    ("HDF5", "model_config.class_name", "architecture", ""),
    ("HDF5", "model_config: batch_shape of layers", "signatures", ""),
    ("HDF5", "keras_version", "library", "keras, where it is there"),
    ("HDF5", "attributes, classes of layers", "keys", _OTHER),
    ("Keras", "metadata.json: keras_version", "format_version", ""),
    ("Keras", "metadata.json: *", "keys", _OTHER),
    ("Keras", "config.json: class_name", "architecture", ""),
    ("Keras", "config.json: batch_shape of layers", "signatures", ""),
    ("Keras", "(archive)", "library", "keras"),
    ("Keras", "model.weights.h5: (dataset)", "tensors", f"{_LISTED}; those of the optimizer are left out"),
    ("Keras", "model.weights.h5: (dataset)", "tensor_count", _COUNTED),
    ("Keras", "model.weights.h5: (dataset) shape", "parameter_count", _SUMMED),
    ("Keras", "model.weights.h5: (dataset) type", "elements", _KINDS),
    ("CoreML", "specificationVersion", "format_version", ""),
    ("CoreML", "Type", "architecture", "the kind of model, such as mlProgram"),
    ("CoreML", "description.input, description.output", "signatures", ""),
    ("CoreML", "description.metadata.shortDescription", "description", ""),
    ("CoreML", "description.metadata.license", "license", _LICENSE),
    ("CoreML", "description.metadata.*, description.predictedFeatureName", "keys", _OTHER),
    ("SavedModel", "saved_model_schema_version", "format_version", ""),
    ("SavedModel", "meta_graphs.signature_def", "signatures", ""),
    ("SavedModel", "meta_graphs.graph_def.node.op", "operators", "each once, also of functions"),
    ("SavedModel", "(file)", "library", "tensorflow"),
    ("SavedModel", "meta_info_def.tags, tensorflow_version, method_name", "keys", _OTHER),
    ("TensorFlow graph", "node.op", "operators", "each once, also of functions"),
    ("TensorFlow graph", "(file)", "library", "tensorflow"),
    ("skops", "schema.json: protocol", "format_version", ""),
    ("skops", "schema.json: __class__", "architecture", "of the outermost object"),
    ("skops", "schema.json: __module__", "library", "of the outermost object"),
    ("skops", "schema.json: __module__.__class__", "imports", _RISKY),
    ("skops", "schema.json: content", "keys", f"parameters, by their path, {_OTHER}"),
    ("skops", "*.npy", "tensors", _LISTED),
    ("skops", "*.npy", "tensor_count", _ARRAYS),
    ("skops", "*.npy: shape", "parameter_count", _ARRAYS),
    ("skops", "*.npy: descr", "elements", _KINDS),
    *(
        row
        for name in ("pickle", "joblib")
        for row in (
            (name, "class of the outermost object", "architecture", "found in the opcodes; nothing is made"),
            (name, "module of the outermost object", "library", ""),
            (name, "GLOBAL, STACK_GLOBAL, INST", "imports", _RISKY),
            (name, "arrays", "tensors", _LISTED),
            (name, "arrays", "tensor_count", _ARRAYS),
            (name, "shapes of arrays", "parameter_count", _ARRAYS),
            (name, "types of arrays", "elements", _KINDS),
            (name, "plain values, compression", "keys", f"by their path, {_OTHER}"),
        )
    ),
    *(
        row
        for name in ("PyTorch", "TorchScript")
        for row in (
            (name, "version", "format_version", ""),
            (name, "class of the outermost object", "architecture", "where a whole module was saved"),
            (name, "(archive)", "library", "pytorch"),
            (name, "data.pkl: GLOBAL, STACK_GLOBAL", "imports", _RISKY),
            (name, "data.pkl: storages", "tensors", _LISTED),
            (name, "data.pkl: storages", "tensor_count", _COUNTED),
            (name, "data.pkl: sizes", "parameter_count", _SUMMED),
            (name, "data.pkl: storage types", "elements", _KINDS),
            (name, "byteorder, .storage_alignment, extra/*, plain values", "keys", _OTHER),
        )
    ),
    ("TorchScript", "code/*.py", "operators", "the functions of torch and ops that are called"),
)


def mapping_table() -> tuple[MappedField, ...]:
    """The mapping table of all formats: first what every file has, then format by format."""
    common = (
        MappedField("any file: name", (LAKE.fileName,), "the model's title is taken from it, or from its folder"),
        MappedField("any file: format", TERMS["format"], "told by the content first and the name second"),
        MappedField("any file: size", (DCAT.byteSize,), "in bytes"),
        MappedField("any file: content", (SPDX.checksum, SPDX.checksumValue), "SHA-256"),
        MappedField("any file: content", (DCAT.version,), "the first 16 digits of the SHA-256 call the version"),
    )
    return (*common, *(_row(*item) for item in FIELDS))


def _row(name: str, field: str, fact: str, note: str) -> MappedField:
    keys = {"keys": "KEY", "tensors": "tensor"}
    terms = (format_key(NAMESPACES[name], keys[fact]),) if fact in keys else TERMS[fact]
    return MappedField(f"{name}: {field}", terms, note)
