"""Options become values of settings."""

from __future__ import annotations

import pytest

from clutch.cli.command import Command
from clutch.cli.parse import parse_arguments
from clutch.cli.setting_flags import ALL_EVERYWHERE, read_settings_flags

_NOTHING = Command(run=lambda invocation: 0, description="")


@pytest.mark.parametrize(
    ("tokens", "flags"),
    [
        ((), {}),
        (("--offline",), {"offline": True}),
        (("--no-offline",), {"offline": False}),
        (("--no-compile-bytecode",), {"compile-bytecode": False}),
        (("--no-build-isolation",), {"build-isolation": False}),
        (("--cache-dir", "x"), {"cache-dir": "x"}),
        (("--index", "a", "--index", "b"), {"index": ("a", "b")}),
        (("--index-url", "https://index.example/simple/"), {"default-index": "https://index.example/simple/"}),
        (("--no-build",), {"no-build": True}),
        (("--no-build-package", "numpy,scipy"), {"no-build": ("numpy", "scipy")}),
        (("--pre",), {"prereleases": "allow"}),
        (("--prerelease=never",), {"prereleases": "never"}),
        (("-C", "a=b", "-C", "c=d"), {"config-settings": ("a=b", "c=d")}),
        (("-p", "3.12", "--resolution", "lowest"), {"python": "3.12", "resolution": "lowest"}),
    ],
)
def test_options_become_settings(tokens: tuple[str, ...], flags: dict[str, object]) -> None:
    arguments = parse_arguments("try", _NOTHING, ALL_EVERYWHERE, tokens, {})
    assert read_settings_flags(arguments, ALL_EVERYWHERE) == flags
