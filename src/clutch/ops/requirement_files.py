"""Reads requirements files for `add -r`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from clutch.base.errors import ClutchError, Place
from clutch.model.parse import requirement_from_text
from clutch.model.requirement import Origin, Requirement
from clutch.standards.worlds import NATIVE

if TYPE_CHECKING:
    from clutch.ops.session import Session


def read_requirement_file(path: str, session: Session) -> list[tuple[str, Requirement]]:
    """The requirement texts of a file and of those that it includes, in order, with their values.

    Constraints and options in it are passed over: bounds and indexes have their place in the manifest.
    Raises: ClutchError `invalid-requirements-file`, naming every bad line; `nameless-requirement`, `not-readable`.
    """
    from clutch.standards.requirements_file import parse_requirements_file

    full = os.path.normpath(os.path.join(session.folder, os.path.expanduser(path)))
    found = []
    for line in parse_requirements_file(_read(full), full, _read):
        origin = Origin(line.file, line.line, line.text)
        if line.kind == "requirement":
            found.append((line.text, requirement_from_text(line.text, world=NATIVE, origin=origin)))
        elif line.kind in ("source", "editable"):
            message = f"`{line.text}` has no name; write it as `NAME @ {line.text}`"
            raise ClutchError("nameless-requirement", message, subject=line.text, place=Place(line.file, line.line))
    return found


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8-sig") as file:
            return file.read()
    except UnicodeDecodeError as error:
        raise ClutchError("not-readable", f"`{path}` is not UTF-8 text", place=Place(path)) from error
    except OSError as error:
        from clutch.io.files import translate_os_error

        raise translate_os_error(error, path, "read") from error
