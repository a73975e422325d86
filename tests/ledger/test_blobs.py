"""Blobs in a folder, in memory, and on a server that speaks S3: kept once, never half, checked on every read."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modellake.core.errors import LedgerError, ModelLakeError, NotFoundError, ParseError, UnavailableError, UsageError
from modellake.ledger.blob_bucket import BlobBucket, open_bucket
from modellake.ledger.blob_folder import BlobFolder
from modellake.ledger.blobs import CHUNK, Blob, BlobPlace, Blobs


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def pieces(content: bytes, length: int = 100_000) -> Iterator[bytes]:
    return (content[start : start + length] for start in range(0, len(content), length))


@pytest.fixture(params=["folder", "memory", "s3"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> BlobPlace:
    """An empty place of each kind."""
    if request.param == "folder":
        return BlobFolder(tmp_path / "blobs")
    pytest.importorskip("obstore", reason="obstore is not installed: the extra store")
    if request.param == "memory":
        return open_bucket(f"memory://{tmp_path}")
    return open_bucket(f"{request.getfixturevalue('s3')}/{tmp_path.name}")


@pytest.fixture
def blobs(place: BlobPlace) -> Blobs:
    return Blobs([place])


@pytest.mark.parametrize("length", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 20_000_000])
def test_what_is_kept_comes_back(blobs: Blobs, place: BlobPlace, length: int) -> None:
    content = os.urandom(length)
    assert blobs.keep(sha256(content), pieces(content), length)
    assert blobs.open(sha256(content)).read() == content
    assert b"".join(blobs.chunks(sha256(content))) == content
    assert blobs.find(sha256(content)) == Blob(sha256(content), length, place.name)
    assert blobs.check(sha256(content)) is None


def test_a_stream_can_be_read_in_any_steps(blobs: Blobs) -> None:
    content = os.urandom(2 * CHUNK + 5)
    blobs.keep(sha256(content), pieces(content))
    with blobs.open(sha256(content)) as stream:
        assert stream.read(7) + stream.read(CHUNK) + stream.read() == content
        assert stream.read() == b""


def test_what_is_kept_already_is_not_read_again(blobs: Blobs) -> None:
    def untouchable() -> Iterator[bytes]:
        raise AssertionError("the bytes are kept already")
        yield b""

    blobs.keep(sha256(b"once"), [b"once"])
    assert not blobs.keep(sha256(b"once"), untouchable())
    assert [blob.size for blob in blobs.list()] == [4]


@pytest.mark.parametrize("length", [3, 20_000_000])
def test_other_bytes_than_announced_are_not_kept(blobs: Blobs, length: int) -> None:
    content, announced = os.urandom(length), sha256(b"something else")
    with pytest.raises(ParseError) as caught:
        blobs.keep(announced, pieces(content))
    assert caught.value.code == "payload.changed"
    assert sha256(content) in caught.value.message
    assert blobs.find(announced) is None
    assert list(blobs.list()) == []


def test_more_bytes_than_announced_are_not_read_to_their_end(blobs: Blobs) -> None:
    def endless() -> Iterator[bytes]:
        while True:
            yield b"0" * CHUNK

    with pytest.raises(ParseError, match="more than the 10 bytes") as caught:
        blobs.keep(sha256(b"0123456789"), endless(), 10)
    assert caught.value.code == "payload.changed"
    assert list(blobs.list()) == []


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, RuntimeError])
def test_a_writer_that_is_interrupted_leaves_nothing(blobs: Blobs, interruption: type[BaseException]) -> None:
    def interrupted() -> Iterator[bytes]:
        yield b"0" * 12_000_000
        raise interruption

    with pytest.raises(interruption):
        blobs.keep(sha256(b"x"), interrupted())
    assert list(blobs.list()) == []
    assert blobs.clean() == 0


def damage(place: BlobPlace, digest: str, change: Callable[[bytes], bytes]) -> None:
    """Change what is kept behind the back of the lake."""
    if isinstance(place, BlobBucket):
        key = f"sha256/{digest[:2]}/{digest}"
        place._store.put(key, change(bytes(place._store.get(key).bytes())))
    else:
        path = place.path(digest)  # type: ignore[attr-defined]
        path.chmod(0o644)
        path.write_bytes(change(path.read_bytes()))


def flipped(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


@pytest.mark.parametrize("change", [flipped, lambda content: content[:-1], lambda content: content + b"!"])
@pytest.mark.parametrize("length", [10, 3 * CHUNK + 10])
def test_damage_shows_before_the_last_byte_is_given_out(
    blobs: Blobs, place: BlobPlace, change: Callable[[bytes], bytes], length: int
) -> None:
    content = os.urandom(length)
    blobs.keep(sha256(content), pieces(content))
    damage(place, sha256(content), change)
    given = bytearray()
    with pytest.raises(LedgerError) as caught:
        for chunk in blobs.chunks(sha256(content)):
            given += chunk
    assert (caught.value.code, caught.value.exit_status) == ("blob.damaged", 1)
    assert len(given) < length
    with pytest.raises(LedgerError), blobs.open(sha256(content)) as stream:
        stream.read()
    error = blobs.check(sha256(content))
    assert error is not None and error.code == "blob.damaged"


def test_damaged_bytes_that_are_set_aside_make_room_for_right_ones(blobs: Blobs, place: BlobPlace) -> None:
    blobs.keep(sha256(b"right"), [b"right"])
    damage(place, sha256(b"right"), flipped)
    assert sha256(b"right") in blobs.set_aside(sha256(b"right"))
    assert list(blobs.list()) == []
    assert blobs.keep(sha256(b"right"), [b"right"])
    assert blobs.check(sha256(b"right")) is None


def test_what_is_dropped_is_gone_and_may_come_again(blobs: Blobs, place: BlobPlace) -> None:
    blobs.keep(sha256(b"right"), [b"right"])
    assert blobs.drop(sha256(b"right")) == Blob(sha256(b"right"), 5, place.name)
    assert list(blobs.list()) == []
    with pytest.raises(NotFoundError):
        blobs.drop(sha256(b"right"))
    assert blobs.keep(sha256(b"right"), [b"right"])


def test_bytes_of_a_wrong_size_are_replaced(blobs: Blobs, place: BlobPlace) -> None:
    blobs.keep(sha256(b"right"), [b"right"])
    damage(place, sha256(b"right"), lambda content: content[:2])
    assert blobs.keep(sha256(b"right"), [b"right"], 5)
    assert blobs.open(sha256(b"right")).read() == b"right"


def test_what_is_not_kept_is_told_as_such(blobs: Blobs) -> None:
    for ask in (blobs.open, blobs.chunks, blobs.set_aside):
        with pytest.raises(NotFoundError) as caught:
            ask(sha256(b"nothing"))
        assert (caught.value.code, caught.value.exit_status) == ("payload.absent", 3)


@pytest.mark.parametrize("name", ["", "abc", "../../etc/passwd", "A" * 64, "g" * 64, "0" * 63, "0" * 65])
def test_only_digests_are_names(blobs: Blobs, name: str) -> None:
    for ask in (blobs.open, lambda name: blobs.keep(name, [b""])):
        with pytest.raises(UsageError) as caught:
            ask(name)
        assert caught.value.code == "sha256.malformed"


def test_writers_at_once_agree(blobs: Blobs) -> None:
    contents = [os.urandom(300_000) for _ in range(3)]
    failures: list[BaseException] = []

    def write() -> None:
        try:
            for content in contents:
                blobs.keep(sha256(content), pieces(content), len(content))
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=write) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert [blob.sha256 for blob in blobs.list()] == sorted(map(sha256, contents))
    assert all(blobs.check(sha256(content)) is None for content in contents)


def test_the_list_is_in_order_and_complete(blobs: Blobs) -> None:
    contents = [bytes([number]) * number for number in range(60)]
    for content in contents:
        blobs.keep(sha256(content), [content])
    found = list(blobs.list())
    assert [blob.sha256 for blob in found] == sorted(map(sha256, contents))
    assert sorted(blob.size for blob in found) == list(range(60))


def test_several_places_are_searched_and_the_first_is_written(tmp_path: Path) -> None:
    old, new = BlobFolder(tmp_path / "old"), BlobFolder(tmp_path / "new")
    Blobs([old]).keep(sha256(b"old"), [b"old"])
    both = Blobs([new, old])
    assert not both.keep(sha256(b"old"), [b"old"])
    assert both.keep(sha256(b"new"), [b"new"])
    assert both.open(sha256(b"old")).read() == b"old"
    assert {(blob.place, blob.size) for blob in both.list()} == {(old.name, 3), (new.name, 3)}
    assert new.size(sha256(b"new")) == 3
    assert old.size(sha256(b"new")) is None
    old.write(sha256(b"new"), [b"new"], 3)
    assert both.drop(sha256(b"new")).place == f"{new.name}, {old.name}"
    assert both.find(sha256(b"new")) is None


@settings(max_examples=60, deadline=None)
@given(content=st.binary(max_size=3000), length=st.integers(1, 3000), step=st.integers(1, 4000))
def test_any_bytes_in_any_pieces_come_back(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, length: int, step: int
) -> None:
    blobs = Blobs([BlobFolder(tmp_path_factory.getbasetemp() / "any")])
    blobs.keep(sha256(content), pieces(content, length), len(content))
    with blobs.open(sha256(content)) as stream:
        assert b"".join(iter(lambda: stream.read(step), b"")) == content


@settings(max_examples=60, deadline=None)
@given(content=st.binary(min_size=1, max_size=3000), where=st.integers(0), bit=st.integers(0, 7))
def test_any_flipped_bit_is_found(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, where: int, bit: int
) -> None:
    folder = BlobFolder(tmp_path_factory.getbasetemp() / "flipped")
    blobs, position = Blobs([folder]), where % len(content)
    blobs.keep(sha256(content), [content], len(content))
    change = bytes([content[position] ^ 1 << bit])
    damage(folder, sha256(content), lambda kept: kept[:position] + change + kept[position + 1 :])
    error = blobs.check(sha256(content))
    assert error is not None and error.code == "blob.damaged"
    blobs.set_aside(sha256(content))


def test_a_folder_is_laid_out_by_digest(tmp_path: Path) -> None:
    folder = BlobFolder(tmp_path / "blobs")
    Blobs([folder]).keep(sha256(b"x"), [b"x"])
    path = tmp_path / "blobs" / "sha256" / sha256(b"x")[:2] / sha256(b"x")
    assert path.read_bytes() == b"x"
    assert path.stat().st_mode & 0o777 == 0o444
    (path.parent / "notes.txt").write_text("not ours")
    (path.parent / ("0" * 64)).symlink_to(path)
    assert [blob.sha256 for blob in folder.list()] == [sha256(b"x")]


def test_a_place_that_was_never_written_to_is_empty(tmp_path: Path) -> None:
    folder = BlobFolder(tmp_path / "absent")
    assert list(folder.list()) == []
    assert folder.clean() == 0
    assert not (tmp_path / "absent").exists()


@pytest.mark.usefixtures("s3")
def test_a_bucket_that_is_not_there_is_told_as_such() -> None:
    with pytest.raises(UnavailableError) as caught:
        Blobs([open_bucket("s3://no-such-bucket-of-tests")]).keep(sha256(b"x"), [b"x"])
    assert (caught.value.code, caught.value.exit_status) == ("blob.no-bucket", 4)


def test_a_store_that_does_not_answer_is_told_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    store = pytest.importorskip("obstore.store", reason="obstore is not installed: the extra store")
    silent = store.S3Store(
        "payloads",
        endpoint="http://127.0.0.1:9",
        access_key_id="test",
        secret_access_key="test",
        region="us-east-1",
        client_options={"allow_http": True},
        retry_config={"max_retries": 0},
    )
    with pytest.raises(UnavailableError) as caught:
        Blobs([BlobBucket(silent, "s3://payloads")]).keep(sha256(b"x"), [b"x"])
    assert (caught.value.code, caught.value.exit_status) == ("blob.unreachable", 4)
    assert "Debug source" not in caught.value.message


@pytest.mark.parametrize(
    ("url", "code"),
    [("s3://user:secret@bucket/x", "store.credentials"), ("az://", "store.unknown"), ("s3://", "store.unknown")],
)
def test_urls_that_name_no_store(url: str, code: str) -> None:
    pytest.importorskip("obstore", reason="obstore is not installed: the extra store")
    with pytest.raises(ModelLakeError) as caught:
        open_bucket(url)
    assert caught.value.code == code
    assert "secret" not in caught.value.message
