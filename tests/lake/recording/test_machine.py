"""The machine, the container and the packages of a run."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path

import pytest
from pyoxigraph import Literal
from recorded import objects

from modellake.core.vocab import HARDWARE, LAKE, SCHEMA, SPDX
from modellake.lake.lake import Lake
from modellake.lake.recording import environment, machine
from modellake.lake.recording.environment import current_environment, lock_file
from modellake.lake.recording.machine import Container, accelerators, container, memory_limit
from modellake.lake.recording.packages import content_digest, installed_packages

ID = "4f2e" * 16


def put(root: Path, name: str, text: str) -> None:
    """A file as the kernel or a container engine would show it."""
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_outside_of_containers(tmp_path: Path) -> None:
    put(tmp_path, "proc/self/cgroup", "0::/user.slice/user-1000.slice/session-2.scope\n")
    assert container(tmp_path, {}) is None


def test_docker_with_control_groups_of_version_1(tmp_path: Path) -> None:
    put(tmp_path, ".dockerenv", "")
    put(tmp_path, "proc/self/cgroup", f"12:memory:/docker/{ID}\n0::/docker/{ID}\n")
    assert container(tmp_path, {}) == Container("docker", ID)


def test_docker_with_control_groups_of_version_2(tmp_path: Path) -> None:
    put(tmp_path, ".dockerenv", "")
    put(tmp_path, "proc/self/cgroup", "0::/\n")
    mounted = f"712 690 254:1 /docker/containers/{ID}/hostname /etc/hostname rw - ext4 /dev/vda1 rw\n"
    put(tmp_path, "proc/self/mountinfo", "689 1 0:50 / / rw - overlay overlay rw\n" + mounted)
    assert container(tmp_path, {"CONTAINER_IMAGE": "acme/train:1"}) == Container("docker", ID, "acme/train:1")


def test_podman_tells_its_image(tmp_path: Path) -> None:
    put(tmp_path, "run/.containerenv", f'engine="podman-4.9"\nname="x"\nid="{ID}"\nimage="docker.io/acme/train:1"\n')
    assert container(tmp_path, {}) == Container("podman", ID, "docker.io/acme/train:1")


def test_kubernetes_and_singularity(tmp_path: Path) -> None:
    put(tmp_path, "proc/self/cgroup", f"0::/kubepods/burstable/pod1/cri-containerd-{ID}.scope\n")
    assert container(tmp_path, {"KUBERNETES_SERVICE_HOST": "10.0.0.1"}) == Container("kubernetes", ID)
    image = {"APPTAINER_CONTAINER": "/images/train.sif"}
    assert container(tmp_path / "none", image) == Container("singularity", None, "train.sif")


@pytest.mark.parametrize(
    ("name", "text", "limit"),
    [
        ("sys/fs/cgroup/memory.max", "max\n", None),
        ("sys/fs/cgroup/memory.max", "1073741824\n", 2**30),
        ("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n", None),
        ("sys/fs/cgroup/memory/memory.limit_in_bytes", "2147483648\n", 2**31),
    ],
)
def test_limits_of_memory(tmp_path: Path, name: str, text: str, limit: int | None) -> None:
    put(tmp_path, name, text)
    assert memory_limit(tmp_path) == limit


@pytest.fixture
def tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of commands that comes first: there is no accelerator here whose own tool could be asked."""
    caches = (accelerators, machine.machine_facts, machine.machine_properties, environment._environment)
    for cache in caches:
        cache.cache_clear()
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    yield tmp_path
    for cache in caches:
        cache.cache_clear()


def prints(path: Path, text: str, status: int = 0) -> None:
    """A command that prints this and ends so."""
    path.write_text(f"#!/bin/sh\ncat <<'END'\n{text}\nEND\nexit {status}\n", encoding="utf-8")
    path.chmod(0o755)


