"""Asks an interpreter what it is, once: the answer is remembered until the executable changes.

The record in the store is text, in the form of `clutch.python.probe`, one fact a line::

    real_path=/opt/python3.13/bin/python3.13
    version=3.13.0
    flags=free_threaded external
    tags=cp313-cp313-manylinux_2_36_x86_64 ...
    marker.os_name=posix
    path.purelib=lib/python3.13/site-packages

Its key holds path, size and `mtime_ns` of the executable; a wrapper script's record also holds those of the
executable behind it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Protocol

from clutch.base.errors import ClutchError, NotFoundError
from clutch.model.environment import Interpreter
from clutch.python.probe import SCRIPT, parse_answers, parse_value, render_value

OLDEST = (3, 8)
"""The oldest Python that can be an environment."""

_KIND = "interpreter"
_FORMAT = "1"
# A cold interpreter on a busy network drive takes seconds; one that takes this long hangs.
_PATIENCE_S = 30.0


class Records(Protocol):
    """What is needed of `clutch.io.store.Store`."""

    def read_record(self, kind: str, key: str) -> bytes | None: ...

    def write_record(self, kind: str, key: str, content: bytes) -> None: ...


def inspect_interpreter(path: str, store: Records) -> Interpreter:
    """The facts of the executable at `path`; runs it unless it is known, which then costs a `stat` and a read.

    Raises: NotFoundError `no-python` when there is no such file, ClutchError `broken-python` when it does not run or
    does not answer, `python-too-old` when it is older than 3.8.
    """
    interpreter = read_interpreter(path, store)
    problem = age_problem(interpreter)
    if problem:
        raise ClutchError("python-too-old", f"`{path}` {problem}", subject=path)
    return interpreter


def read_interpreter(path: str, store: Records) -> Interpreter:
    """As `inspect_interpreter`, also for versions that are too old to be used."""
    path = os.path.abspath(path)
    identity = path if find_configuration(path) else os.path.realpath(path)
    key = _record_key(identity)
    record = store.read_record(_KIND, key)
    if record is not None:
        known = _parse_record(record, path)
        if known is not None:
            return known
    # A script or link of another name is asked under the name that was given: some decide by it.
    interpreter = _ask(path)
    store.write_record(_KIND, key, _render_record(interpreter))
    return interpreter


def age_problem(interpreter: Interpreter) -> str:
    """Why this Python is too old, in words; empty when it is not."""
    if version_numbers(interpreter.version)[:2] >= OLDEST:
        return ""
    return f"is Python {interpreter.version}; {OLDEST[0]}.{OLDEST[1]} is the oldest that is supported"


def version_numbers(version: str) -> tuple[int, ...]:
    """The numbers of a full version, without a pre-release's: `3.14.0rc1` gives (3, 14, 0)."""
    numbers = []
    for part in version.split("."):
        digits = part[: len(part) - len(part.lstrip("0123456789"))]
        if not digits:
            break
        numbers.append(int(digits))
        if digits != part:
            break
    return tuple(numbers)


def find_configuration(path: str) -> str:
    """The `pyvenv.cfg` that makes the executable at `path` a virtual one; empty when there is none.

    Source: PEP 405 §Specification.
    """
    folder = os.path.dirname(path)
    for place in (folder, os.path.dirname(folder)):
        candidate = os.path.join(place, "pyvenv.cfg")
        if os.path.isfile(candidate):
            return candidate
    return ""


def _record_key(path: str) -> str:
    try:
        seen = os.stat(path)
    except OSError as error:
        raise NotFoundError("no-python", f"there is no interpreter at `{path}`", subject=path) from error
    key = f"{_FORMAT}\n{path}\n{seen.st_size}\n{seen.st_mtime_ns}"
    configuration = find_configuration(path)
    return f"{key}\n{os.stat(configuration).st_mtime_ns}" if configuration else key


def _ask(path: str) -> Interpreter:
    answers = _run(path, ("-I", "-S"))
    real_path = _real_path(path, answers)
    markers = {key[7:]: value for key, value in answers.items() if key.startswith("marker.")}
    paths = {key[5:]: _relative(value) for key, value in answers.items() if key.startswith("path.")}
    # On systems with `lib64` that folder of an environment is a link to `lib`.
    if paths.get("platlib", "").replace("lib64/", "lib/", 1) == paths["purelib"]:
        paths["platlib"] = paths["purelib"]
    paths["include"] = f"include/site/python{markers['python_version']}"
    is_virtual = bool(find_configuration(path))
    bare = Interpreter(
        path=path,
        real_path=real_path,
        version=answers["version"],
        implementation=answers["implementation"],
        markers=markers,
        tags=(),
        paths=paths,
        base_prefix=answers["base_prefix"],
        is_free_threaded=answers["free_threaded"] == "1",
        is_debug=answers["debug"] == "1",
        is_virtual=is_virtual,
        is_external=answers["external"] == "1" and not is_virtual,
    )
    if version_numbers(bare.version)[:2] < OLDEST:
        return bare
    from clutch.python.flavour import tags_of

    return bare._replace(tags=tags_of(bare, answers))


