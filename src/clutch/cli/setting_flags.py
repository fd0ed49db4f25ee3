"""The options that set a setting: one for every row of the table of settings, accepted by every command."""

from __future__ import annotations

from collections.abc import Sequence

from clutch.cli.command import GLOBAL, Arguments, Flag
from clutch.cli.flags import EVERYWHERE
from clutch.project.setting_table import SETTINGS, Setting

_ALIASES: dict[str, tuple[str, ...]] = {
    "ca-bundle": ("--cert",),
    "config-settings": ("--config-setting",),
    "exclude-newer": ("--uploaded-prior-to",),
    "fork": ("--fork-strategy",),
    "keyring": ("--keyring-provider",),
    "prereleases": ("--prerelease",),
    "trusted-hosts": ("--trusted-host",),
}
_SETS: dict[str, tuple[tuple[str, str], ...]] = {
    "compile-bytecode": (("--compile", "true"),),
    "prereleases": (("--pre", "allow"), ("--allow-prereleases", "allow")),
    "progress": (("--no-progress", "never"),),
}


def refuse_not_pair(value: str) -> str:
    """The hint for a `-C` after the verb that is no KEY=VALUE; empty for one that is."""
    if "=" in value:
        return ""
    return "after the verb `-C` is a build setting KEY=VALUE; to work in another folder write `clutch -C DIR COMMAND`"


def _flag(setting: Setting) -> Flag:
    """A `flag` becomes a switch with its `--no-`; `names` a switch, whose names come by `--KEY-package`."""
    help_text = setting.help[:1].lower() + setting.help[1:].rstrip(".")
    is_switch = setting.kind in ("flag", "names")
    sets = _SETS.get(setting.key, ())
    if setting.kind == "flag":
        sets = (*sets, (f"--no-{setting.key}", "false"))
    return Flag(
        setting.flag,
        help_text,
        short="-C" if setting.key == "config-settings" else "",
        value="" if is_switch else _value_name(setting),
        repeatable=setting.kind in ("indexes", "list", "table"),
        choices=setting.choices if setting.kind == "choice" else (),
        hidden=True,
        aliases=_ALIASES.get(setting.key, ()),
        sets=sets,
        setting=setting.key,
        check=refuse_not_pair if setting.key == "config-settings" else None,
        section=GLOBAL,
    )


def _value_name(setting: Setting) -> str:
    names = {"path": "PATH", "url": "URL", "number": "NUMBER", "list": "WORD", "table": "KEY=VALUE", "choice": "WORD"}
    return names.get(setting.kind, "TEXT")


def _package_flag(setting: Setting) -> Flag:
    help_text = setting.help[:1].lower() + setting.help[1:].rstrip(".")
    return Flag(
        f"{setting.flag}-package",
        help_text,
        value="NAME",
        repeatable=True,
        splits=True,
        hidden=True,
        setting=setting.key,
    )


_SHOWN = {flag.long for flag in EVERYWHERE}

ALL_EVERYWHERE: tuple[Flag, ...] = (
    *EVERYWHERE,
    *(_flag(setting) for setting in SETTINGS if setting.flag not in _SHOWN),
    *(_package_flag(setting) for setting in SETTINGS if setting.kind == "names"),
)
"""Every option that all commands accept; those of `EVERYWHERE` are shown in help, the others in `settings.md`."""


def read_settings_flags(arguments: Arguments, flags: Sequence[Flag]) -> dict[str, object]:
    """Setting key to what its option says: a truth for a switch, a text, or a tuple for one given several times."""
    chosen: dict[str, object] = {}
    for flag in flags:
        if flag.setting and arguments.has(flag.long):
            texts = arguments.texts(flag.long)
            if flag.repeatable:
                chosen[flag.setting] = texts
            elif flag.value:
                chosen[flag.setting] = texts[-1]
            else:
                chosen[flag.setting] = texts[-1] != "false"
    return chosen
