"""Those of pip's settings that clutch falls back on: behind a company's proxy nothing else would work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from clutch.base.values import NamedTuple

_KEYS = {
    "index-url": "index-url",
    "proxy": "proxy",
    "cert": "ca-bundle",
    "client-cert": "client-cert",
    "trusted-host": "trusted-hosts",
    "timeout": "timeout",
    "default-timeout": "timeout",
}
_UNUSED = ("extra-index-url", "find-links")
_SECTIONS = ("global", "install")


class PipSetting(NamedTuple):
    """One setting as pip would see it; `where` is a variable, or a file and section."""

    text: str
    where: str


class PipSettings(NamedTuple):
    """`found` by clutch's key (`index-url` apart); `unused` are pip's settings that nothing follows, with places."""

    found: Mapping[str, PipSetting]
    unused: tuple[PipSetting, ...]


def read_pip_settings(environ: Mapping[str, str], files: Sequence[str]) -> PipSettings:
    """pip's settings from its variables and files; a file that cannot be read or parsed counts as empty."""
    stated: dict[str, PipSetting] = {}
    for path in files:
        for key, text in _read_file(path).items():
            stated[key] = PipSetting(text, path)
    for variable, text in environ.items():
        if variable.startswith("PIP_") and text:
            stated[variable[4:].lower().replace("_", "-")] = PipSetting(text, variable)
    found = {ours: stated[theirs] for theirs, ours in _KEYS.items() if theirs in stated}
    unused = tuple(PipSetting(key, stated[key].where) for key in _UNUSED if key in stated)
    return PipSettings(found, unused)


def _read_file(path: str) -> dict[str, str]:
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read()
    except (OSError, UnicodeDecodeError):
        return {}
    import configparser

    parser: Any = configparser.RawConfigParser()
    try:
        parser.read_string(text)
    except configparser.Error:
        return {}
    found = {}
    for section in _SECTIONS:
        if parser.has_section(section):
            found.update({key.replace("_", "-"): value.strip() for key, value in parser.items(section) if value})
    return found
