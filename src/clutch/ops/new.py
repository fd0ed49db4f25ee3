"""`clutch new` and `clutch init`: the files of a new project."""

from __future__ import annotations

import os

from clutch.base.errors import ClutchError, UsageError
from clutch.base.values import NamedTuple
from clutch.ops.session import Session
from clutch.project.root import MANIFEST_NAME


class NewOptions(NamedTuple):
    """`path` is the folder to make (for `init` the folder that exists); `kind` is app, lib or bare."""

    path: str
    kind: str = "app"
    name: str = ""
    python: str = ""
    vcs: bool = True
    is_init: bool = False


class NewReport(NamedTuple):
    """`files` that were written, relative to `folder`, sorted; `kept` were there already."""

    name: str
    folder: str
    files: tuple[str, ...]
    kept: tuple[str, ...] = ()


def new(options: NewOptions, session: Session) -> NewReport:
    """Writes a project that can be run and tested at once; files that exist are never touched.

    Raises: UsageError `invalid-name`; ClutchError `folder-not-empty` (`new` alone), `project-exists`, `not-writable`.
    """
    from clutch.project.templates import project_files

    folder = os.path.normpath(os.path.join(session.folder, os.path.expanduser(options.path or ".")))
    _check_folder(folder, options)
    name = options.name or os.path.basename(folder)
    _check_name(name, options)
    written, kept = [], []
    for file in project_files(name, options.kind, _python(options, session)):
        if _write(folder, file.path, file.text):
            written.append(file.path)
        else:
            kept.append(file.path)
    if options.vcs:
        _init_git(folder)
    return NewReport(name, folder, tuple(sorted(written)), tuple(sorted(kept)))


def _check_folder(folder: str, options: NewOptions) -> None:
    if os.path.exists(os.path.join(folder, MANIFEST_NAME)):
        message = f"`{folder}` is a project already: it has a `{MANIFEST_NAME}`"
        raise ClutchError("project-exists", message, subject=folder, hints=("add packages with `clutch add NAME`",))
    if os.path.isfile(folder):
        raise ClutchError("folder-not-empty", f"`{folder}` is a file", subject=folder)
    if not options.is_init and os.path.isdir(folder) and os.listdir(folder):
        message = f"`{folder}` is not empty"
        hints = (f"make the project of what is there with `clutch init {options.path}`",)
        raise ClutchError("folder-not-empty", message, subject=folder, hints=hints)


def _check_name(name: str, options: NewOptions) -> None:
    from clutch.standards.names import is_name

    if is_name(name):
        return
    hints = () if options.name else ("give the project another name with `--name NAME`",)
    message = (
        f"`{name}` cannot be the name of a project: letters, digits, `-`, `_` and `.` only, "
        "beginning and ending with a letter or digit"
    )
    raise UsageError("invalid-name", message, subject=name, hints=hints)


def _python(options: NewOptions, session: Session) -> str:
    """requires-python of the new project: what was asked for, else the minor version of the Python in use."""
    from clutch.standards.specifier import parse_specifiers

    asked = options.python or session.settings.text("python")
    if asked and asked[0] in "<>=!~":
        return str(parse_specifiers(asked).text)
    if asked and asked.count(".") == 1 and asked.replace(".", "").isdigit():
        return f">={asked}"
    version = session.interpreter(asked).version
    return f">={'.'.join(version.split('.')[:2])}"


def _write(folder: str, relative: str, text: str) -> bool:
    """Writes one file unless it exists; true when it did."""
    from clutch.io.files import translate_os_error

    path = os.path.join(folder, *relative.split("/"))
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        return False
    except OSError as error:
        raise translate_os_error(error, path) from error
    return True


def _init_git(folder: str) -> None:
    """A repository, where there is git and the folder is in none yet; anything that goes wrong is no matter."""
    import shutil

    from clutch.io.proc import run

    git = shutil.which("git")
    if git is None:
        return
    inside = run([git, "rev-parse", "--is-inside-work-tree"], cwd=folder)
    if inside.status != 0:
        run([git, "init", "--quiet"], cwd=folder)
