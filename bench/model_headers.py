"""Reading the headers of model files: our readers against the libraries of the formats, in time and in memory.

Files of 256 MiB are made on the spot. Each reading happens in a process of its own, which tells how long it took and by
how much its peak of memory grew, imports not counted. It runs on Linux, which tells the peak of a new process.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from measure import report

SIZE = 256 * 1024 * 1024
RUNS = 3
OURS = "from modellake.harvest.files.places import read_facts, window_of\nopened = open(PATH, 'rb')"
READ = "read_facts(window_of(opened, SIZE), PATH)"
# Format: (what to import, what to read with), ours first.
READERS = {
    "onnx": {
        "ours": (OURS, READ),
        "onnx.load": ("import onnx", "onnx.load(PATH)"),
    },
    "safetensors": {
        "ours": (OURS, READ),
        "safe_open": (
            "from safetensors import safe_open",
            "file = safe_open(PATH, 'numpy'); [(n, file.get_slice(n).get_shape()) for n in file.keys()]",
        ),
    },
    "gguf": {
        "ours": (OURS, READ),
        "GGUFReader": ("from gguf import GGUFReader", "reader = GGUFReader(PATH); [t.shape for t in reader.tensors]"),
    },
}
CHILD = """
import json, os, sys, time
def peak():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024
PATH = sys.argv[1]
SIZE = os.path.getsize(PATH)
{imports}
before = peak()
started = time.perf_counter()
{read}
seconds = time.perf_counter() - started
print(json.dumps([seconds, peak() - before]))
"""


def write_onnx(path: Path) -> None:
    """A model of 64 weights of 4 MiB."""
    import numpy
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    shape = (1024, 1024)
    names = [f"w{number}" for number in range(SIZE // (4 * 1024 * 1024))]
    weights = [numpy_helper.from_array(numpy.ones(shape, "float32"), name) for name in names]
    ends = ["x", *(f"h{number}" for number in range(len(names)))]
    nodes = [helper.make_node("MatMul", [ends[i], name], [ends[i + 1]]) for i, name in enumerate(names)]
    ports = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 1024]) for name in (ends[0], ends[-1])]
    onnx.save(helper.make_model(helper.make_graph(nodes, "g", ports[:1], ports[1:], weights)), path)


def write_safetensors(path: Path) -> None:
    """64 tensors of 4 MiB."""
    import numpy
    from safetensors.numpy import save_file

    count = SIZE // (4 * 1024 * 1024)
    save_file({f"w{number}": numpy.ones((1024, 1024), "float32") for number in range(count)}, path)


def write_gguf(path: Path) -> None:
    """64 tensors of 4 MiB and a vocabulary of 128,000 words, as a language model has."""
    import gguf
    import numpy

    writer = gguf.GGUFWriter(path, "llama")
    writer.add_token_list([f"token{number}" for number in range(128_000)])
    for number in range(SIZE // (4 * 1024 * 1024)):
        writer.add_tensor(f"blk.{number}.weight", numpy.ones((1024, 1024), "float32"))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


WRITERS: dict[str, Callable[[Path], None]] = {
    "onnx": write_onnx,
    "safetensors": write_safetensors,
    "gguf": write_gguf,
}


def measured(imports: str, read: str, path: Path) -> tuple[float, float]:
    """Seconds, and growth in MiB, of one reading in a process of its own: the medians of `RUNS`."""
    script = CHILD.format(imports=imports, read=read)
    runs = [
        json.loads(subprocess.run([sys.executable, "-c", script, str(path)], check=True, capture_output=True).stdout)
        for _ in range(RUNS)
    ]
    return statistics.median(run[0] for run in runs), statistics.median(run[1] for run in runs)


def main() -> None:
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, readers in READERS.items():
            path = Path(folder) / f"model.{name}"
            WRITERS[name](path)
            for reader, (imports, read) in readers.items():
                seconds, memory = measured(imports, read, path)
                figures[f"{name}, {reader}: seconds"] = seconds
                figures[f"{name}, {reader}: MiB"] = memory
            path.unlink()
    report("model_headers", figures)


if __name__ == "__main__":
    main()
