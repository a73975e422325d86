"""TensorFlow Lite (https://github.com/tensorflow/tensorflow/blob/master/tensorflow/lite/schema/schema.fbs).

A FlatBuffer (https://flatbuffers.dev/internals/): tables whose fields are found through offsets, so that weights are
never touched. Field numbers are those of the schema.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from modellake.harvest.files.facts import Facts, Port, Ports, Shape, first_names
from modellake.harvest.files.window import Window, damaged

MAX_ITEMS = 100_000
MAX_PORTS = 200_000
_TYPES = (
    "float32 float16 int32 uint8 int64 string bool int16 complex64 int8 float64 complex128 uint64 resource variant "
    "uint32 uint16 int4 bfloat16"
)
# BuiltinOperator, in the order of its numbers.
_OPERATORS = (
    "ADD AVERAGE_POOL_2D CONCATENATION CONV_2D DEPTHWISE_CONV_2D DEPTH_TO_SPACE DEQUANTIZE EMBEDDING_LOOKUP FLOOR "
    "FULLY_CONNECTED HASHTABLE_LOOKUP L2_NORMALIZATION L2_POOL_2D LOCAL_RESPONSE_NORMALIZATION LOGISTIC "
    "LSH_PROJECTION LSTM MAX_POOL_2D MUL RELU RELU_N1_TO_1 RELU6 RESHAPE RESIZE_BILINEAR RNN SOFTMAX SPACE_TO_DEPTH "
    "SVDF TANH CONCAT_EMBEDDINGS SKIP_GRAM CALL CUSTOM EMBEDDING_LOOKUP_SPARSE PAD UNIDIRECTIONAL_SEQUENCE_RNN GATHER "
    "BATCH_TO_SPACE_ND SPACE_TO_BATCH_ND TRANSPOSE MEAN SUB DIV SQUEEZE UNIDIRECTIONAL_SEQUENCE_LSTM STRIDED_SLICE "
    "BIDIRECTIONAL_SEQUENCE_RNN EXP TOPK_V2 SPLIT LOG_SOFTMAX DELEGATE BIDIRECTIONAL_SEQUENCE_LSTM CAST PRELU MAXIMUM "
    "ARG_MAX MINIMUM LESS NEG PADV2 GREATER GREATER_EQUAL LESS_EQUAL SELECT SLICE SIN TRANSPOSE_CONV SPARSE_TO_DENSE "
    "TILE EXPAND_DIMS EQUAL NOT_EQUAL LOG SUM SQRT RSQRT SHAPE POW ARG_MIN FAKE_QUANT REDUCE_PROD REDUCE_MAX PACK "
    "LOGICAL_OR ONE_HOT LOGICAL_AND LOGICAL_NOT UNPACK REDUCE_MIN FLOOR_DIV REDUCE_ANY SQUARE ZEROS_LIKE FILL "
    "FLOOR_MOD RANGE RESIZE_NEAREST_NEIGHBOR LEAKY_RELU SQUARED_DIFFERENCE MIRROR_PAD ABS SPLIT_V UNIQUE CEIL "
    "REVERSE_V2 ADD_N GATHER_ND COS WHERE RANK ELU REVERSE_SEQUENCE MATRIX_DIAG QUANTIZE MATRIX_SET_DIAG ROUND "
    "HARD_SWISH IF WHILE NON_MAX_SUPPRESSION_V4 NON_MAX_SUPPRESSION_V5 SCATTER_ND SELECT_V2 DENSIFY SEGMENT_SUM "
    "BATCH_MATMUL PLACEHOLDER_FOR_GREATER_OP_CODES CUMSUM CALL_ONCE BROADCAST_TO RFFT2D CONV_3D IMAG REAL COMPLEX_ABS "
    "HASHTABLE HASHTABLE_FIND HASHTABLE_IMPORT HASHTABLE_SIZE REDUCE_ALL CONV_3D_TRANSPOSE VAR_HANDLE READ_VARIABLE "
    "ASSIGN_VARIABLE BROADCAST_ARGS RANDOM_STANDARD_NORMAL BUCKETIZE RANDOM_UNIFORM MULTINOMIAL GELU "
    "DYNAMIC_UPDATE_SLICE RELU_0_TO_1 UNSORTED_SEGMENT_PROD UNSORTED_SEGMENT_MAX UNSORTED_SEGMENT_SUM ATAN2 "
    "UNSORTED_SEGMENT_MIN SIGN"
)
_TYPE_NAMES = dict(enumerate(_TYPES.split()))
_OPERATOR_NAMES = dict(enumerate(_OPERATORS.split()))
_CUSTOM = 32


def looks_like_tflite(window: Window) -> bool:
    """True when a file has the identifier ``TFL3``."""
    return window.head(8)[4:] == b"TFL3"


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a FlatBuffer, at an offset in its file."""

    window: Window
    at: int

    def field(self, number: int) -> int | None:
        """The offset of a field in the file, or None where the table leaves it out."""
        entries = self.at - self.window.number(self.at, "<i")
        at = 4 + 2 * number
        if at + 2 > self.window.number(entries, "<H"):
            return None
        offset = self.window.number(entries + at, "<H")
        return self.at + offset if offset else None

    def number(self, number: int, form: str, default: int = 0) -> int:
        """A whole number."""
        at = self.field(number)
        return default if at is None else self.window.number(at, form)

    def table(self, number: int) -> Table | None:
        """A table inside this one."""
        at = self.field(number)
        return None if at is None else Table(self.window, at + self.window.number(at, "<I"))

    def text(self, number: int) -> str:
        """A text, or an empty one."""
        at, length = self.vector(number)
        return self.window.read(at, length).decode("utf-8", "replace")

    def vector(self, number: int) -> tuple[int, int]:
        """Where the items of a vector begin, and how many there are."""
        field = self.field(number)
        if field is None:
            return 0, 0
        at = field + self.window.number(field, "<I")
        length = self.window.number(at, "<I")
        if length > self.window.size - at:
            raise damaged(f"{length:,} items do not fit in the file", code="parse.truncated")
        return at + 4, length

    def tables(self, number: int) -> Iterator[Table]:
        """The tables in a vector."""
        at, length = self.vector(number)
        for position in range(at, at + 4 * min(length, MAX_ITEMS), 4):
            yield Table(self.window, position + self.window.number(position, "<I"))

    def numbers(self, number: int) -> list[int]:
        """The 32-bit numbers in a vector."""
        at, length = self.vector(number)
        return [self.window.number(position, "<i") for position in range(at, at + 4 * min(length, 4096), 4)]


