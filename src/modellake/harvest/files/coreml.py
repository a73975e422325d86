"""Core ML (https://apple.github.io/coremltools/mlmodel/Format/Model.html): the description in front of the weights."""

from __future__ import annotations

from modellake.harvest.files.facts import Facts, Port, Ports, Shape
from modellake.harvest.files.protobuf import Message
from modellake.harvest.files.window import Window, damaged

_KINDS = {
    200: "pipelineClassifier",
    201: "pipelineRegressor",
    202: "pipeline",
    300: "glmRegressor",
    301: "supportVectorRegressor",
    302: "treeEnsembleRegressor",
    303: "neuralNetworkRegressor",
    304: "bayesianProbitRegressor",
    400: "glmClassifier",
    401: "supportVectorClassifier",
    402: "treeEnsembleClassifier",
    403: "neuralNetworkClassifier",
    404: "kNearestNeighborsClassifier",
    500: "neuralNetwork",
    501: "itemSimilarityRecommender",
    502: "mlProgram",
    555: "customModel",
    556: "linkedModel",
    600: "oneHotEncoder",
    601: "imputer",
    602: "featureVectorizer",
    603: "dictVectorizer",
    604: "scaler",
    606: "categoricalMapping",
    607: "normalizer",
    609: "arrayFeatureExtractor",
    610: "nonMaximumSuppression",
    900: "identity",
    2000: "textClassifier",
    2001: "wordTagger",
    2002: "visionFeaturePrint",
    2003: "soundAnalysisPreprocessing",
    2004: "gazetteer",
    2005: "wordEmbedding",
    2006: "audioFeaturePrint",
}
_ARRAY_TYPES = {65568: "float32", 65552: "float16", 65600: "float64", 131104: "int32", 131080: "int8"}
_PLAIN_TYPES = {1: "int64", 2: "float64", 3: "string", 6: "dictionary", 7: "sequence", 8: "state"}
_IMAGE, _ARRAY = 4, 5


def read_coreml(window: Window) -> Facts:
    """A model of Core ML.

    Raises:
        ParseError: it is none (``parse.header``), or ends too early (``parse.truncated``).
    """
    model = Message(window)
    version, description = model.number(1), model.message(2)
    if version is None or description is None:
        raise damaged("A model of Core ML needs specificationVersion and description")
    facts = Facts("CoreML", str(version), namespace="coreml")
    kinds = [number for number, _ in model.fields() if number >= 200]
    facts.architecture = _KINDS.get(kinds[0], f"type {kinds[0]}") if kinds else ""
    inputs = [_port(item) for item in description.messages(1)]
    outputs = [_port(item) for item in description.messages(10)]
    if inputs or outputs:
        facts.signatures.append(Ports("", inputs, outputs))
    facts.keep("predictedFeatureName", description.text(11))
    facts.keep("predictedProbabilitiesName", description.text(12))
    _keep_metadata(facts, description.message(100))
    return facts


def _keep_metadata(facts: Facts, metadata: Message | None) -> None:
    if metadata is None:
        return
    facts.description, facts.license = metadata.text(1), metadata.text(4)
    facts.keep("versionString", metadata.text(2))
    facts.keep("author", metadata.text(3))
    for pair in metadata.messages(100):
        facts.keep(pair.text(1), pair.text(2))


def _port(feature: Message) -> Port:
    kind = feature.message(3)
    for number, value in kind.fields() if kind else ():
        if not isinstance(value, Window):
            continue
        inner = Message(value)
        if number == _ARRAY:
            code = inner.number(2) or 0
            shape: Shape = [*inner.numbers(1)]
            return Port(feature.text(1), _ARRAY_TYPES.get(code, f"type {code}"), shape)
        if number == _IMAGE:
            return Port(feature.text(1), "image", [inner.number(2) or -1, inner.number(1) or -1])
        if number in _PLAIN_TYPES:
            return Port(feature.text(1), _PLAIN_TYPES[number], None)
    return Port(feature.text(1), "", None)
