"""Decides every setting: flag, variable, project, user, system and installation file, pip's settings, default."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from clutch.base.errors import ClutchError, Place
from clutch.base.text import nearest
from clutch.base.values import NamedTuple
from clutch.project.document import parse_document, read_text
from clutch.project.index_table import IndexChoice, index_from_text, read_indexes
from clutch.project.pip_settings import PipSettings, read_pip_settings
from clutch.project.setting_places import SettingPlaces
from clutch.project.setting_table import BY_KEY, SETTINGS, Setting, check_value, pair_from_text, value_from_text
from clutch.project.tool_table import ToolTable

_CREDENTIALS = re.compile(r"(?<=//)[^/@\s]+@")
_LIST_KEYS = ("index",)


class SettingOrigin(NamedTuple):
    """What decided: `kind` is `flag`, `variable`, `project`, `user`, `system`, `installation`, `pip` or `default`.

    `place` is the flag, the variable, or file and line; it never holds a value.
    """

    kind: str
    place: str


class Settings:
    """All settings of one run. Values are typed as their kind says; asking is cheap."""

    def __init__(self, decided: Mapping[str, tuple[Any, SettingOrigin]], pip: PipSettings) -> None:
        self._decided = decided
        self._pip = pip
        self._default_index = ""

    def value(self, key: str) -> Any:
        """The value in force. `default-index` may import a slow library the first time where nobody has stated it."""
        decided = self._decided.get(key)
        if decided is not None:
            return decided[0]
        if key == "default-index":
            self._default_index = self._default_index or _default_index()
            return self._default_index
        return _setting(key).default

    def origin(self, key: str) -> SettingOrigin:
        """What decided this setting."""
        decided = self._decided.get(key)
        if decided is not None:
            return decided[1]
        _setting(key)
        return SettingOrigin("default", "default")

    def text(self, key: str) -> str:
        return str(self.value(key))

    def flag(self, key: str) -> bool:
        return bool(self.value(key))

    def number(self, key: str) -> float:
        return float(self.value(key))

    def texts(self, key: str) -> tuple[str, ...]:
        return tuple(self.value(key))

    @property
    def indexes(self) -> tuple[IndexChoice, ...]:
        """The indexes besides the default one, in the order in which they are asked; names may be empty."""
        return tuple(self.value("index"))

    @property
    def mirrors(self) -> Mapping[str, str]:
        """Address to fetch in place of address, longest first; pip's index replaces a default index nobody chose."""
        stated: dict[str, str] = dict(self.value("mirrors"))
        theirs = self._pip.found.get("index-url")
        if theirs is not None and self.origin("default-index").kind in ("installation", "default"):
            stated.setdefault(self.text("default-index"), theirs.text)
        return dict(sorted(stated.items(), key=lambda pair: (-len(pair[0]), pair[0])))

    @property
    def remarks(self) -> tuple[str, ...]:
        """Sentences on settings of pip's that are not followed."""
        return tuple(
            f"pip's `{unused.text}` ({unused.where}) is not used; declare it as `[[tool.clutch.index]]` if it is wanted"
            for unused in self._pip.unused
        )

    def shown(self, key: str) -> str:
        """The value as text for people, credentials in it replaced."""
        return redact(_render(self.value(key)))


def read_settings(
    flags: Mapping[str, object],
    environ: Mapping[str, str],
    places: SettingPlaces,
    project: ToolTable | None = None,
    project_file: str = "",
) -> Settings:
    """All settings; reads the files that exist. `flags` are by key, None where not given.

    Raises: ClutchError `unknown-key`, `invalid-value`, `malformed-toml`, with file and line or the flag or variable.
    """
    pip = read_pip_settings(environ, places.pip)
    decided: dict[str, tuple[Any, SettingOrigin]] = {}
    _take_pip(decided, pip)
    for kind, path in (("installation", places.installation), ("system", places.system), ("user", places.user)):
        _take_file(decided, kind, path)
    if project is not None:
        for key, value in project.settings.items():
            decided[key] = (value, SettingOrigin("project", f"{project_file}:{project.setting_lines[key]}"))
        _take_indexes(decided, project.indexes, "project", project_file)
    for setting in SETTINGS:
        text = environ.get(setting.variable)
        if text:
            value = _checked(setting, setting.variable, _from_text, text)
            decided[setting.key] = (_joined(decided, setting.key, value), SettingOrigin("variable", setting.variable))
        given = flags.get(setting.key)
        if given is not None:
            value = _checked(setting, setting.flag, _from_flag, given)
            decided[setting.key] = (_joined(decided, setting.key, value), SettingOrigin("flag", setting.flag))
    return Settings(decided, pip)


