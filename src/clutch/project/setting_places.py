"""Where settings files lie on each system; computed from variables alone, nothing is imported or read."""

from __future__ import annotations

import os
from collections.abc import Mapping

from clutch.base.values import NamedTuple

INSTALLATION_FILE = "clutch-installation.toml"


class SettingPlaces(NamedTuple):
    """Paths of the files that may hold settings; none of them has to exist. `pip` is in pip's order, later ones win."""

    user: str
    system: str
    installation: str
    pip: tuple[str, ...] = ()


def find_places(environ: Mapping[str, str], prefix: str, platform: str) -> SettingPlaces:
    """The files for this process: `prefix` is `sys.prefix`, `platform` is `sys.platform`.

    `CLUTCH_CONFIG_FILE` names another user file.
    """
    home = environ.get("HOME") or environ.get("USERPROFILE") or ""
    if platform == "win32":
        roaming = environ.get("APPDATA") or f"{home}/AppData/Roaming"
        user, system = (
            f"{roaming}/clutch/config.toml",
            f"{environ.get('PROGRAMDATA') or 'C:/ProgramData'}/clutch/config.toml",
        )
    elif platform == "darwin" and not environ.get("XDG_CONFIG_HOME"):
        user, system = (
            f"{home}/Library/Application Support/clutch/config.toml",
            "/Library/Application Support/clutch/config.toml",
        )
    else:
        user, system = f"{_config_home(environ, home)}/clutch/config.toml", "/etc/clutch/config.toml"
    user = environ.get("CLUTCH_CONFIG_FILE") or user
    return SettingPlaces(user, system, f"{prefix}/{INSTALLATION_FILE}", _pip_files(environ, home, platform))


def _pip_files(environ: Mapping[str, str], home: str, platform: str) -> tuple[str, ...]:
    """pip's global and user files, and the one that its variable names (`os.devnull` there: no file at all)."""
    named = environ.get("PIP_CONFIG_FILE", "")
    if named == os.devnull:
        return ()
    if platform == "win32":
        roaming = environ.get("APPDATA") or f"{home}/AppData/Roaming"
        files = [
            f"{environ.get('PROGRAMDATA') or 'C:/ProgramData'}/pip/pip.ini",
            f"{home}/pip/pip.ini",
            f"{roaming}/pip/pip.ini",
        ]
    elif platform == "darwin":
        files = ["/Library/Application Support/pip/pip.conf", f"{home}/.pip/pip.conf"]
        files += [f"{home}/Library/Application Support/pip/pip.conf", f"{_config_home(environ, home)}/pip/pip.conf"]
    else:
        shared = (environ.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(":")
        files = [*(f"{folder}/pip/pip.conf" for folder in reversed(shared) if folder), "/etc/pip.conf"]
        files += [f"{home}/.pip/pip.conf", f"{_config_home(environ, home)}/pip/pip.conf"]
    return (*files, named) if named else tuple(files)


def _config_home(environ: Mapping[str, str], home: str) -> str:
    return environ.get("XDG_CONFIG_HOME") or f"{home}/.config"
