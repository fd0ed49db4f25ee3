"""`clutch python`: lists, finds and pins interpreters."""

from __future__ import annotations

from clutch.base.values import NamedTuple
from clutch.model.environment import Interpreter
from clutch.ops.session import Session


class PythonRow(NamedTuple):
    """One interpreter found; `problem` says why it cannot be used, empty when it can."""

    path: str
    version: str
    implementation: str
    where: str
    problem: str


def list_pythons(session: Session) -> tuple[PythonRow, ...]:
    """Every interpreter of this machine, in the order in which they would be chosen."""
    from clutch.python.discover import find_interpreters

    rows = []
    for found in find_interpreters(session.search):
        known = found.interpreter
        version, implementation = (known.version, known.implementation) if known is not None else ("", "")
        rows.append(PythonRow(found.path, version, implementation, found.where, found.problem))
    return tuple(rows)


def find_python(request: str, session: Session) -> Interpreter:
    """The interpreter for this request, or the project's. Raises: NotFoundError `no-python`."""
    return session.interpreter(request)


def pin_python(request: str, session: Session) -> tuple[str, str]:
    """Writes `.python-version`; gives its path and the text written. Raises: NotFoundError `no-python`."""
    from clutch.python.pins import write_pin

    session.interpreter(request)
    folder = session.project_folder if session.has_project else session.folder
    return write_pin(folder, request), request
