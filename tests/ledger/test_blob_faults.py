"""Faults while blobs are written to a folder: killed processes, other writers, full disks, missing rights."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from modellake.core.errors import UnavailableError
from modellake.ledger.blob_folder import BlobFolder
from modellake.ledger.blobs import Blobs

from .test_faults import ordinary_user, start

WRITING = """
    import hashlib, os, sys
    from pathlib import Path
    from modellake.ledger.blob_folder import BlobFolder
    from modellake.ledger.blobs import Blobs

    def pieces():
        for number in range(50):
            yield bytes([number]) * 1_000_000
            if number == 30:
                print("in the middle", flush=True)
                sys.stdin.read()

    content = b"".join(bytes([number]) * 1_000_000 for number in range(50))
    Blobs([BlobFolder(Path(sys.argv[1]))]).keep(hashlib.sha256(content).hexdigest(), pieces())
"""
WRITTEN = hashlib.sha256(b"".join(bytes([number]) * 1_000_000 for number in range(50))).hexdigest()


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_a_killed_writer_leaves_a_file_that_is_removed_later_and_no_blob(tmp_path: Path) -> None:
    folder = BlobFolder(tmp_path / "blobs")
    with start(WRITING, folder.root) as process:
        assert process.stdout.readline() == "in the middle\n"
        assert len(files(folder.root)) == 1
        assert folder.clean() == 0, "a file that is being written was removed"
        os.kill(process.pid, signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
    assert list(folder.list()) == []
    (left,) = files(folder.root)
    assert left.parent.name == "incoming"
    assert folder.clean() == 1
    assert files(folder.root) == []


def test_a_writer_goes_on_while_another_process_cleans(tmp_path: Path) -> None:
    folder = BlobFolder(tmp_path / "blobs")
    with start(WRITING, folder.root) as process:
        assert process.stdout.readline() == "in the middle\n"
        assert folder.clean() == 0
        process.communicate("")
        assert process.returncode == 0
    assert [blob.sha256 for blob in folder.list()] == [WRITTEN]
    assert Blobs([folder]).check(WRITTEN) is None


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
def test_an_interrupted_writer_removes_its_file(tmp_path: Path) -> None:
    folder = BlobFolder(tmp_path / "blobs")
    with start(WRITING, folder.root) as process:
        assert process.stdout.readline() == "in the middle\n"
        process.send_signal(signal.SIGINT)
        process.communicate()
        assert process.returncode != 0
    assert files(folder.root) == []


MANY = """
    import hashlib, sys
    from pathlib import Path
    from modellake.ledger.blob_folder import BlobFolder
    from modellake.ledger.blobs import Blobs

    for number in range(40):
        content = b"%d" % number * 10_000
        # Each one opens the place anew, and so cleans up while the other writes.
        folder = BlobFolder(Path(sys.argv[1]))
        folder.clean()
        Blobs([folder]).keep(hashlib.sha256(content).hexdigest(), [content[:5], content[5:]], len(content))
"""


def test_processes_that_write_the_same_blobs_at_once_agree(tmp_path: Path) -> None:
    folder = BlobFolder(tmp_path / "blobs")
    processes = [start(MANY, folder.root) for _ in range(3)]
    for process in processes:
        process.communicate()
        assert process.returncode == 0
    found = list(folder.list())
    assert len(found) == 40
    assert all(Blobs([folder]).check(blob.sha256) is None for blob in found)
    assert len(files(folder.root)) == 40


LIMITED = """
    import hashlib, resource, sys
    from pathlib import Path
    from modellake.core.errors import UnavailableError
    from modellake.ledger.blob_folder import BlobFolder
    from modellake.ledger.blobs import Blobs

    resource.setrlimit(resource.RLIMIT_FSIZE, (3_000_000, 3_000_000))
    content = bytes(10_000_000)
    try:
        Blobs([BlobFolder(Path(sys.argv[1]))]).keep(hashlib.sha256(content).hexdigest(), [content])
    except UnavailableError as error:
        print(error.code, error.exit_status)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there are no resource limits on Windows")
def test_a_disk_that_takes_no_more_keeps_nothing(tmp_path: Path) -> None:
    output, _ = start(LIMITED, tmp_path / "blobs").communicate()
    assert output == "blob.disk-full 4\n"
    assert files(tmp_path) == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of two megabytes."""
    folder = tmp_path / "small"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        pytest.skip("there is no mount on this system")
    if done.returncode:
        pytest.skip(f"no file system can be mounted here: {done.stderr.strip()}")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_keeps_what_it_has_and_nothing_by_halves(small_disk: Path) -> None:
    blobs = Blobs([BlobFolder(small_disk / "blobs")])
    small, large = os.urandom(500_000), os.urandom(3_000_000)
    assert blobs.keep(hashlib.sha256(small).hexdigest(), [small])
    with pytest.raises(UnavailableError) as caught:
        blobs.keep(hashlib.sha256(large).hexdigest(), [large])
    assert (caught.value.code, caught.value.exit_status) == ("blob.disk-full", 4)
    assert [blob.sha256 for blob in blobs.list()] == [hashlib.sha256(small).hexdigest()]
    assert len(files(small_disk)) == 1
    other = os.urandom(500_000)
    assert blobs.keep(hashlib.sha256(other).hexdigest(), [other])


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other permissions")
def test_missing_rights_are_told_as_such() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "closed"
        folder.mkdir(mode=0o555)
        with ordinary_user(Path(name)), pytest.raises(UnavailableError) as caught:
            Blobs([BlobFolder(folder)]).keep(hashlib.sha256(b"x").hexdigest(), [b"x"])
        assert (caught.value.code, caught.value.exit_status) == ("blob.read-only", 4)


def test_memory_is_bounded_however_large_a_blob_is(tmp_path: Path) -> None:
    script = """
        import hashlib, resource, sys
        from pathlib import Path
        from modellake.ledger.blob_folder import BlobFolder
        from modellake.ledger.blobs import Blobs

        blobs, chunk, digest = Blobs([BlobFolder(Path(sys.argv[1]))]), bytes(1_000_000), hashlib.sha256()
        for _ in range(150):
            digest.update(chunk)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        blobs.keep(digest.hexdigest(), (chunk for _ in range(150)), 150_000_000)
        for _ in blobs.chunks(digest.hexdigest()):
            pass
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
    """
    if sys.platform == "win32":
        pytest.skip("Windows does not tell the memory of a process in this way")
    output, _ = start(script, tmp_path / "blobs").communicate()
    unit = 1 if sys.platform == "darwin" else 1024
    assert int(output) * unit < 50_000_000
