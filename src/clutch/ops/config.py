"""`clutch config`: what every setting is and what decided it."""

from __future__ import annotations

from clutch.base.values import NamedTuple
from clutch.ops.session import Session


class ConfigOptions(NamedTuple):
    """`key` of one setting."""

    key: str


class SettingRow(NamedTuple):
    """One setting as it is in force; `value` never holds a secret. `kind` and `place` say what decided."""

    key: str
    value: str
    kind: str
    place: str
    flag: str
    variable: str
    help: str


class ConfigReport(NamedTuple):
    """In the order of the documentation."""

    settings: tuple[SettingRow, ...]


def list_settings(session: Session) -> ConfigReport:
    """All settings; reads the files of settings that exist."""
    from clutch.project.setting_table import SETTINGS

    return ConfigReport(tuple(_row(setting.key, session) for setting in SETTINGS))


def explain_setting(options: ConfigOptions, session: Session) -> SettingRow:
    """One setting. Raises: ClutchError `unknown-setting`, with the nearest one."""
    return _row(options.key, session)


def _row(key: str, session: Session) -> SettingRow:
    from clutch.project.setting_table import BY_KEY

    settings = session.settings
    origin = settings.origin(key)
    setting = BY_KEY[key]
    return SettingRow(key, settings.shown(key), origin.kind, origin.place, setting.flag, setting.variable, setting.help)
