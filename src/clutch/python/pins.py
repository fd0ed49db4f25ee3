"""The file `.python-version`, which pins the Python of a folder and of all below it.

One request a line, the first that can be used counts; text after `#` is a comment::

    # newest that the cluster has
    3.12
"""

from __future__ import annotations

import os

from clutch.base.errors import ClutchError, Place
from clutch.base.values import NamedTuple
from clutch.python.request import PythonRequest, parse_request

FILENAME = ".python-version"

# Words of pyenv that name no version: the system's own Python.
_NO_VERSION = ("system",)


class Pin(NamedTuple):
    """A request as it stands in a file, with its line (from 1)."""

    text: str
    path: str
    line: int

    @property
    def request(self) -> PythonRequest:
        return parse_request(self.text)

    @property
    def place(self) -> Place:
        return Place(self.path, self.line)


def read_pin(folder: str, top: str = "") -> Pin | None:
    """The nearest pin from `folder` upward to `top` (the project's root, included; empty: `folder` alone).

    A file without one usable line is passed over, and a line that names no Python (another tool's environment)
    likewise.
    Raises: ClutchError `not-readable`.
    """
    folder = os.path.abspath(folder)
    top = os.path.abspath(top) if top else folder
    while True:
        pin = read_pin_file(os.path.join(folder, FILENAME))
        parent = os.path.dirname(folder)
        if pin is not None or folder == top or parent == folder:
            return pin
        folder = parent


def read_pin_file(path: str) -> Pin | None:
    """The first usable line of one file; None when there is no file or no such line."""
    try:
        with open(path, encoding="utf-8-sig") as file:
            lines = file.read().splitlines()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise ClutchError("not-readable", f"cannot read `{path}`: {reason}", subject=path) from error
    for number, line in enumerate(lines, 1):
        text = line.split("#")[0].strip()
        if text and _is_usable(text):
            return Pin(text, path, number)
    return None


def write_pin(folder: str, text: str) -> str:
    """Writes the request into the folder's `.python-version`, before or after and never half; gives the path.

    Comments of a file that is there are kept, other requests are not.
    Raises: UsageError `invalid-python-request`; ClutchError `not-writable`, `disk-full`.
    """
    from clutch.io.files import write_atomic

    parse_request(text)
    path = os.path.join(os.path.abspath(folder), FILENAME)
    try:
        with open(path, encoding="utf-8-sig") as file:
            kept = [line for line in file.read().splitlines() if line.lstrip().startswith("#")]
    except (OSError, UnicodeDecodeError):
        kept = []
    write_atomic(path, "\n".join([*kept, text.strip(), ""]).encode())
    return path


def _is_usable(text: str) -> bool:
    if text in _NO_VERSION:
        return False
    try:
        request = parse_request(text)
    except ClutchError:
        return False
    return not request.command