def settings_that_matter(settings: Settings, project: ToolTable) -> Mapping[str, str]:
    """The settings that a lock depends on, as texts without credentials; those at their default are left out.

    An index matters when a person chose it; the installation's own choice and pip's do not.
    """
    found: dict[str, str] = {}
    for setting in SETTINGS:
        if not setting.matters or settings.origin(setting.key).kind in ("installation", "pip", "default"):
            continue
        value = settings.value(setting.key)
        if value != setting.default:
            found[setting.key] = redact(_render(value))
    stated = {
        "environments": project.environments,
        "required-environments": project.required_environments,
        "constraints": project.constraints,
        "overrides": project.overrides,
        "excludes": project.excludes,
    }
    found.update({key: _render(tuple(item.text for item in items)) for key, items in stated.items() if items})
    if project.conflicts:
        rows = (" + ".join(f"{member.kind} {member.name}" for member in row) for row in project.conflicts)
        found["conflicts"] = _render(tuple(rows))
    if project.metadata:
        found["metadata"] = "; ".join(
            f"{name}: {'skip' if facts.is_skipped else _render((*(facts.requires or ()), facts.python or ''))}"
            for name, facts in sorted(project.metadata.items())
        )
    return dict(sorted(found.items()))


def redact(text: str) -> str:
    """`text` with user names and passwords in its URLs replaced by `****`."""
    return _CREDENTIALS.sub("****@", text)


def _setting(key: str) -> Setting:
    setting = BY_KEY.get(key)
    if setting is None:
        near = nearest(key, BY_KEY)
        hints = (f"did you mean `{near[0]}`?",) if near else ()
        raise ClutchError("unknown-setting", f"there is no setting `{key}`", subject=key, hints=hints)
    return setting


def _default_index() -> str:
    """The Simple API beside the address that distlib keeps; slow to import, so the installation file has it."""
    from urllib.parse import urlsplit

    from distlib.index import DEFAULT_INDEX

    address = urlsplit(DEFAULT_INDEX)
    return f"{address.scheme}://{address.netloc}/simple/"


def _take_pip(decided: dict[str, tuple[Any, SettingOrigin]], pip: PipSettings) -> None:
    for key, stated in pip.found.items():
        if key == "index-url":
            continue
        try:
            value = value_from_text(BY_KEY[key], stated.text)
        except ClutchError:
            continue
        decided[key] = (value, SettingOrigin("pip", f"pip's settings ({stated.where})"))


def _take_file(decided: dict[str, tuple[Any, SettingOrigin]], kind: str, path: str) -> None:
    """Let one settings file decide; a file that is not there decides nothing."""
    try:
        document = parse_document(read_text(path), path)
    except (FileNotFoundError, NotADirectoryError):
        return
    table = document.top
    table.only([*BY_KEY, "channel"])
    for key in table.values:
        if key in BY_KEY and key not in _LIST_KEYS:
            place = f"{path}:{table.line(key)}"
            decided[key] = (check_value(table, BY_KEY[key]), SettingOrigin(kind, place))
    _take_indexes(decided, read_indexes(table), kind, path)


def _take_indexes(
    decided: dict[str, tuple[Any, SettingOrigin]], choices: tuple[IndexChoice, ...], kind: str, path: str
) -> None:
    """Put these indexes in front of those of weaker files; one that is marked as default decides that setting."""
    for choice in choices:
        if choice.is_default:
            decided["default-index"] = (choice.url, SettingOrigin(kind, f"{path}:{choice.line}"))
    others = tuple(choice for choice in choices if not choice.is_default)
    if others:
        decided["index"] = (_joined(decided, "index", others), SettingOrigin(kind, f"{path}:{others[0].line}"))


def _joined(decided: Mapping[str, tuple[Any, SettingOrigin]], key: str, value: Any) -> Any:
    """Indexes add up, the stronger ones first, a name once; every other setting is replaced whole."""
    if key not in _LIST_KEYS or key not in decided:
        return value
    names = {choice.name for choice in value if choice.name}
    return (*value, *(choice for choice in decided[key][0] if choice.name not in names))


def _checked(setting: Setting, where: str, read: Callable[[Setting, Any], Any], given: Any) -> Any:
    try:
        return read(setting, given)
    except ClutchError as error:
        error.place = error.place or Place(where)
        error.message = redact(error.message)
        error.args = (error.message,)
        raise


def _from_text(setting: Setting, text: str) -> Any:
    if setting.kind == "indexes":
        return tuple(index_from_text(word) for word in text.split())
    return value_from_text(setting, text)


def _from_flag(setting: Setting, given: object) -> Any:
    if isinstance(given, str):
        return _from_text(setting, given)
    if isinstance(given, (list, tuple)):
        if setting.kind == "indexes":
            return tuple(item if isinstance(item, IndexChoice) else index_from_text(str(item)) for item in given)
        if setting.kind == "table":
            return dict(pair_from_text(str(item)) for item in given)
        if setting.kind in ("names", "policy", "moments"):
            return value_from_text(setting, " ".join(str(item) for item in given))
        return tuple(str(item) for item in given)
    return given


def _render(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, IndexChoice):
        return f"{value.name}={value.url}" if value.name else value.url
    if isinstance(value, (list, tuple)):
        return ", ".join(_render(item) for item in value)
    if isinstance(value, dict):
        return ", ".join(f"{key}={_render(item)}" for key, item in sorted(value.items()))
    return str(value)