def read_tflite(window: Window) -> Facts:
    """A model of TensorFlow Lite.

    Raises:
        ParseError: it is none (``parse.header``), or an offset leads out of the file (``parse.truncated``).
    """
    if not looks_like_tflite(window):
        raise damaged("The file has no identifier TFL3")
    model = Table(window, window.number(0, "<I"))
    facts = Facts("TFLite", str(model.number(0, "<I")), namespace="tflite", counts_tensors=True)
    facts.description = model.text(3)
    facts.operators = first_names({_operator(code) for code in model.tables(1)})
    filled = [_is_filled(buffer) for buffer in model.tables(4)]
    graphs: list[tuple[Table, list[Port]]] = []
    left = MAX_PORTS
    for graph in model.tables(2):
        graphs.append(_read_graph(facts, graph, filled))
        left -= len(graphs[-1][1]) + 1
        if left < 0:
            raise damaged("The model has too many graphs and tensors", code="parse.too-large")
    _read_signatures(facts, model, graphs)
    for entry in model.tables(6):
        facts.keep("metadata", entry.text(0))
    return facts


def _operator(code: Table) -> str:
    # The older field holds one byte; larger numbers stand in the newer one.
    number = max(code.number(0, "<b"), code.number(3, "<i"))
    if number == _CUSTOM:
        return f"custom.{code.text(1)}"
    return _OPERATOR_NAMES.get(number, f"BUILTIN_{number}")


def _is_filled(buffer: Table) -> bool:
    return buffer.vector(0)[1] > 0 or buffer.number(2, "<Q") > 1


def _read_graph(facts: Facts, graph: Table, filled: list[bool]) -> tuple[Table, list[Port]]:
    ports = []
    quantized = 0
    for tensor in graph.tables(0):
        shape, buffer = tensor.numbers(0), tensor.number(2, "<I")
        name, number = tensor.text(3), tensor.number(1, "<b")
        kind = _TYPE_NAMES.get(number, f"type {number}")
        if buffer < len(filled) and filled[buffer]:
            facts.add_tensor(name, kind, shape)
        details = tensor.table(4)
        quantized += details is not None and details.vector(2)[1] > 0
        signature: Shape = [*(tensor.numbers(7) or shape)]
        ports.append(Port(name, kind, signature))
    facts.keep("subgraph", graph.text(4))
    facts.keep("quantized_tensors", quantized or None)
    return graph, ports


def _read_signatures(facts: Facts, model: Table, graphs: list[tuple[Table, list[Port]]]) -> None:
    for signature in model.tables(7):
        index = signature.number(4, "<I")
        if index < len(graphs):
            ports = graphs[index][1]
            facts.signatures.append(
                Ports(signature.text(2), _mapped(signature, 0, ports), _mapped(signature, 1, ports))
            )
    if not facts.signatures and graphs:
        graph, ports = graphs[0]
        facts.signatures.append(Ports("", _picked(graph.numbers(1), ports), _picked(graph.numbers(2), ports)))


def _mapped(signature: Table, number: int, ports: list[Port]) -> list[Port]:
    found = []
    for entry in signature.tables(number):
        for port in _picked([entry.number(1, "<I")], ports):
            found.append(Port(entry.text(0), port.type, port.shape))
    return found


def _picked(indexes: list[int], ports: list[Port]) -> list[Port]:
    return [ports[index] for index in indexes if 0 <= index < len(ports)]
