"""The table of all settings: one name in three places (flag, variable, key), what it takes and what it does."""

from __future__ import annotations

from typing import Any

from clutch.base.errors import ClutchError
from clutch.base.text import join_words
from clutch.base.values import NamedTuple
from clutch.project.document import Table
from clutch.project.moment import check_moment
from clutch.standards.names import normalize

TRUE_WORDS = ("1", "true", "yes", "on")
FALSE_WORDS = ("0", "false", "no", "off", "")


class Setting(NamedTuple):
    """One setting.

    `kind` is `text`, `path`, `url`, `flag`, `number`, `list`, `names` (true, false or a list), `choice`,
    `policy` (one of `choices` for all, or a table of them by name), `indexes`, `table`, `moment` or `moments` (by
    name).
    `in_manifest` says whether `[tool.clutch]` may hold it; `matters` whether a change of it makes a lock stale;
    `secret` whether its value may hold credentials.
    """

    key: str
    kind: str
    default: Any
    help: str
    choices: tuple[str, ...] = ()
    in_manifest: bool = True
    matters: bool = False
    secret: bool = False

    @property
    def flag(self) -> str:
        return f"--{self.key}"

    @property
    def variable(self) -> str:
        return "CLUTCH_" + self.key.upper().replace("-", "_")


def _user(
    key: str, kind: str, default: Any, text: str, *, secret: bool = False, choices: tuple[str, ...] = ()
) -> Setting:
    return Setting(key, kind, default, text, choices, in_manifest=False, secret=secret)


def _lock(key: str, kind: str, default: Any, text: str, choices: tuple[str, ...] = ()) -> Setting:
    return Setting(key, kind, default, text, choices, matters=True)


_PRERELEASES = ("if-necessary", "allow", "never")

SETTINGS: tuple[Setting, ...] = (
    _user("cache-dir", "path", "", "Folder of the store; empty for the user's cache folder."),
    Setting(
        "default-index",
        "url",
        "",
        "The index that packages come from unless another one is named.",
        matters=True,
        secret=True,
    ),
    Setting("index", "indexes", (), "More indexes, asked before the default one.", matters=True, secret=True),
    _lock("index-strategy", "choice", "first", "Whether the first index that has a package wins.", ("first", "best")),
    _user("mirrors", "table", {}, "Addresses to fetch from in place of others; the lock does not change.", secret=True),
    _user(
        "keyring",
        "choice",
        "auto",
        "Whether to ask the keyring program for credentials.",
        choices=("auto", "never", "always"),
    ),
    _user("offline", "flag", False, "Never use the network."),
    _user("parallel", "number", 48, "Requests in flight at the same time."),
    _user("timeout", "number", 30, "Seconds without an answer before a request counts as failed."),
    _user("retries", "number", 3, "How often a failed request is tried again."),
    _user("proxy", "url", "", "Proxy for all requests; empty for the system's variables.", secret=True),
    _user("ca-bundle", "path", "", "File of certificates to trust."),
    _user("client-cert", "path", "", "Client certificate to present."),
    _user("trusted-hosts", "list", (), "Hosts whose certificates are not checked."),
    Setting("python", "text", "", "The Python to use: a version, a range, a name or a path."),
    _user(
        "python-downloads",
        "choice",
        "never",
        "Whether missing Pythons are fetched.",
        choices=("never", "manual", "automatic"),
    ),
    _user("python-mirror", "url", "", "Where Pythons are fetched from.", secret=True),
    _user("python-dir", "path", "", "Folder of the Pythons that clutch fetched."),
    Setting("project-environment", "path", ".venv", "Folder of the project's environment."),
    _user(
        "link-mode",
        "choice",
        "auto",
        "How files come from the store.",
        choices=("auto", "reflink", "hardlink", "symlink", "copy", "folder"),
    ),
    Setting("compile-bytecode", "flag", True, "Compile bytecode when installing."),
    Setting("build-isolation", "flag", True, "Build source distributions in environments of their own."),
    Setting("config-settings", "table", {}, "Settings for build backends."),
    _lock("no-build", "names", False, "Never build from source: all packages, or those named."),
    _lock("no-binary", "names", False, "Never use wheels: all packages, or those named."),
    _lock("resolution", "choice", "highest", "Which versions to prefer.", ("highest", "lowest", "lowest-direct")),
    _lock("prereleases", "policy", "if-necessary", "When pre-releases count.", _PRERELEASES),
    _lock("fork", "choice", "newest", "The newest version for each Python, or fewest versions.", ("newest", "fewest")),
    _lock("exclude-newer", "moment", "", "Ignore what was uploaded after this date, or within this duration."),
    _lock("exclude-newer-package", "moments", {}, "The same for single packages; empty text for no limit."),
    _lock(
        "python-bounds",
        "choice",
        "relaxed",
        "Whether upper bounds of candidates may fail a lock.",
        ("relaxed", "strict"),
    ),
    _user("color", "choice", "auto", "Whether to colour output.", choices=("auto", "always", "never")),
    _user("progress", "choice", "auto", "Whether to show progress.", choices=("auto", "always", "never")),
)

