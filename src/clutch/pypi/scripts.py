"""The programs that a wheel brings: launchers for entry points, and first lines of scripts.

Source: Entry points specification §Use for scripts; Binary distribution format §Recommended installer features.
"""

from __future__ import annotations

import re

from clutch.base.errors import ClutchError
from clutch.base.values import NamedTuple

_LONGEST_FIRST_LINE = 127
"""Linux before 5.1 and macOS read no more of a first line; what is longer goes through `/bin/sh`."""

_TEMPLATE = """\
import sys

if __name__ == "__main__":
    if sys.argv[0].endswith(".exe"):
        sys.argv[0] = sys.argv[0][:-4]
    from {module} import {first}

    sys.exit({attribute}())
"""
_REFERENCE = re.compile(
    r"(?P<module>[^\W\d]\w*(?:\.[^\W\d]\w*)*)\s*:\s*(?P<attribute>[^\W\d]\w*(?:\.[^\W\d]\w*)*)\s*(?:\[.*\]\s*)?"
)
_PLACEHOLDER = re.compile(rb"#!python(?P<window>w?)(?P<rest>[^\r\n]*)")
_NAME = re.compile(r"[^\s/\\:*?\"<>|\x00-\x1f][^/\\:*?\"<>|\x00-\x1f]*")


class Script(NamedTuple):
    """A file for the folder of programs: its name there and its whole content."""

    filename: str
    content: bytes


def render_launcher(
    name: str, reference: str, python: str, *, is_windowed: bool, is_windows: bool, machine: str
) -> Script:
    """The program that calls an entry point, `module:attribute`, with the Python at the path `python`.

    It imports the module only when run. On Windows it is an `.exe` that carries the script.
    Raises: ClutchError `bad-wheel` for a name or a reference that cannot be one.
    """
    match = _REFERENCE.fullmatch(reference.strip())
    if match is None:
        raise ClutchError(
            "bad-wheel", f"the script `{name}` refers to `{reference}`, which is not `module:function`", subject=name
        )
    if _NAME.fullmatch(name) is None or name in (".", ".."):
        raise ClutchError("bad-wheel", f"`{name}` cannot be the name of a script", subject=name)
    attribute = match["attribute"]
    source = _TEMPLATE.format(module=match["module"], first=attribute.partition(".")[0], attribute=attribute)
    if is_windows:
        return Script(f"{name}.exe", _windows_launcher(source, python, is_windowed, machine))
    return Script(name, first_line(python) + source.encode())


def rewrite_first_line(content: bytes, python: str, *, is_windows: bool) -> bytes:
    """A wheel's script with its `#!python` (or `#!pythonw`) line naming the Python at the path; others are
    unchanged.
    """
    match = _PLACEHOLDER.match(content)
    if match is None:
        return content
    interpreter = python
    if is_windows and match["window"]:
        interpreter = python.removesuffix("python.exe") + "pythonw.exe"
    body = content[match.end() :].removeprefix(b"\r").removeprefix(b"\n")
    return first_line(interpreter, match["rest"].decode("utf-8", "surrogateescape").strip()) + body


def first_line(python: str, arguments: str = "") -> bytes:
    """The line that makes the system run a script with this Python, ended by a line feed.

    Blanks in the path, and paths that are too long, take a detour: `/bin/sh` runs the Python in its place, and Python
    sees a text in quotes there.
    """
    line = f"#!{python} {arguments}".rstrip()
    if " " not in python and len(line.encode("utf-8", "surrogateescape")) <= _LONGEST_FIRST_LINE:
        return line.encode("utf-8", "surrogateescape") + b"\n"
    quoted = python.replace('"', '\\"')
    words = " ".join(part for part in (f'"{quoted}"', arguments, '"$0" "$@"') if part)
    return f"#!/bin/sh\n'''exec' {words}\n' '''\n".encode("utf-8", "surrogateescape")


def _windows_launcher(source: str, python: str, is_windowed: bool, machine: str) -> bytes:
    """distlib's launcher, a first line, and a zip with `__main__.py`, one after the other.

    Source: distlib, `scripts.ScriptMaker`.
    """
    import io
    import zipfile
    from importlib.resources import files

    kind = "w" if is_windowed else "t"
    word = {"arm64": "64-arm", "x86": "32", "i386": "32", "i686": "32"}.get(machine.lower(), "64")
    launcher = files("distlib").joinpath(f"{kind}{word}.exe").read_bytes()
    if is_windowed:
        python = python.removesuffix("python.exe") + "pythonw.exe"
    path = f'"{python}"' if " " in python else python
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as members:
        # A fixed date, so that the same script is the same file.
        members.writestr(zipfile.ZipInfo("__main__.py", (1980, 1, 1, 0, 0, 0)), source)
    return launcher + f"#!{path}\n".encode() + archive.getvalue()
