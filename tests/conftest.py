"""What tests share: the corpus beside the checkout, and open lakes."""

from __future__ import annotations

import itertools
import os
import shutil
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from distribution import Modules, longest_first
from postgresql_server import Server, find_programs

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real inputs: $MODELLAKE_SHARED, or ``shared`` beside the checkout."""
    place = Path(os.environ.get("MODELLAKE_SHARED", ROOT.parent / "shared"))
    if not (place / "corpus").is_dir():
        pytest.skip("the shared corpus is absent: set MODELLAKE_SHARED to its folder")
    return place


@pytest.fixture
def lake(tmp_path: Path) -> Iterator[object]:
    """An empty lake on disk."""
    import modellake

    with modellake.open(tmp_path / "lake", base_iri="https://lake.example.org/") as opened:
        yield opened


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str | bytes], Path]:
    """Writes a file of that name and content and returns its path."""

    def write_file(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write_file


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """The address of a server on this machine that speaks S3, with one empty bucket ``payloads``."""
    moto = pytest.importorskip("moto.server", reason="moto is not installed: the group dev")
    server = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    address = "http://{}:{}".format(*server.get_host_and_port())
    urllib.request.urlopen(urllib.request.Request(f"{address}/payloads", method="PUT")).close()
    yield address
    server.stop()


@pytest.fixture
def s3(s3_server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The URL of a bucket, with all that a client needs in the environment."""
    pytest.importorskip("obstore", reason="obstore is not installed: the extra store")
    settings = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1"}
    for name, value in {**settings, "AWS_ENDPOINT_URL": s3_server, "AWS_ALLOW_HTTP": "true"}.items():
        monkeypatch.setenv(name, value)
    return "s3://payloads"


@pytest.fixture
def other_release(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Callable[[Path], object]], AbstractContextManager[None]]:
    """Another release in this process: ontology and shapes as a function leaves a copy of them, for a ``with``."""
    from modellake.lake import drafting, terms
    from modellake.rdf import assets, closure, shapes

    cached = (
        closure.load_hierarchy,
        shapes.load_gate,
        drafting._ontology_texts,
        terms._kinds,
        terms.known_terms,
        terms.known_properties,
        terms._known_others,
        terms._known_namespaces,
        terms._nearest,
    )

    @contextmanager
    def released(edit: Callable[[Path], object]) -> Iterator[None]:
        folder = tmp_path / "other release"
        for source in (assets.ontology_dir(), assets.shapes_dir(), assets.query_dir()):
            shutil.copytree(source, folder / source.name)
        edit(folder)
        with monkeypatch.context() as patched:
            patched.setattr(assets, "_asset_dir", lambda name: folder / name)
            try:
                forget()
                yield
            finally:
                shutil.rmtree(folder)
        forget()

    def forget() -> None:
        for function in cached:
            function.cache_clear()

    return released


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[Server]:
    """A PostgreSQL server of this process's own, on this machine."""
    programs = find_programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    pytest.importorskip("psycopg", reason="psycopg is not installed: the extra postgresql")
    server = Server(programs)
    yield server
    server.remove()


@pytest.fixture(scope="session")
def new_url(postgresql_server: Server) -> Callable[[], str]:
    """Gives URLs under which nothing is: each names a schema of its own."""
    numbers = itertools.count(1)
    return lambda: postgresql_server.url(f"lake_{next(numbers)}")


@pytest.fixture
def postgresql_url(new_url: Callable[[], str]) -> str:
    """A URL under which nothing is."""
    return new_url()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items[:] = longest_first(items)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Modules:
    return Modules(config, log)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests have recorded under ``summary``, wherever they ran."""
    told = [value for report in terminalreporter.stats.get("passed", ()) for value in summaries(report)]
    if told:
        terminalreporter.section("recorded by tests")
    for line in told:
        terminalreporter.write_line(line)


def summaries(report: pytest.TestReport) -> list[str]:
    """What one test has recorded."""
    return [str(value) for name, value in report.user_properties if name == "summary"] if report.when == "call" else []
