"""Unpacked wheels in the store, by the hash of their archive.

A folder of kind `wheel` holds::

    tree/…                    the files of the wheel, and `__pycache__` folders with byte-code
    layout                    what goes where (clutch.pypi.wheel_layout)
    compiled-cpython-3.13     empty: says for which Pythons all modules were compiled

Byte-code names carry the Python they are for, so that one `__pycache__` serves all of them, and it is checked by the
modules' times: whoever edits a linked module gets a new one.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from clutch.base.errors import ClutchError
from clutch.base.values import NamedTuple
from clutch.io.files import remove_tree, write_atomic
from clutch.io.store import Store
from clutch.model.environment import Interpreter
from clutch.pypi.wheel_layout import Layout, parse_layout, render_layout

KIND = "wheel"


class PreparedWheel(NamedTuple):
    """A wheel that lies unpacked in the store (`clutch.model.ports.Prepared`)."""

    name: str
    version: str
    folder: str
    layout: Layout

    @property
    def tree(self) -> str:
        return f"{self.folder}/tree"


class WheelFile(NamedTuple):
    """An archive that waits to be unpacked; `is_ours` says that nobody needs it afterwards."""

    path: str
    filename: str
    key: str
    is_ours: bool


def find_wheel(store: Store, key: str) -> PreparedWheel | None:
    """The wheel unpacked under `key`, None when there is none that is whole."""
    folder = store.folder(KIND, key)
    if folder is None:
        return None
    try:
        with open(f"{folder}/layout", encoding="utf-8", errors="surrogateescape", newline="") as file:
            layout = parse_layout(file.read())
    except (OSError, ValueError):
        store.remove(KIND, key)
        return None
    return PreparedWheel(layout.name, layout.version, folder, layout)


def unpack(store: Store, wheel: WheelFile) -> PreparedWheel:
    """Unpack and check an archive and publish it; runs on any thread.

    Raises: ClutchError `bad-wheel` and what `clutch.io.archive.unpack_wheel` raises.
    """
    from clutch.io.archive import unpack_wheel
    from clutch.pypi.wheel import lay_out

    temporary = store.temporary_folder()
    try:
        tree = f"{temporary}/tree"
        os.mkdir(tree)
        layout = lay_out(tree, unpack_wheel(wheel.path, tree), wheel.filename)
        write_atomic(f"{temporary}/layout", render_layout(layout).encode("utf-8", "surrogateescape"))
    except BaseException:
        remove_tree(temporary)
        raise
    finally:
        if wheel.is_ours:
            remove_tree(os.path.dirname(wheel.path))
    folder = store.publish_folder(KIND, wheel.key, temporary)
    return PreparedWheel(layout.name, layout.version, folder, layout)


def compile_wheels(wheels: Sequence[PreparedWheel], interpreter: Interpreter, workers: int) -> None:
    """Give every module byte-code for the interpreter; what was done before is skipped. Runs on any thread.

    An interpreter that cannot compile costs speed only, so it is no error.
    """
    from clutch.io.compile import compile_files

    mark = _mark(interpreter)
    missing = [wheel for wheel in wheels if not os.path.exists(f"{wheel.folder}/{mark}")]
    files = [f"{wheel.tree}/{entry}" for wheel in missing for entry in wheel.layout.entries if entry.endswith(".py")]
    try:
        compile_files(interpreter.path, files, workers)
        for wheel in missing:
            with open(f"{wheel.folder}/{mark}", "wb"):
                pass
    except (ClutchError, OSError):
        return


def needs_compiling(wheel: PreparedWheel, interpreter: Interpreter) -> bool:
    """Whether modules of the wheel lack byte-code for the interpreter."""
    return bool(wheel.layout.module_folders) and not os.path.exists(f"{wheel.folder}/{_mark(interpreter)}")


def _mark(interpreter: Interpreter) -> str:
    minor = ".".join(interpreter.version.split(".")[:2])
    return f"compiled-{interpreter.implementation}-{minor}"
