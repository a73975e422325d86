"""The files in deploy/ are read by the programs that they are for, and say what the server knows."""

from __future__ import annotations

import http.client
import re
import shlex
import shutil
import socket
import ssl
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

from modellake.store.plain import PlainEngine
from modellake.web.access import Access
from modellake.web.origins import Origins
from modellake.web.served import Served
from servers import running

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
SLOW = "SELECT ?a ?b { ?a ?p ?x . ?b ?q ?y }"


def options_of(command: str) -> set[str]:
    return {word for word in shlex.split(command) if word.startswith("--")}


def known_options() -> set[str]:
    words = [sys.executable, "-m", "modellake", "serve", "--help"]
    environment = {"COLUMNS": "200", "TERM": "dumb", "PATH": ""}
    said = subprocess.run(words, capture_output=True, text=True, check=True, env=environment).stdout
    return set(re.findall(r"--[a-z-]+", said))


@pytest.mark.parametrize("name", ["modellake.service", "nginx.conf", "Caddyfile", "Dockerfile"])
def test_commands_are_those_that_the_program_has(name: str) -> None:
    text = (DEPLOY / name).read_text(encoding="utf-8")
    commands = re.findall(r"modellake serve ([^\n]*)", text)
    if name == "Dockerfile":
        (listed,) = re.findall(r'"modellake", "serve", ([^\]]*)\]', text)
        commands = [listed.replace('"', "").replace(",", "")]
    assert commands
    assert set().union(*map(options_of, commands)) <= known_options()


def test_systemd_reads_the_unit(tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd-analyze is not installed: apt-get install systemd")
    unit = tmp_path / "modellake.service"
    text = (DEPLOY / "modellake.service").read_text(encoding="utf-8")
    unit.write_text(text.replace("/opt/modellake/bin/modellake serve", f"{sys.executable} -m modellake serve"))
    done = subprocess.run([program, "verify", str(unit)], capture_output=True, text=True, check=False)
    assert (done.returncode, [line for line in done.stderr.splitlines() if "modellake" in line]) == (0, [])


def test_what_the_image_copies_is_there_and_not_ignored() -> None:
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line[:1] == "!"}
    copied: set[str] = set()
    for line in re.findall(r"^COPY (?!--)(.+)$", text, re.MULTILINE):
        copied |= set(line.split()[:-1])
    assert copied == let_in
    assert all((ROOT / name).exists() for name in copied)
    stages = re.findall(r"^FROM (\S+)", text, re.MULTILINE)
    assert len(stages) == 2 and all(re.fullmatch(r"python:3\.\d+-slim", stage) for stage in stages)
    assert re.search(r"^USER (?!root|0)", text, re.MULTILINE)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (extras,) = re.findall(r'"\.\[([^\]]+)\]"', text)
    assert set(extras.split(",")) <= set(project["optional-dependencies"])
    needed = project["requires-python"].removeprefix(">=3.")
    assert all(int(stage.removeprefix("python:3.").removesuffix("-slim")) >= int(needed) for stage in stages)


def test_what_the_wheel_is_made_of_is_copied() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    for name in [*wheel["force-include"], *(path.partition("/")[0] for path in wheel["packages"])]:
        assert re.search(rf"^COPY .*\b{name}\b", text, re.MULTILINE), name


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