def _run(path: str, options: tuple[str, ...]) -> Mapping[str, str]:
    from clutch.io.proc import run

    try:
        finished = run([path, *options, "-c", SCRIPT], cwd=os.path.dirname(path), env=_clean(), timeout_s=_PATIENCE_S)
    except (OSError, ClutchError) as error:
        reason = error.message if isinstance(error, ClutchError) else (error.strerror or str(error))
        raise _broken(path, f"cannot be run ({reason[:1].lower()}{reason[1:]})") from error
    stdout, stderr = _text(finished.stdout), _text(finished.stderr)
    answers = parse_answers(stdout) if finished.status == 0 else None
    if answers is not None:
        return answers
    if "-I" in options and "-I" in stderr:
        # Python 2.7 does not know isolated mode; it is asked all the same, to be named.
        return _run(path, ("-E", "-s", "-S"))
    if finished.status < 0:
        raise _broken(path, f"was ended by signal {-finished.status}")
    last = (stderr.strip() or stdout.strip()).split("\n")[-1].strip()
    raise _broken(path, f"does not answer as a Python ({last[:200]})" if last else "does not answer as a Python")


def _clean() -> dict[str, str]:
    """This process's variables without those that bend an interpreter (macOS's launcher, pyenv's shims)."""
    bending = ("__PYVENV_LAUNCHER__",)
    return {key: value for key, value in os.environ.items() if key not in bending and not key.startswith("PYTHON")}


def _text(output: bytes | str) -> str:
    return output if isinstance(output, str) else output.decode("utf-8", "replace")


def _broken(path: str, reason: str) -> ClutchError:
    return ClutchError("broken-python", f"the interpreter `{path}` {reason}", subject=path)


def _real_path(path: str, answers: Mapping[str, str]) -> str:
    """The executable that runs in the end: behind links, and behind a script that only starts it."""
    real_path = os.path.realpath(path)
    told = answers["base_executable"] or answers["executable"]
    if told and (_is_script(real_path) or find_configuration(real_path)) and os.path.isfile(told):
        return os.path.realpath(told)
    return real_path


def _is_script(path: str) -> bool:
    try:
        with open(path, "rb") as file:
            return file.read(2) == b"#!"
    except OSError:
        return False


def _relative(path: str) -> str:
    return path.replace("\\", "/").strip("/") or "."


def _render_record(interpreter: Interpreter) -> bytes:
    flags = [
        word
        for word, is_set in (
            ("free_threaded", interpreter.is_free_threaded),
            ("debug", interpreter.is_debug),
            ("virtual", interpreter.is_virtual),
            ("external", interpreter.is_external),
        )
        if is_set
    ]
    real = os.stat(interpreter.real_path)
    facts = [
        ("real_path", interpreter.real_path),
        ("real_stat", f"{real.st_size} {real.st_mtime_ns}"),
        ("version", interpreter.version),
        ("implementation", interpreter.implementation),
        ("base_prefix", interpreter.base_prefix),
        ("flags", " ".join(flags)),
        ("tags", " ".join(interpreter.tags)),
        *((f"marker.{key}", value) for key, value in sorted(interpreter.markers.items())),
        *((f"path.{key}", value) for key, value in sorted(interpreter.paths.items())),
    ]
    return "".join(f"{key}={render_value(value)}\n" for key, value in facts).encode("ascii")


def _parse_record(record: bytes, path: str) -> Interpreter | None:
    """The interpreter remembered; None when the executable behind it is another by now."""
    facts = {}
    for line in record.decode("ascii").split("\n"):
        key, _, value = line.partition("=")
        facts[key] = parse_value(value)
    real_path = facts["real_path"]
    try:
        real = os.stat(real_path)
    except OSError:
        return None
    if facts["real_stat"] != f"{real.st_size} {real.st_mtime_ns}":
        return None
    markers = {key[7:]: value for key, value in facts.items() if key.startswith("marker.")}
    if hasattr(os, "uname"):
        # The kernel can change under an interpreter that does not.
        kernel = os.uname()
        markers["platform_release"], markers["platform_version"] = kernel.release, kernel.version
    flags = facts["flags"].split()
    return Interpreter(
        path=path,
        real_path=real_path,
        version=facts["version"],
        implementation=facts["implementation"],
        markers=markers,
        tags=tuple(facts["tags"].split()),
        paths={key[5:]: value for key, value in facts.items() if key.startswith("path.")},
        base_prefix=facts["base_prefix"],
        is_free_threaded="free_threaded" in flags,
        is_debug="debug" in flags,
        is_virtual="virtual" in flags,
        is_external="external" in flags,
    )
