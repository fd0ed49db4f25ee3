from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from clutch.base.errors import ClutchError
from clutch.project.manifest import parse_manifest
from clutch.project.setting_places import SettingPlaces, find_places
from clutch.project.setting_table import SETTINGS
from clutch.project.settings import Settings, read_settings, settings_that_matter

PIP = "[global]\nindex-url = https://anna:secret@mirror.example/simple\ntimeout = 7\n[install]\ntrusted_host = a b\n"


def places(folder: Path) -> SettingPlaces:
    return SettingPlaces(
        str(folder / "user.toml"),
        str(folder / "system.toml"),
        str(folder / "installation.toml"),
        (str(folder / "pip.conf"),),
    )


def read(folder: Path, flags: Mapping[str, object] | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    return read_settings(flags or {}, environ or {}, places(folder))


def test_each_place_beats_the_next(tmp_path: Path) -> None:
    assert read(tmp_path).value("timeout") == 30
    steps: list[tuple[str, str, int, str]] = [
        ("pip.conf", PIP, 7, f"pip's settings ({tmp_path}/pip.conf)"),
        ("installation.toml", "timeout = 8\n", 8, f"{tmp_path}/installation.toml:1"),
        ("system.toml", "# x\ntimeout = 9\n", 9, f"{tmp_path}/system.toml:2"),
        ("user.toml", "\n\ntimeout = 10\n", 10, f"{tmp_path}/user.toml:3"),
    ]
    for name, text, value, place in steps:
        (tmp_path / name).write_text(text)
        settings = read(tmp_path)
        assert (settings.value("timeout"), settings.origin("timeout").place) == (value, place)
    settings = read(tmp_path, environ={"CLUTCH_TIMEOUT": "11"})
    assert (settings.value("timeout"), settings.origin("timeout")) == (11, ("variable", "CLUTCH_TIMEOUT"))
    settings = read(tmp_path, {"timeout": "12"}, {"CLUTCH_TIMEOUT": "11"})
    assert (settings.value("timeout"), settings.origin("timeout")) == (12, ("flag", "--timeout"))


def test_the_project_beats_the_user(tmp_path: Path) -> None:
    (tmp_path / "user.toml").write_text('resolution = "lowest"\n[[index]]\nname = "a"\nurl = "https://a.example/"\n')
    text = (
        '[tool.clutch]\nresolution = "lowest-direct"\n[[tool.clutch.index]]\nname = "b"\nurl = "https://b.example/"\n'
    )
    manifest = parse_manifest(text, "pyproject.toml")
    settings = read_settings(
        {}, {"CLUTCH_INDEX": "c=https://c.example/"}, places(tmp_path), manifest.clutch, "pyproject.toml"
    )
    assert settings.text("resolution") == "lowest-direct"
    assert settings.origin("resolution") == ("project", "pyproject.toml:2")
    assert [choice.name for choice in settings.indexes] == ["c", "b", "a"]
    assert dict(settings_that_matter(settings, manifest.clutch)) == {
        "index": "c=https://c.example/, b=https://b.example/, a=https://a.example/",
        "resolution": "lowest-direct",
    }


def test_pips_index_replaces_an_address_on_the_wire_only(tmp_path: Path) -> None:
    (tmp_path / "pip.conf").write_text(PIP)
    (tmp_path / "installation.toml").write_text('default-index = "https://index.example/simple/"\n')
    settings = read(tmp_path)
    assert settings.text("default-index") == "https://index.example/simple/"
    assert settings.mirrors == {"https://index.example/simple/": "https://anna:secret@mirror.example/simple"}
    assert settings.texts("trusted-hosts") == ("a", "b")
    chosen = read(tmp_path, environ={"CLUTCH_DEFAULT_INDEX": "https://mine.example/simple/"})
    assert chosen.mirrors == {}
    manifest = parse_manifest("", "pyproject.toml")
    assert settings_that_matter(settings, manifest.clutch) == {}
    assert settings_that_matter(chosen, manifest.clutch) == {"default-index": "https://mine.example/simple/"}


def test_pips_variables_beat_its_files_and_extra_indexes_are_named_only(tmp_path: Path) -> None:
    (tmp_path / "pip.conf").write_text(PIP)
    environ = {"PIP_TIMEOUT": "3", "PIP_EXTRA_INDEX_URL": "https://x.example/", "PIP_CERT": "/ca.pem"}
    settings = read(tmp_path, environ=environ)
    assert (settings.value("timeout"), settings.text("ca-bundle")) == (3, "/ca.pem")
    assert len(settings.remarks) == 1
    assert "PIP_EXTRA_INDEX_URL" in settings.remarks[0]
    assert "x.example" not in settings.remarks[0]


def test_a_broken_pip_file_is_ignored(tmp_path: Path) -> None:
    (tmp_path / "pip.conf").write_text("no section\n")
    assert read(tmp_path).value("timeout") == 30


def test_no_secret_is_shown(tmp_path: Path) -> None:
    settings = read(
        tmp_path,
        environ={"CLUTCH_PROXY": "http://anna:secret@proxy.example:80", "CLUTCH_INDEX": "a=https://t0k@a.example/"},
    )
    assert settings.shown("proxy") == "http://****@proxy.example:80"
    assert settings.shown("index") == "a=https://****@a.example/"
    assert "secret" not in str(settings.origin("proxy"))


def test_the_default_index_comes_from_a_library(tmp_path: Path) -> None:
    address = read(tmp_path).text("default-index")
    assert address.startswith("https://")
    assert address.endswith("/simple/")
    assert read(tmp_path).origin("default-index").kind == "default"


@pytest.mark.parametrize(
    ("variable", "text", "key", "value"),
    [
        ("CLUTCH_OFFLINE", "1", "offline", True),
        ("CLUTCH_OFFLINE", "no", "offline", False),
        ("CLUTCH_NO_BUILD", "true", "no-build", True),
        ("CLUTCH_NO_BUILD", "a b", "no-build", ("a", "b")),
        ("CLUTCH_TRUSTED_HOSTS", "a b", "trusted-hosts", ("a", "b")),
        ("CLUTCH_PRERELEASES", "torch=allow", "prereleases", {"torch": "allow"}),
        ("CLUTCH_PRERELEASES", "allow", "prereleases", "allow"),
        ("CLUTCH_MIRRORS", "https://a/=https://b/", "mirrors", {"https://a/": "https://b/"}),
        ("CLUTCH_TIMEOUT", "2.5", "timeout", 2.5),
    ],
)
def test_variables_are_typed(tmp_path: Path, variable: str, text: str, key: str, value: object) -> None:
    assert read(tmp_path, environ={variable: text}).value(key) == value


@pytest.mark.parametrize(
    ("name", "text", "code", "line"),
    [
        ("user.toml", "tiemout = 1\n", "unknown-key", 1),
        ("user.toml", "\ntimeout = true\n", "invalid-value", 2),
        ("system.toml", "timeout = \n", "malformed-toml", 1),
        ("user.toml", '[[index]]\nname = "a"\n', "invalid-value", 1),
    ],
)
def test_a_wrong_file_names_its_line(tmp_path: Path, name: str, text: str, code: str, line: int) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(ClutchError) as caught:
        read(tmp_path)
    assert (caught.value.code, str(caught.value.place)) == (code, f"{tmp_path}/{name}:{line}")


def test_a_wrong_variable_or_key_names_itself(tmp_path: Path) -> None:
    with pytest.raises(ClutchError) as caught:
        read(tmp_path, environ={"CLUTCH_TIMEOUT": "soon"})
    assert str(caught.value.place) == "CLUTCH_TIMEOUT"
    with pytest.raises(ClutchError) as caught:
        read(tmp_path).value("cachedir")
    assert caught.value.hints == ("did you mean `cache-dir`?",)


def test_places_of_each_system() -> None:
    linux = find_places({"HOME": "/h"}, "/p", "linux")
    assert linux[:3] == ("/h/.config/clutch/config.toml", "/etc/clutch/config.toml", "/p/clutch-installation.toml")
    assert linux.pip[-1] == "/h/.config/pip/pip.conf"
    assert find_places({"HOME": "/h", "XDG_CONFIG_HOME": "/x"}, "/p", "linux").user == "/x/clutch/config.toml"
    assert find_places({"HOME": "/h"}, "/p", "darwin").user == "/h/Library/Application Support/clutch/config.toml"
    assert find_places({"APPDATA": "C:/r"}, "/p", "win32").user == "C:/r/clutch/config.toml"
    assert find_places({"CLUTCH_CONFIG_FILE": "/mine"}, "/p", "linux").user == "/mine"
    assert find_places({"PIP_CONFIG_FILE": "/dev/null"}, "/p", "linux").pip == ()


def test_every_setting_has_one_name_and_words() -> None:
    assert len({setting.key for setting in SETTINGS}) == len(SETTINGS)
    for setting in SETTINGS:
        assert setting.help.endswith(".")
        assert setting.flag == f"--{setting.key}"


def test_flags_come_as_texts_truths_and_tuples(tmp_path: Path) -> None:
    flags = {
        "config-settings": ("a=b c", "d=e=f"),
        "no-build": ("My.Torch", "b"),
        "offline": True,
        "index": ("x=https://x.example/", "https://y.example/"),
        "exclude-newer-package": "A=P7D",
    }
    settings = read(tmp_path, flags)
    assert settings.value("config-settings") == {"a": "b c", "d": "e=f"}
    assert settings.value("no-build") == ("my-torch", "b")
    assert settings.flag("offline")
    assert [(choice.name, choice.url) for choice in settings.indexes] == [
        ("x", "https://x.example/"),
        ("", "https://y.example/"),
    ]
    assert settings.value("exclude-newer-package") == {"a": "P7D"}
    with pytest.raises(ClutchError) as caught:
        read(tmp_path, {"config-settings": ("alone",)})
    assert str(caught.value.place) == "--config-settings"