@pytest.fixture
def proxied(tmp_path: Path) -> Iterator[tuple[http.client.HTTPSConnection, PlainEngine]]:
    """A connection to nginx, as deploy/nginx.conf sets it up, before a server."""
    nginx, openssl = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin"), shutil.which("openssl")
    if nginx is None or openssl is None:
        pytest.skip("nginx is not installed: apt-get install nginx-light openssl")
    key, certificate = tmp_path / "privkey.pem", tmp_path / "fullchain.pem"
    words = [
        *["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=lake.example.org"],
        "-addext",
    ]
    names = "subjectAltName=DNS:lake.example.org,IP:127.0.0.1"
    subprocess.run(
        [openssl, *words, names, "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True
    )
    engine = PlainEngine()
    engine.update("INSERT DATA { " + " ".join(f"<urn:s{n}> <urn:p> {n} ." for n in range(3000)) + " }")
    plain, secure = free_port(), free_port()
    origins = Origins(names=frozenset({"lake.example.org"}))
    # Who comes through a proxy needs a token, and a bare store has none.
    with running(Served(plain=engine), origins=origins, access=Access(wary=False)) as url:
        text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
        text = text.replace("127.0.0.1:8000", urlsplit(url).netloc).replace("/etc/ssl/lake.example.org", str(tmp_path))
        text = re.sub(r"listen \[::\][^;]*;", "", text)
        text = text.replace("listen 80;", f"listen 127.0.0.1:{plain};").replace(
            "listen 443", f"listen 127.0.0.1:{secure}"
        )
        (tmp_path / "server.conf").write_text(text)
        settings = tmp_path / "nginx.conf"
        settings.write_text(
            f"daemon off; pid {tmp_path}/pid; error_log {tmp_path}/error.log; events {{}}\n"
            f"http {{ access_log off; client_body_temp_path {tmp_path}/body; proxy_temp_path {tmp_path}/proxy;\n"
            f"fastcgi_temp_path {tmp_path}/f; uwsgi_temp_path {tmp_path}/u; scgi_temp_path {tmp_path}/s;\n"
            f"include {tmp_path}/server.conf; }}\n"
        )
        check = subprocess.run([nginx, "-t", "-c", str(settings)], capture_output=True, text=True, check=False)
        assert check.returncode == 0, check.stderr
        process = subprocess.Popen([nginx, "-c", str(settings)])
        try:
            await_port(secure)
            context = ssl.create_default_context(cafile=str(certificate))
            yield http.client.HTTPSConnection("127.0.0.1", secure, timeout=60, context=context), engine
        finally:
            process.terminate()
            process.wait(timeout=30)


def await_port(port: int) -> None:
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.05)


def test_nginx_passes_questions_and_answers_on(proxied: tuple[http.client.HTTPSConnection, PlainEngine]) -> None:
    connection, _ = proxied
    headers = {"Host": "lake.example.org", "Accept": "text/csv"}
    connection.request("GET", f"/sparql?query={quote('SELECT ?o { ?s ?p ?o }')}", headers=headers)
    answer = connection.getresponse()
    assert (answer.status, answer.read().count(b"\n")) == (200, 3001)
    connection.request("GET", "/sparql", headers={**headers, "Accept": "text/turtle"})
    answer = connection.getresponse()
    assert answer.status == 200
    assert answer.read()


def test_nginx_shows_that_an_answer_is_not_whole(proxied: tuple[http.client.HTTPSConnection, PlainEngine]) -> None:
    connection, _ = proxied
    headers = {"Host": "lake.example.org", "Accept": "text/csv"}
    connection.request("GET", f"/sparql?timeout=1&query={quote(SLOW)}", headers=headers)
    answer = connection.getresponse()
    assert answer.status == 200
    with pytest.raises(http.client.IncompleteRead):
        answer.read()


def test_nginx_takes_what_the_server_takes(proxied: tuple[http.client.HTTPSConnection, PlainEngine]) -> None:
    connection, engine = proxied
    body = "INSERT DATA { <urn:long> <urn:p> '" + "x" * (15 << 20) + "' }"
    headers = {"Host": "lake.example.org", "Content-Type": "application/sparql-update"}
    connection.request("POST", "/sparql", body.encode(), headers)
    answer = connection.getresponse()
    assert (answer.status, answer.read()) == (204, b"")
    assert len(engine.store) == 3001


def test_caddy_reads_its_file() -> None:
    program = shutil.which("caddy")
    if program is None:
        pytest.skip("Caddy is not installed")
    words = [program, "validate", "--adapter", "caddyfile", "--config", str(DEPLOY / "Caddyfile")]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
