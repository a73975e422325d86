"""Settings: who says what wins, and what cannot be meant is told with its line."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modellake.bootstrap import create_lake, open_lake, read_settings
from modellake.bootstrap.known import BY_NAME, SETTINGS, VARIABLES, Setting
from modellake.bootstrap.settings import Settings, misspelled
from modellake.core.errors import ModelLakeError, UnavailableError, UsageError

EXAMPLES: dict[str, dict[str, Any]] = {
    "text": {"file": '"a"', "variable": "b", "flag": "c", "values": ("a", "b", "c")},
    "number": {"file": "1", "variable": "2.5", "flag": 3.0, "values": (1.0, 2.5, 3.0)},
    "count": {"file": "1", "variable": "2", "flag": 3, "values": (1, 2, 3)},
    "truth": {"file": "true", "variable": "no", "flag": True, "values": (True, False, True)},
    "list": {"file": '["a", "b"]', "variable": "c d", "flag": ["e"], "values": (("a", "b"), ("c", "d"), ("e",))},
}
SPECIAL: dict[str, tuple[str, str, str]] = {
    "engine-memory": ("1G", "2G", "3G"),
    "engine-update": ("http://a/", "http://b/", "http://c/"),
    "engine-store": ("http://a/", "http://b/", "http://c/"),
    "serve.publisher": ("https://a.example/", "urn:b", "https://c.example/#us"),
    "gate-engine": ("auto", "shacl", "pyshacl"),
    "serve.log-format": ("text", "json", "off"),
}


def example(setting: Setting) -> dict[str, Any]:
    if setting.name not in SPECIAL:
        return EXAMPLES[setting.kind]
    values = SPECIAL[setting.name]
    return {"file": f'"{values[0]}"', "variable": values[1], "flag": values[2], "values": values}


def write(folder: Path, text: str) -> Path:
    (folder / "lake.toml").write_text(text, encoding="utf-8")
    return folder


def line(setting: Setting, value: str) -> str:
    table, _, name = setting.name.rpartition(".")
    return (f"[{table}]\n" if table else "") + f"{name} = {value}\n"


def read(folder: Path | None, flags: dict[str, Any] | None = None, **variables: str) -> Settings:
    return read_settings(folder, flags, variables)


def test_names_and_variables_are_their_own() -> None:
    assert len(BY_NAME) == len(SETTINGS) == len({item.variable for item in SETTINGS})
    assert not {item.variable for item in SETTINGS} & set(VARIABLES)


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda item: item.name)
def test_who_says_what_wins(tmp_path: Path, setting: Setting) -> None:
    said = example(setting)
    file, variable, flag = said["values"]
    assert read(tmp_path)[setting.name] == setting.default
    write(tmp_path, line(setting, said["file"]))
    found = read(tmp_path).by_name[setting.name]
    assert (found.value, found.origin) == (file, f"lake.toml:{2 if '.' in setting.name else 1}")
    found = read(tmp_path, **{setting.variable: said["variable"]}).by_name[setting.name]
    assert (found.value, found.origin) == (variable, f"${setting.variable}")
    found = read(tmp_path, {setting.name: said["flag"]}, **{setting.variable: said["variable"]}).by_name[setting.name]
    assert (found.value, found.origin) == (flag, setting.flag or "flag")


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda item: item.name)
def test_what_is_of_another_kind(tmp_path: Path, setting: Setting) -> None:
    wrong = {"text": "1", "number": '"1"', "count": "1.5", "truth": "1", "list": '"a"'}[setting.kind]
    write(tmp_path, "# first\n" + line(setting, wrong))
    with pytest.raises(UsageError) as refused:
        read(tmp_path)
    assert refused.value.code == "setting.malformed"
    assert refused.value.place is not None
    assert refused.value.place.line == (3 if "." in setting.name else 2)
    assert setting.name in refused.value.message


@pytest.mark.parametrize(
    ("text", "code", "where", "remedy"),
    [
        ("pateince = 3", "setting.unknown", 1, "patience"),
        ("[serve]\n\nrequire_token = true", "setting.unknown", 3, "serve.require-token"),
        ("port = 3", "setting.unknown", 1, "serve.port"),
        ("[serve]\nengine = 'child'", "setting.unknown", 2, "engine"),
        ("[srve]\nport = 1", "setting.unknown", 1, None),
        ("serve = 3", "setting.malformed", 1, "[serve]"),
        ("serve.port = 'x'", "setting.malformed", 1, None),
        ("serve = { port = 'x' }", "setting.malformed", 1, None),
        ("patience = -1", "setting.malformed", 1, None),
        ("patience = nan", "setting.malformed", 1, None),
        ("[serve]\nport = true", "setting.malformed", 2, None),
        ("[serve]\ncors = [1]", "setting.malformed", 2, None),
        ("gate-engine = 'fast'", "setting.malformed", 1, None),
        ("engine-memory = '5X'", "setting.malformed", 1, None),
        ("[serve]\npublisher = 'Acme Inc.'", "setting.malformed", 2, None),
        ("[serve]\npublisher-name = ' '", "setting.malformed", 2, None),
        ('[serve]\npublisher-name = "a\\nb"', "setting.malformed", 2, None),
        ("engine-token = 'x'", "setting.secret", 1, "MODELLAKE_ENGINE_TOKEN"),
        ("engine = 'http://user:pass@127.0.0.1/'", "setting.secret", 1, "MODELLAKE_ENGINE_PASSWORD"),
        ("patience = ", "setting.syntax", 1, None),
        ("\n[serve\n", "setting.syntax", 2, None),
        ("patience = 1\npatience = 2", "setting.syntax", 2, None),
    ],
)
def test_what_cannot_be_meant(tmp_path: Path, text: str, code: str, where: int, remedy: str | None) -> None:
    with pytest.raises(UsageError) as refused:
        read(write(tmp_path, text))
    error = refused.value
    assert error.code == code
    assert error.place is not None and error.place.line == where
    assert remedy is None or remedy in str(error.remedy)
    assert "pass" not in f"{error.message}{error.remedy}".replace("PASSWORD", "")


@pytest.mark.parametrize("content", [b"\xff\xfe", b"a" * (1 << 21), b"x = " + b"[" * 100_000])
def test_files_that_are_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "lake.toml").write_bytes(content)
    with pytest.raises(UsageError) as refused:
        read(tmp_path)
    assert refused.value.code == "setting.syntax"


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "lake.toml").mkdir()
    with pytest.raises(UnavailableError) as refused:
        read(tmp_path)
    assert refused.value.code == "setting.unreadable"


@given(st.text(max_size=200))
def test_any_text_is_settings_or_an_error_of_ours(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    folder = tmp_path_factory.mktemp("lake")
    (folder / "lake.toml").write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        read(folder)
    except ModelLakeError as error:
        assert error.code.startswith("setting.")


@pytest.mark.parametrize(("variable", "text"), [("MODELLAKE_PATIENCE", "soon"), ("MODELLAKE_SERVE_PUBLIC_READ", "x")])
def test_variables_that_say_nothing(variable: str, text: str) -> None:
    with pytest.raises(UsageError) as refused:
        read(None, **{variable: text})
    assert refused.value.code == "setting.malformed"
    assert variable in refused.value.message


def test_an_empty_variable_says_nothing() -> None:
    assert read(None, MODELLAKE_PATIENCE="")["patience"] == 10


def test_passwords_are_not_shown(tmp_path: Path) -> None:
    found = read(tmp_path, MODELLAKE_ENGINE="http://user:hunter22@127.0.0.1:3030/ds")
    assert found["engine"] == "http://user:hunter22@127.0.0.1:3030/ds"
    assert "hunter22" not in found.by_name["engine"].shown


def test_engines_are_told_what_the_file_says(tmp_path: Path) -> None:
    write(tmp_path, "engine-timeout = 7\nengine-memory = '1G'\n")
    told = read(tmp_path, MODELLAKE_ENGINE_MEMORY="2G").engine_environment({"HOME": "/"})
    assert told == {"HOME": "/", "MODELLAKE_ENGINE_TIMEOUT": "7", "MODELLAKE_ENGINE_MEMORY": "2G"}


def test_a_lake_is_opened_as_its_file_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("MODELLAKE_ENGINE")]:
        monkeypatch.delenv(name)
    write(create_lake(tmp_path / "lake"), "engine = 'nonsense'\n")
    with pytest.raises(UsageError) as refused:
        open_lake(tmp_path / "lake")
    assert refused.value.code == "engine.unknown"
    write(tmp_path / "lake", "engine = 'embedded'\ngate-engine = 'pyshacl'\n")
    with open_lake(tmp_path / "lake") as lake:
        assert lake.view.engine.capabilities.own_process is False
        assert lake.gate.engine == "pyshacl"
    with open_lake(tmp_path / "lake", engine="auto") as lake:
        assert lake.gate.engine == "auto"


def test_variables_that_are_nearly_a_setting() -> None:
    told = {"MODELLAKE_PATEINCE": "3", "MODELLAKE_SERVE_PRT": "1", "MODELLAKE_MINE": "x", "MODELLAKE_PATIENCE": "1"}
    assert misspelled(told) == {
        "MODELLAKE_PATEINCE": "MODELLAKE_PATIENCE",
        "MODELLAKE_SERVE_PRT": "MODELLAKE_SERVE_PORT",
    }


def test_flags_are_those_of_serve() -> None:
    import typer.main

    from modellake.cli.main import app

    command = typer.main.get_command(app).commands["serve"]  # type: ignore[attr-defined]
    shown = {flag: item for item in command.params for flag in item.opts}
    for setting in SETTINGS:
        if not setting.flag:
            continue
        default = getattr(shown[setting.flag], "show_default", None)
        if isinstance(default, str) and not setting.fallback:
            assert default == f"{setting.default:g}" if setting.kind == "number" else str(setting.default)
    ours = {setting.flag for setting in SETTINGS}
    assert set(shown) - ours == {"--plain", "--lake"}


def test_the_page_says_what_the_code_says() -> None:
    page = (Path(__file__).parents[2] / "docs" / "reference" / "settings.md").read_text(encoding="utf-8")
    rows = {found[1]: found[0] for found in re.finditer(r"^\| `([a-z.-]+)` (?:\|[^|\n]*){4}\|$", page, re.MULTILINE)}
    assert list(rows) == [setting.name for setting in SETTINGS]
    for setting in SETTINGS:
        flag = f"`{setting.flag}`" if setting.flag else ""
        cells = (f"`{setting.name}`", setting.about, setting.shown_default, f"`{setting.variable}`", flag)
        assert rows[setting.name] == f"| {' | '.join(cells)} |"
    for name, about in VARIABLES.items():
        assert f"| `{name}` | {about} |" in page
