"""The process of a run: who runs it, by which command, and with which settings of the environment."""

from __future__ import annotations

import getpass
import os
import shlex
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from modellake.lake.recording.machine import container
from modellake.lake.recording.secrets import MASK, is_secret_name, masked, masked_text

# Facts of the process are properties of the run whose names begin so.
PREFIX = "process."
# What changes the outcome or the speed of a run, and is no secret.
_VARIABLES = (
    "CUBLAS_WORKSPACE_CONFIG",
    "CUDA_VISIBLE_DEVICES",
    "HIP_VISIBLE_DEVICES",
    "LOCAL_RANK",
    "MKL_NUM_THREADS",
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "PYTHONHASHSEED",
    "PYTORCH_CUDA_ALLOC_CONF",
    "RANK",
    "ROCR_VISIBLE_DEVICES",
    "SLURM_ARRAY_TASK_ID",
    "SLURM_JOB_ID",
    "TF_DETERMINISTIC_OPS",
    "TOKENIZERS_PARALLELISM",
    "WORLD_SIZE",
    "XLA_FLAGS",
)


def user_name() -> str:
    """Who the process runs as."""
    with suppress(OSError, KeyError, ImportError):
        return getpass.getuser()
    return "unknown"


def running_script() -> Path | None:
    """The script that was started as ``python script.py``, or the notebook that is open; None in a console.

    Notebooks are known where the front end tells their path: Jupyter Server 2, and Visual Studio Code.
    """
    main = sys.modules.get("__main__")
    notebook = getattr(main, "__vsc_ipynb_file__", None) or os.environ.get("JPY_SESSION_NAME", "")
    if notebook and Path(notebook).is_file():
        return Path(notebook)
    file = getattr(main, "__file__", None)
    if file is None or getattr(main, "__spec__", None) is not None:
        return None
    path = Path(file)
    return path if path.suffix == ".py" and path.is_file() else None


def process_facts(environment: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """The command, the container, and the variables of an allow-list, masked, by their names."""
    around = container(environment=environment)
    facts = {
        "command": command_line(sys.argv),
        "container.id": around.id if around else None,
        "container.engine": around.engine if around else None,
        "processors": _processors(),
        **{f"environment.{name}": masked(name, environment[name]) for name in _VARIABLES if name in environment},
    }
    return {PREFIX + name: value for name, value in facts.items() if value is not None}


def command_line(arguments: Sequence[str]) -> str:
    """A command as a shell would read it, without the values of options that are secret."""
    return shlex.join(_masked_arguments(arguments))


def _masked_arguments(arguments: Sequence[str]) -> Iterator[str]:
    hide = False
    for argument in arguments:
        if hide and not argument.startswith("--"):
            yield MASK
            hide = False
            continue
        option, equals, _ = argument.partition("=")
        secret = argument.startswith("-") and is_secret_name(option.lstrip("-"))
        hide = secret and not equals
        named = equals and (secret or is_secret_name(option.rpartition(".")[2]))
        yield f"{option}={MASK}" if named else masked_text(argument)


def _processors() -> int | None:
    """How many processors the process may use, which a scheduler may have limited."""
    with suppress(AttributeError, OSError):
        return len(os.sched_getaffinity(0))
    return os.cpu_count()
