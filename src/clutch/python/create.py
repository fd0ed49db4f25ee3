"""Makes a virtual environment, running nothing: files and links, built aside and renamed into place.

What is written, on POSIX::

    pyvenv.cfg  .gitignore  CACHEDIR.TAG
    bin/python -> /opt/python3.13/bin/python3.13   bin/python3 -> python   bin/python3.13 -> python
    bin/activate ...   include/   lib/python3.13/site-packages/   lib64 -> lib

`pyvenv.cfg` holds, one a line: `home` (folder of the base interpreter), `implementation`, `version_info` (full
version), `include-system-site-packages`, `executable`, `prompt`.

Source: PEP 405 "Python Virtual Environments" §Specification; the Cache Directory Tagging specification.
"""

from __future__ import annotations

import os

from clutch.base.errors import ClutchError
from clutch.model.environment import Environment, Interpreter
from clutch.python.activation import render_scripts
from clutch.python.platform import Platform, current_platform

_CACHE_TAG = (
    "Signature: 8a477f597d28d172789f06886806bc55\n"
    "# This folder can be made again at any time: backups may leave it out.\n"
)
_ASIDE = ".clutch-new-"
_OLD = ".clutch-old-"


def create_environment(
    root: str,
    interpreter: Interpreter,
    prompt: str = "",
    *,
    is_replaced: bool = False,
    platform: Platform | None = None,
) -> Environment:
    """The new environment at `root`, for the base of `interpreter` when that is itself virtual.

    An empty folder or nothing must be at `root`; with `is_replaced` also an environment, which is swapped for the new
    one. `prompt` defaults to the name of the folder that `root` lies in. Callers hold the environment's lock: what an
    earlier call left half made is removed.
    Raises: ClutchError `environment-exists`, `not-an-environment` (something else is at `root`: never deleted),
    `not-writable`, `disk-full`.
    """
    platform = platform or current_platform()
    root = os.path.abspath(root)
    if os.path.islink(root):
        root = os.path.realpath(root)
    is_taken = _check_free(root, is_replaced=is_replaced)
    try:
        os.makedirs(os.path.dirname(root), exist_ok=True)
        remove_leftovers(root)
        aside = f"{root}{_ASIDE}{os.getpid()}"
        _build(aside, root, interpreter, prompt or os.path.basename(os.path.dirname(root)) or "venv", platform)
        if is_taken:
            _swap(root, aside)
        else:
            os.rename(aside, root)
    except OSError as error:
        from clutch.io.files import translate_os_error

        _discard(f"{root}{_ASIDE}{os.getpid()}")
        raise translate_os_error(error, root) from error
    return environment_at(root, interpreter)


def environment_at(root: str, base: Interpreter) -> Environment:
    """The environment at `root` whose base is known; nothing is checked."""
    interpreter = base._replace(is_virtual=True, is_external=False)
    environment = Environment(root, interpreter)
    return Environment(root, interpreter._replace(path=environment.python))


def remove_leftovers(root: str) -> None:
    """Removes what a killed call left beside `root`; callers hold the environment's lock. Lists one folder.

    Raises: OSError when the folder cannot be listed.
    """
    folder, name = os.path.split(root)
    for entry in os.listdir(folder):
        if entry.startswith((f"{name}{_ASIDE}", f"{name}{_OLD}")):
            _discard(os.path.join(folder, entry))


def stable_path(path: str) -> str:
    """A path to the same executable that survives its patch upgrades.

    Homebrew keeps each patch version in a folder of its own, and a link to the newest beside it.
    """
    brew, _, inside = path.partition("/Cellar/")
    formula, _, versioned = inside.partition("/")
    stable = f"{brew}/opt/{formula}/{versioned.partition('/')[2]}"
    return stable if versioned and os.path.exists(stable) else path


def _check_free(root: str, *, is_replaced: bool) -> bool:
    """Whether an environment is at `root` that is to be swapped."""
    try:
        names = os.listdir(root)
    except FileNotFoundError:
        return False
    except NotADirectoryError as error:
        raise ClutchError("not-an-environment", f"`{root}` is a file", subject=root) from error
    if not names:
        return False
    if "pyvenv.cfg" not in names:
        raise ClutchError(
            "not-an-environment", f"`{root}` holds other files and is no environment, so it is left alone", subject=root
        )
    if not is_replaced:
        raise ClutchError("environment-exists", f"there is an environment at `{root}` already", subject=root)
    return True


