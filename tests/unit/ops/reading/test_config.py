"""Settings and what decided them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clutch.base.errors import ClutchError
from clutch.ops.config import ConfigOptions, SettingRow, explain_setting, list_settings
from clutch.ops.session import Session, Surroundings
from clutch.project.setting_table import SETTINGS

Maker = Callable[..., Session]


def _with(session: Session, environ: dict[str, str], flags: dict[str, object]) -> Session:
    before = session.surroundings
    surroundings = Surroundings(before.folder, {**before.environ, **environ}, before.clock)
    return Session(surroundings, flags, session.reporter)


def _explain(key: str, session: Session) -> SettingRow:
    return explain_setting(ConfigOptions(key), session)


def test_every_setting_is_listed(make_session: Maker) -> None:
    session = _with(make_session(), {"CLUTCH_DEFAULT_INDEX": "https://index.example/simple/"}, {})
    rows = list_settings(session).settings
    assert [row.key for row in rows] == [setting.key for setting in SETTINGS]


def test_the_project_then_the_variable_then_the_option_decides(make_session: Maker) -> None:
    plain = make_session(manifest='[project]\nname = "x"\nversion = "1"\n\n[tool.clutch]\nresolution = "lowest"\n')
    row = _explain("resolution", plain)
    assert (row.value, row.kind, row.place) == ("lowest", "project", f"{plain.manifest_path}:6")
    by_variable = _with(plain, {"CLUTCH_RESOLUTION": "lowest-direct"}, {})
    row = _explain("resolution", by_variable)
    assert (row.value, row.kind, row.place) == ("lowest-direct", "variable", "CLUTCH_RESOLUTION")
    row = _explain("resolution", _with(by_variable, {}, {"resolution": "highest"}))
    assert (row.value, row.kind, row.place) == ("highest", "flag", "--resolution")


def test_a_secret_is_never_shown(make_session: Maker) -> None:
    environ = {"CLUTCH_DEFAULT_INDEX": "https://anna:hunter2@index.example/simple/"}
    row = _explain("default-index", _with(make_session(), environ, {}))
    assert "hunter2" not in str(row)
    assert "index.example" in row.value


def test_an_unknown_setting_names_the_nearest(make_session: Maker) -> None:
    with pytest.raises(ClutchError) as caught:
        _explain("cache-dri", make_session())
    assert caught.value.hints == ("did you mean `cache-dir`?",)