BY_KEY = {setting.key: setting for setting in SETTINGS}


def check_value(table: Table, setting: Setting) -> Any:
    """The value of this setting in a settings file, as `Settings.value` gives it.

    Raises: ClutchError `invalid-value` with the line.
    """
    key, kind = setting.key, setting.kind
    if kind == "flag":
        return table.flag(key, setting.default)
    if kind == "list":
        return table.texts(key)
    if kind == "number":
        value = table.values[key]
        if isinstance(value, bool) or not isinstance(value, (int, float)) or value < 0:
            raise table.wrong("a number", key)
        return value
    if kind == "names":
        value = table.values[key]
        return value if isinstance(value, bool) else _names(table, key)
    if kind == "table":
        return table.text_map(key)
    if kind == "moment":
        return _moment(table, key)
    if kind == "moments":
        limits = table.table(key)
        assert limits is not None
        return {normalize(name): _moment(limits, name) for name in limits.values}
    if kind == "policy" and isinstance(table.values[key], dict):
        below = table.table(key)
        assert below is not None
        return {normalize(name): _choice(below, name, setting) for name in below.values}
    if kind in ("choice", "policy"):
        return _choice(table, key, setting)
    return table.text(key)


def value_from_text(setting: Setting, text: str) -> Any:
    """The value that a variable or a flag states; lists are separated by blanks.

    Raises: ClutchError `invalid-value`, without a place.
    """
    kind = setting.kind
    if kind == "flag":
        return _flag(text)
    if kind == "list":
        return tuple(text.split())
    if kind == "number":
        return _number(text)
    if kind == "names":
        is_flag = text.lower() in TRUE_WORDS + FALSE_WORDS
        return _flag(text) if is_flag else tuple(normalize(name) for name in text.replace(",", " ").split())
    if kind == "table":
        return _pairs(text)
    if kind == "moment":
        return check_moment(text)
    if kind == "moments":
        return {normalize(name): check_moment(limit) for name, limit in _pairs(text).items()}
    if kind == "policy" and "=" in text:
        return {normalize(name): _chosen(setting, word) for name, word in _pairs(text).items()}
    if kind in ("choice", "policy"):
        return _chosen(setting, text)
    return text


def pair_from_text(text: str) -> tuple[str, str]:
    """The two halves of `KEY=VALUE`.

    Raises: ClutchError `invalid-value`.
    """
    key, mark, value = text.partition("=")
    if not mark or not key:
        raise ClutchError("invalid-value", f"expected KEY=VALUE, not `{text}`")
    return key, value


def _names(table: Table, key: str) -> tuple[str, ...]:
    if not isinstance(table.values[key], list):
        raise table.wrong("true, false or an array of package names", key)
    return tuple(normalize(name) for name in table.texts(key))


def _moment(table: Table, key: str) -> str:
    """A moment as text; TOML's own dates and times are understood too."""
    value = table.values[key]
    text = value.isoformat() if hasattr(value, "isoformat") else table.text(key)
    try:
        return check_moment(text)
    except ClutchError as error:
        error.place = table.document.place((*table.path, key))
        raise


def _choice(table: Table, key: str, setting: Setting) -> str:
    try:
        return _chosen(setting, table.text(key))
    except ClutchError as error:
        error.place = table.document.place((*table.path, key))
        raise


def _chosen(setting: Setting, word: str) -> str:
    if word in setting.choices:
        return word
    expected = join_words([f"`{choice}`" for choice in setting.choices], "or")
    raise ClutchError("invalid-value", f"`{setting.key}` has to be {expected}, not `{word}`", subject=setting.key)


def _flag(text: str) -> bool:
    word = text.strip().lower()
    if word in TRUE_WORDS or word in FALSE_WORDS:
        return word in TRUE_WORDS
    raise ClutchError("invalid-value", f"expected `true` or `false`, not `{text}`")


def _number(text: str) -> int | float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < float("inf"):
        raise ClutchError("invalid-value", f"expected a number, not `{text}`")
    return int(value) if value == int(value) else value


def _pairs(text: str) -> dict[str, str]:
    return dict(pair_from_text(word) for word in text.split())