def _build(aside: str, root: str, interpreter: Interpreter, prompt: str, platform: Platform) -> None:
    os.mkdir(aside)
    # First of all: a half made folder must not reach a commit.
    _write(f"{aside}/.gitignore", "*\n")
    _write(f"{aside}/CACHEDIR.TAG", _CACHE_TAG)
    scripts = interpreter.paths["scripts"]
    for folder in dict.fromkeys(
        ("include", scripts, interpreter.paths["purelib"], interpreter.paths.get("platlib", ""))
    ):
        if folder:
            os.makedirs(f"{aside}/{folder}", exist_ok=True)
    base = stable_path(interpreter.real_path)
    if platform.is_windows:
        _copy_launchers(base, interpreter.base_prefix, f"{aside}/{scripts}")
    else:
        _link_interpreter(base, interpreter, f"{aside}/{scripts}")
        if interpreter.implementation == "cpython" and platform.system == "linux" and _is_wide(interpreter):
            os.symlink("lib", f"{aside}/lib64")
    for name, text in render_scripts(root, prompt, scripts).items():
        _write(f"{aside}/{scripts}/{name}", text)
    # Last: the folder is an environment from here on.
    _write(f"{aside}/pyvenv.cfg", _render_configuration(base, interpreter, prompt))


def _render_configuration(base: str, interpreter: Interpreter, prompt: str) -> str:
    name = interpreter.markers.get("platform_python_implementation", interpreter.implementation)
    lines = (
        ("home", os.path.dirname(base)),
        ("implementation", name),
        ("version_info", interpreter.version),
        ("include-system-site-packages", "false"),
        ("executable", base),
        ("prompt", prompt.replace("\n", " ")),
    )
    return "".join(f"{key} = {value}\n" for key, value in lines)


def _is_wide(interpreter: Interpreter) -> bool:
    machine = interpreter.markers.get("platform_machine", "")
    return "64" in machine or machine in ("s390x", "loongarch64")


def _link_interpreter(base: str, interpreter: Interpreter, scripts: str) -> None:
    os.symlink(base, f"{scripts}/python")
    major, minor = interpreter.version.split(".")[:2]
    names = ["python3", f"python{major}.{minor}"]
    if interpreter.implementation == "pypy":
        names += ["pypy", f"pypy{major}", f"pypy{major}.{minor}"]
    if interpreter.is_free_threaded:
        names.append(f"python{major}.{minor}t")
    for name in names:
        os.symlink("python", f"{scripts}/{name}")


def _copy_launchers(base: str, base_prefix: str, scripts: str) -> None:
    """Windows cannot link without a privilege: the standard library's small launchers start the base from `home`."""
    folder = f"{base_prefix}/Lib/venv/scripts/nt"
    for name, launcher in (("python.exe", "venvlauncher.exe"), ("pythonw.exe", "venvwlauncher.exe")):
        # Up to 3.12 the launchers carry the name of what they start; without any, the executable itself is copied.
        sources = (f"{folder}/{launcher}", f"{folder}/{name}", f"{os.path.dirname(base)}/{name}")
        source = next((path for path in sources if os.path.isfile(path)), "")
        if source:
            _copy(source, f"{scripts}/{name}")


def _copy(source: str, target: str) -> None:
    with open(source, "rb") as reader, open(target, "wb") as writer:
        writer.write(reader.read())
    os.chmod(target, os.stat(source).st_mode)


def _write(path: str, text: str) -> None:
    with open(path, "w", encoding="utf-8", errors="surrogateescape", newline="") as file:
        file.write(text)


def _swap(root: str, aside: str) -> None:
    """Puts the new environment where the old one is; puts the old one back when that fails."""
    old = f"{root}{_OLD}{os.getpid()}"
    os.rename(root, old)
    try:
        os.rename(aside, root)
    except OSError:
        os.rename(old, root)
        raise
    _discard(old)


def _discard(folder: str) -> None:
    import shutil

    shutil.rmtree(folder, ignore_errors=True)
