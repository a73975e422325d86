"""Names that loading a file imports: which of them are usual for models, and which can run any code.

No list of dangerous names is complete: a name that is on neither list is reported as unfamiliar, and a file with
none of the risky ones is not thereby safe (https://docs.python.org/3/library/pickle.html).
"""

from __future__ import annotations

from collections.abc import Iterable

from modellake.core.report import Severity
from modellake.harvest.files.facts import Facts, first_names

# Modules whose functions start processes, open files and connections, or run code.
_RISKY_MODULES = frozenset(
    [
        "os",
        "posix",
        "nt",
        "posixpath",
        "ntpath",
        "subprocess",
        "sys",
        "socket",
        "socketserver",
        "ssl",
        "shutil",
        "pty",
        "commands",
        "platform",
        "signal",
        "importlib",
        "imp",
        "runpy",
        "pkgutil",
        "code",
        "codeop",
        "pdb",
        "bdb",
        "trace",
        "timeit",
        "profile",
        "cProfile",
        "doctest",
        "unittest",
        "ctypes",
        "cffi",
        "_ctypes",
        "webbrowser",
        "antigravity",
        "idlelib",
        "lib2to3",
        "distutils",
        "setuptools",
        "pip",
        "ensurepip",
        "venv",
        "zipimport",
        "http",
        "urllib",
        "urllib3",
        "requests",
        "httpx",
        "aiohttp",
        "ftplib",
        "smtplib",
        "poplib",
        "imaplib",
        "telnetlib",
        "xmlrpc",
        "asyncio",
        "multiprocessing",
        "threading",
        "_thread",
        "concurrent",
        "tempfile",
        "pathlib",
        "glob",
        "fileinput",
        "io",
        "_io",
        "mmap",
        "marshal",
        "shelve",
        "pickle",
        "_pickle",
        "cloudpickle",
        "dill",
        "types",
        "inspect",
        "gc",
        "atexit",
        "sysconfig",
        "site",
        "cmd",
        "getpass",
        "pydoc",
        "logging",
        "sqlite3",
    ]
)
_RISKY_NAMES = frozenset(
    f"{module}.{name}"
    for module in ("builtins", "__builtin__", "__builtins__")
    for name in [
        "eval",
        "exec",
        "compile",
        "execfile",
        "open",
        "getattr",
        "setattr",
        "delattr",
        "globals",
        "locals",
        "vars",
        "__import__",
        "input",
        "breakpoint",
        "exit",
        "quit",
        "apply",
        "map",
        "filter",
    ]
) | frozenset(
    [
        "functools.partial",
        "functools.reduce",
        "operator.attrgetter",
        "operator.methodcaller",
        "_operator.attrgetter",
        "_operator.methodcaller",
        "numpy.testing._private.utils.runstring",
        "numpy.load",
        "numpy.f2py.crackfortran.myeval",
        "torch.load",
        "torch.hub.load",
        "torch.utils.cpp_extension.load",
        "torch.jit.load",
        "torch.serialization.load",
        "joblib.load",
        "joblib.numpy_pickle.load",
        "pandas.read_pickle",
        "pandas.io.pickle.read_pickle",
        "?",
    ]
)
# Classes of these modules hold data and do nothing else when they are made.
_HARMLESS = frozenset(["types.SimpleNamespace", "pathlib.PosixPath", "pathlib.PurePosixPath", "pathlib.Path"])
_FAMILIAR = frozenset(
    [
        "sklearn",
        "numpy",
        "scipy",
        "pandas",
        "torch",
        "torchvision",
        "torchaudio",
        "joblib",
        "xgboost",
        "lightgbm",
        "catboost",
        "collections",
        "builtins",
        "__builtin__",
        "copyreg",
        "copy_reg",
        "_codecs",
        "datetime",
        "decimal",
        "fractions",
        "uuid",
        "keras",
        "tensorflow",
        "transformers",
        "sentence_transformers",
        "statsmodels",
        "imblearn",
        "category_encoders",
        "skops",
        "onnx",
        "timm",
        "spacy",
        "nltk",
        "gensim",
        "flax",
        "jax",
        "__torch__",
        "operator",
        "functools",
        "re",
        "enum",
        "array",
        "math",
        "random",
        "zoneinfo",
        "dataclasses",
        "itertools",
        "string",
    ]
)

# Names of libraries that are not those of their modules, and modules that are no library of models.
_LIBRARIES = {"sklearn": "scikit-learn", "torch": "pytorch", "__torch__": "pytorch"} | dict.fromkeys(
    ["builtins", "__builtin__", "collections", "numpy", "copyreg", "__main__", "?"], ""
)


def describe_imports(facts: Facts, names: Iterable[str]) -> None:
    """Keep the names, and note the risky and the unfamiliar ones."""
    facts.imports = first_names(set(names))
    risky = [name for name in facts.imports if is_risky(name)]
    if risky:
        facts.note(
            "file.risky-imports",
            f"Loading this file imports {_listed(risky)}, which can run any code",
            "Do not load it before its origin is clear; ask for the weights in safetensors or ONNX instead.",
            severity=Severity.WARNING,
        )
    unfamiliar = [name for name in facts.imports if name not in risky and name.partition(".")[0] not in _FAMILIAR]
    if unfamiliar:
        facts.note(
            "file.unfamiliar-imports",
            f"Loading this file imports {_listed(unfamiliar)}, of which nothing is known here",
            "Look at that code before you load the file.",
        )


def is_risky(name: str) -> bool:
    """True for names with which a file could run any code when it is loaded."""
    return name not in _HARMLESS and (name in _RISKY_NAMES or name.partition(".")[0] in _RISKY_MODULES)


def library_of(name: str) -> str:
    """The library that a class belongs to, by its module."""
    root = name.partition(".")[0]
    return _LIBRARIES.get(root, root)


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return ", ".join(names[:5])[:500] + more
