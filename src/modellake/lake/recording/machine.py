"""The machine of a run: operating system, processor, memory, accelerators, container.

Nothing here may stop a run: what cannot be found out is left out. All is looked up once in a process.
"""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from modellake.lake.recording.commands import output_of

_ID = re.compile(r"\b([0-9a-f]{64})\b")
# Where container engines keep the files that they mount into a container, such as /etc/hostname.
_MOUNTED = re.compile(r"containers/([0-9a-f]{64})/")
_PODMAN = re.compile(r'^(\w+)="(.*)"$', re.MULTILINE)
_MIB = 2**20


@dataclass(frozen=True, slots=True)
class Accelerator:
    """One accelerator.

    Attributes:
        memory: bytes; None where it is not told.
    """

    model: str
    memory: int | None = None
    driver: str | None = None


@dataclass(frozen=True, slots=True)
class Container:
    """The container that a process runs in, as far as it can be seen from inside.

    Attributes:
        engine: ``docker``, ``podman``, ``kubernetes``, ``singularity``, or None where only an identifier is seen.
        id: 64 hexadecimal digits.
        image: its reference, where the engine or the environment tells it.
    """

    engine: str | None = None
    id: str | None = None
    image: str | None = None


@lru_cache(maxsize=1)
def machine_facts() -> dict[str, Any]:
    """Fields of an environment record."""
    devices = accelerators()
    return {
        "operating_system": _operating_system(),
        "processor": _processor(),
        "memory_size": _memory_size(),
        "accelerator_model": sorted({item.model for item in devices}),
        "accelerator_kind": "gpu" if devices else None,
        "accelerator_count": len(devices) or None,
    }


@lru_cache(maxsize=1)
def machine_properties() -> dict[str, Any]:
    """What the ontology has no term for: counts, architecture, drivers, limits; sizes in bytes."""
    devices = accelerators()
    known = {
        "python.implementation": platform.python_implementation(),
        "machine.architecture": platform.machine(),
        "machine.kernel": platform.release(),
        "processor.count": os.cpu_count(),
        "container.memory.limit": memory_limit(),
        "accelerator.memory": sorted({item.memory for item in devices if item.memory}),
        "accelerator.driver": ", ".join(sorted({item.driver for item in devices if item.driver})),
    }
    return {name: value for name, value in known.items() if value}


@lru_cache(maxsize=1)
def accelerators() -> tuple[Accelerator, ...]:
    """The GPUs that the tools of their drivers list."""
    return tuple(_nvidia() or _amd())


def container(root: Path = Path("/"), environment: Mapping[str, str] = os.environ) -> Container | None:
    """The container around this process; None outside of any."""
    podman = dict(_PODMAN.findall(_text(root / "run/.containerenv")))
    identifier = podman.get("id") or _container_id(root)
    engine = _engine(root, environment)
    if engine is None and identifier is None:
        return None
    told = environment.get("CONTAINER_IMAGE") or environment.get("MODELLAKE_CONTAINER_IMAGE")
    sif = environment.get("APPTAINER_CONTAINER") or environment.get("SINGULARITY_CONTAINER")
    return Container(engine, identifier, told or podman.get("image") or (Path(sif).name if sif else None))


def memory_limit(root: Path = Path("/")) -> int | None:
    """The bytes of memory that a control group leaves to this process; None where there is no limit."""
    for place in ("sys/fs/cgroup/memory.max", "sys/fs/cgroup/memory/memory.limit_in_bytes"):
        text = _text(root / place).strip()
        # Version 1 writes the largest number of pages for "no limit".
        if text.isdecimal() and int(text) < 2**60:
            return int(text)
    return None


def _engine(root: Path, environment: Mapping[str, str]) -> str | None:
    signs = {
        "kubernetes": "KUBERNETES_SERVICE_HOST" in environment,
        "podman": (root / "run/.containerenv").exists(),
        "docker": (root / ".dockerenv").exists(),
        "singularity": "SINGULARITY_CONTAINER" in environment or "APPTAINER_CONTAINER" in environment,
    }
    return next((engine for engine, seen in signs.items() if seen), None)


def _container_id(root: Path) -> str | None:
    """From the control groups of version 1; version 2 hides them, but not what is mounted."""
    found = _ID.search(_text(root / "proc/self/cgroup")) or _MOUNTED.search(_text(root / "proc/self/mountinfo"))
    return found[1] if found else None


def _operating_system() -> str:
    with suppress(OSError):
        return platform.freedesktop_os_release().get("PRETTY_NAME") or platform.platform()
    return platform.platform()


def _processor() -> str:
    for line in _text(Path("/proc/cpuinfo")).splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    brand = output_of(["sysctl", "-n", "machdep.cpu.brand_string"]) if platform.system() == "Darwin" else None
    return (brand or b"").decode(errors="replace").strip() or platform.processor() or platform.machine()


def _memory_size() -> int | None:
    with suppress(AttributeError, ValueError, OSError):
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return None


def _nvidia() -> list[Accelerator]:
    """https://docs.nvidia.com/deploy/nvidia-smi/index.html"""
    command = shutil.which("nvidia-smi")
    asked = ["--query-gpu=name,memory.total,driver_version", "--format=csv,noheader,nounits"]
    output = output_of([command, *asked]) if command else None
    rows = [line.rsplit(",", 2) for line in (output or b"").decode(errors="replace").splitlines()]
    return [_nvidia_device(*(part.strip() for part in row)) for row in rows if len(row) == 3]


def _nvidia_device(model: str, mebibytes: str, driver: str) -> Accelerator:
    return Accelerator(model, int(mebibytes) * _MIB if mebibytes.isdecimal() else None, driver or None)


def _amd() -> list[Accelerator]:
    """https://rocm.docs.amd.com/projects/rocm_smi_lib/en/latest/"""
    command = shutil.which("rocm-smi")
    asked = ["--showproductname", "--showmeminfo", "vram", "--showdriverversion", "--json"]
    output = output_of([command, *asked]) if command else None
    try:
        listed = json.loads(output or b"{}")
        driver = listed.get("system", {}).get("Driver version")
        cards = [card for name, card in sorted(listed.items()) if name.startswith("card")]
        return [_amd_device({key.lower(): text for key, text in card.items()}, driver) for card in cards]
    except (ValueError, AttributeError):
        return []


def _amd_device(card: Mapping[str, Any], driver: str | None) -> Accelerator:
    memory = str(card.get("vram total memory (b)", ""))
    return Accelerator(str(card.get("card series", "AMD GPU")), int(memory) if memory.isdecimal() else None, driver)


def _text(path: Path) -> str:
    with suppress(OSError):
        return path.read_text(encoding="utf-8", errors="replace")
    return ""