@pytest.mark.skipif(sys.platform == "win32", reason="the command is a shell script")
def test_what_nvidia_smi_lists(tool: Path, lake: Lake) -> None:
    prints(tool / "nvidia-smi", "NVIDIA A100-SXM4-80GB, 81920, 550.54.15\nNVIDIA A100-SXM4-80GB, 81920, 550.54.15")
    with lake.run("train") as run:
        pass
    [used] = objects(lake, run.iri, LAKE.usedEnvironment)
    assert objects(lake, used, LAKE.acceleratorModel) == [Literal("NVIDIA A100-SXM4-80GB")]
    assert [item.value for item in objects(lake, used, LAKE.acceleratorCount)] == ["2"]
    assert objects(lake, used, LAKE.acceleratorKind) == [HARDWARE.gpu]
    properties = {item.value for item in objects(lake, used, SCHEMA.additionalProperty, SCHEMA.value)}
    assert {"550.54.15", f"[{81920 * 2**20}]"} <= properties


@pytest.mark.skipif(sys.platform == "win32", reason="the command is a shell script")
def test_what_rocm_smi_lists(tool: Path) -> None:
    prints(tool / "nvidia-smi", "NVIDIA-SMI has failed", status=9)
    prints(
        tool / "rocm-smi",
        '{"card0": {"Card Series": "AMD Instinct MI250X", "VRAM Total Memory (B)": "68702699520"},'
        ' "system": {"Driver version": "6.3.6"}}',
    )
    assert [(item.model, item.memory, item.driver) for item in accelerators()] == [
        ("AMD Instinct MI250X", 68702699520, "6.3.6")
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="the command is a shell script")
@pytest.mark.parametrize("text", ["", "no devices were found", "a,b", "[]", "{", '{"card0": 1}'])
def test_tools_that_say_something_else(tool: Path, text: str) -> None:
    prints(tool / "nvidia-smi", text)
    prints(tool / "rocm-smi", text)
    assert accelerators() == ()


# Packages


def test_packages_are_known_by_their_files(lake: Lake) -> None:
    with lake.run("train") as run:
        pass
    [used] = objects(lake, run.iri, LAKE.usedEnvironment)
    digests = objects(lake, used, LAKE.hasPackage, SPDX.checksum, SPDX.checksumValue)
    wheels = [item for item in installed_packages() if item.checksum]
    assert sorted(item.checksum for item in wheels) == [digest.value for digest in digests]
    assert {"pyoxigraph", "zstandard"} <= {item.package_name for item in wheels}


def test_the_digest_of_a_package_does_not_depend_on_the_place() -> None:
    record = distribution("pyoxigraph").read_text("RECORD")
    assert record is not None
    elsewhere = (
        f"../../../Scripts/tool.exe,sha256=abc,1\n{record}pyoxigraph/__pycache__/x.cpython-313.pyc,,\n"
        "pyoxigraph-1.dist-info/direct_url.json,sha256=abc,9\npyoxigraph-1.dist-info/REQUESTED,sha256=abc,0\n"
    )
    assert content_digest(elsewhere) == content_digest(record)
    assert content_digest(record.replace(".so,sha256=", ".so,sha256=x")) != content_digest(record)
    assert content_digest("") is None


# Lock files


def test_the_lock_file_beside_the_code(lake: Lake, tmp_path: Path) -> None:
    put(tmp_path, "code/uv.lock", "version = 1\n")
    put(tmp_path, "code/requirements.txt", "numpy\n")
    put(tmp_path, "code/train.py", "")
    with lake.run("train", code=tmp_path / "code" / "train.py") as run:
        pass
    [used] = objects(lake, run.iri, LAKE.usedEnvironment)
    assert objects(lake, used, LAKE.lockFile, LAKE.fileName) == [Literal("uv.lock")]
    digest = hashlib.sha256(b"version = 1\n").hexdigest()
    assert objects(lake, used, LAKE.lockFile, SPDX.checksum, SPDX.checksumValue) == [Literal(digest)]
    assert lock_file(tmp_path) is None


def test_the_lock_file_of_a_folder_around_the_code(tmp_path: Path) -> None:
    put(tmp_path, "uv.lock", "version = 1\n")
    put(tmp_path, "project/src/train.py", "")
    code = tmp_path / "project" / "src"
    assert current_environment(code, tmp_path).lock_file is not None
    assert current_environment(code, tmp_path / "project").lock_file is None
    assert current_environment(code).lock_file is None
    assert current_environment(code, tmp_path).name != current_environment(code).name
