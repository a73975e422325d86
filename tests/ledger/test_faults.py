"""Faults: killed processes, other writers, full disks and missing permissions."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

import pytest
from sqlalchemy import event

from modellake.core.errors import UnavailableError
from modellake.ledger.ledger import Ledger

from .drafts import BASE, change, draft, record, says
from .places import Place, only_in_files, ordinary_user

HERE = Path(__file__).parent.parent


def start(script: str, *arguments: object) -> subprocess.Popen[str]:
    """Run a script in another process that can import what these tests import."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [str(HERE), *sys.path]))}
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script), *map(str, arguments)],
        env=environment,
        stdout=subprocess.PIPE,
        stdin=subprocess.PIPE,
        text=True,
    )


HANGING = """
    import sys
    from ledger.drafts import change, draft
    from dataclasses import replace
    from modellake.ledger.ledger import Ledger

    class Hanging(list):
        def __iter__(self):
            for number, item in enumerate(super().__iter__()):
                if number == 5000:
                    print("in the middle", flush=True)
                    sys.stdin.read()
                yield item

    with Ledger.open(sys.argv[1]) as ledger:
        changes = Hanging(change(number, "lost") for number in range(6000))
        ledger.append(replace(draft(), changes=changes))
"""


def test_a_process_killed_in_the_middle_of_a_commit_leaves_the_head_before(ledger: Ledger, place: Place):
    ledger.append(draft(change(1, "kept")))
    head, stats = ledger.head(), ledger.stats()
    with start(HANGING, place) as process:
        assert process.stdout.readline() == "in the middle\n"
        with Ledger.open(place, lock_timeout=0.05) as hasty, pytest.raises(UnavailableError) as caught:
            hasty.append(draft(change(2, "too early")))
        assert (caught.value.code, caught.value.exit_status) == ("ledger.locked", 4)
        if isinstance(place, Path) and Path("/proc/locks").exists():
            assert f"process {process.pid} (python" in caught.value.message
        assert ledger.head() == head
        os.kill(process.pid, signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
    with Ledger.open(place) as again:
        assert (again.head(), again.stats()) == (head, stats)
        assert again.verify(head.hash).findings == ()
        assert again.append(draft(change(1, "after"))).sequence == 2
        assert again.verify(head.hash).findings == ()


LOOPING = """
    import sys
    from ledger.drafts import change, draft
    from modellake.ledger.ledger import Ledger

    with Ledger.open(sys.argv[1]) as ledger:
        for round in range(1_000_000):
            ledger.append(draft(*(change(number, f"round {round}") for number in range(40))))
            print(round, flush=True)
"""


def test_whenever_a_process_is_killed_only_whole_commits_are_there(place: Place):
    Ledger.create(place, BASE).close()
    for rounds in (1, 2, 3, 5, 8):
        with start(LOOPING, place) as process:
            for _ in range(rounds):
                last = int(process.stdout.readline())
            process.kill()
        with Ledger.open(place) as ledger:
            head = ledger.head()
            assert head.sequence > last
            assert ledger.verify(head.hash).findings == ()
            assert len({held[0].content for _, held in ledger.contents_all()}) == 1
            assert {commit.size for commit in ledger.commits()} == {40}
            ledger.append(draft(*(change(number, f"between {rounds}") for number in range(40))))


WRITING = """
    import sys
    from ledger.drafts import change, draft
    from modellake.ledger.ledger import Ledger

    with Ledger.open(sys.argv[1]) as ledger:
        name = sys.argv[2]
        for number in range(40):
            ledger.append(draft(change(f"{name}/{number}", "x", by=name), change(0, f"{name} {number}")))
"""


def test_two_processes_that_append_make_one_unbroken_chain(ledger: Ledger, place: Place):
    processes = [start(WRITING, place, name) for name in ("one", "two")]
    for process in processes:
        process.communicate()
        assert process.returncode == 0
    head = ledger.head()
    assert head.sequence == 80
    assert ledger.verify(head.hash).findings == ()
    assert sum(1 for _ in ledger.records()) == 81
    assert len(ledger.history(record(0))) == 80


def test_a_conflict_across_processes_is_noticed(ledger: Ledger, place: Place):
    before = ledger.head()
    with Ledger.open(place) as other:
        other.append(draft(change(1, "first")))
    with pytest.raises(UnavailableError) as caught:
        ledger.append(draft(change(1, "second")), expected=before)
    assert caught.value.code == "ledger.conflict"


def test_a_writer_in_the_same_process_waits_no_longer_than_allowed(place: Place):
    with Ledger.create(place, BASE, lock_timeout=0.05) as ledger:
        with ledger._database.write(), pytest.raises(UnavailableError) as caught:
            ledger.append(draft(change(1, "one")))
        assert caught.value.code == "ledger.locked"
        assert ledger.append(draft(change(1, "one"))).sequence == 1


@only_in_files("the writer is made with the driver of SQLite")
def test_readers_do_not_wait_for_a_writer(ledger: Ledger, place: Path):
    ledger.append(draft(change(1, "one")))
    with sqlite3.connect(place, isolation_level=None) as raw:
        raw.execute("BEGIN IMMEDIATE")
        assert ledger.contents(record(1))[0].content == says("one")
        assert ledger.verify().findings == ()
        raw.execute("ROLLBACK")
    raw.close()


def limit_pages(ledger: Ledger, pages: int) -> None:
    """Let the database file grow no further, as on a full disk."""

    def on_connect(connection: sqlite3.Connection, _: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages}")

    event.listen(ledger._database._engine, "connect", on_connect)
    ledger._database._engine.dispose()


@only_in_files("the full disk is made with a PRAGMA of SQLite")
def test_a_full_disk_leaves_the_head_before(ledger: Ledger, place: Path):
    ledger.append(draft(change(1, "one")))
    head, stats = ledger.head(), ledger.stats()
    with Ledger.open(place) as cramped:
        limit_pages(cramped, 90)
        with pytest.raises(UnavailableError) as caught:
            cramped.append(draft(*(change(number, "x" * number) for number in range(3000))))
        assert (caught.value.code, caught.value.exit_status) == ("ledger.disk-full", 4)
        assert "full" in caught.value.message
        with pytest.raises(UnavailableError):
            cramped.quarantine.keep(
                source="urn:s",
                place="x",
                media_type="",
                harvester=None,
                agent="urn:a",
                original=os.urandom(500_000),
                report=cramped.verify(),
            )
        assert (cramped.head(), cramped.stats()) == (head, stats)
        assert cramped.append(draft(change(1, "small"))).sequence == 2
    assert ledger.verify(head.hash).findings == ()


TRIED = """
    import resource, sys
    from ledger.drafts import change, draft
    from modellake.core.errors import UnavailableError
    from modellake.ledger.ledger import Ledger

    with Ledger.open(sys.argv[1]) as ledger:
        resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))
        try:
            ledger.append(draft(*(change(number, "x" * number) for number in range(3000))))
        except UnavailableError as error:
            print(error.code)
"""


@only_in_files("only here does this process itself write the file")
@pytest.mark.skipif(sys.platform == "win32", reason="there are no resource limits on Windows")
def test_a_disk_that_takes_no_more_leaves_the_head_before(ledger: Ledger, place: Path):
    ledger.append(draft(change(1, "one")))
    head = ledger.head()
    ledger.close()
    output, _ = start(TRIED, place).communicate()
    assert output.strip() in ("ledger.disk", "ledger.disk-full")
    with Ledger.open(place) as again:
        assert again.head() == head
        assert again.verify(head.hash).findings == ()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other permissions")
def test_missing_permissions_are_told_as_such():
    with tempfile.TemporaryDirectory() as name:
        folder, place = Path(name), Path(name) / "ledger.sqlite"
        Ledger.create(place, BASE).close()
        folder.chmod(0o555)
        try:
            with ordinary_user(folder), pytest.raises(UnavailableError) as caught:
                Ledger.create(folder / "new", BASE)
            assert caught.value.code == "ledger.read-only"
            assert caught.value.remedy
            place.chmod(0)
            with ordinary_user(folder), pytest.raises(UnavailableError) as caught:
                Ledger.open(place)
            assert caught.value.code == "ledger.unreadable"
            assert caught.value.remedy
        finally:
            folder.chmod(0o755)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other permissions")
def test_a_closed_folder_is_told_as_such():
    with tempfile.TemporaryDirectory() as name:
        folder, inner = Path(name), Path(name) / "closed"
        inner.mkdir()
        Ledger.create(inner / "ledger.sqlite", BASE).close()
        inner.chmod(0)
        try:
            with ordinary_user(folder), pytest.raises(UnavailableError) as caught:
                Ledger.open(inner / "ledger.sqlite")
            assert caught.value.code == "ledger.unreadable"
        finally:
            inner.chmod(0o755)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork on this system")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_forked_process_does_not_believe_what_its_parent_was_told(ledger: Ledger):
    ledger.append(draft(change(1, "one")))
    assert ledger.head().sequence == 1
    waiting, go = os.pipe()
    child = os.fork()
    if child == 0:
        # Nothing of the tests may go on in the child.
        try:
            os.read(waiting, 1)
            os._exit(ledger.head().sequence)
        except BaseException:
            os._exit(100)
    ledger.append(draft(change(2, "two")))
    os.write(go, b"!")
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 2


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork on this system")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_forked_process_uses_connections_of_its_own(ledger: Ledger):
    ledger.append(draft(change(1, "before")))
    child = os.fork()
    if child == 0:
        # Nothing of the tests may go on in the child.
        try:
            ledger.append(draft(change(1, "child")))
        except BaseException:
            os._exit(1)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    assert ledger.contents(record(1))[0].content == says("child")
    assert ledger.append(draft(change(1, "parent"))).sequence == 3
    assert ledger.verify().findings == ()
