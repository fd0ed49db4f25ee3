"""Runs the build backends that projects name, in an environment made for them.

A project without `pyproject.toml`, or without a backend in it, gets setuptools' backend for `setup.py`.

Source: PEP 517 (hooks), PEP 518 (`build-system.requires`), PEP 660 (editable installs).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from clutch.base.errors import ClutchError, Place
from clutch.base.events import Event, Reporter, Silence
from clutch.base.values import NamedTuple
from clutch.io.files import read_bytes, remove_tree, write_atomic
from clutch.io.store import Store
from clutch.model.environment import Interpreter
from clutch.model.ports import BuildEnv
from clutch.pypi.builder import SourceTree

LEGACY_REQUIRES = ("setuptools>=40.8.0",)
LEGACY_BACKEND = "setuptools.build_meta:__legacy__"

_SHOWN_LINES = 20
_LOG_FOLDER = "logs"
_NO_ENVIRON: Mapping[str, str] = {}
_NO_SETTINGS: Mapping[str, str | tuple[str, ...]] = {}


class BuildSystem(NamedTuple):
    """What a project says about how it is built."""

    requires: tuple[str, ...]
    backend: str
    backend_path: tuple[str, ...] = ()


class BuildOptions(NamedTuple):
    """`config_settings` go to every hook; `environ` are the variables that a backend sees, `PYTHON…` ones left out."""

    config_settings: Mapping[str, str | tuple[str, ...]] = _NO_SETTINGS
    environ: Mapping[str, str] = _NO_ENVIRON


class SourceBuilder:
    """Builds source trees (`clutch.pypi.builder.Builder`); blocks while a backend runs.

    `interpreter` says which Python builds, and is asked when the first build begins.
    """

    def __init__(
        self,
        build_env: BuildEnv,
        interpreter: Callable[[], Interpreter],
        store: Store,
        reporter: Reporter | None = None,
        options: BuildOptions | None = None,
    ) -> None:
        self._build_env = build_env
        self._interpreter = interpreter
        self._store = store
        self._reporter = reporter or Silence()
        self._options = options or BuildOptions()

    def metadata(self, tree: SourceTree) -> bytes:
        """The content of METADATA that a wheel of this tree would have; builds one where the backend cannot tell
        without.
        """
        kind = "editable" if tree.is_editable else "wheel"
        temporary = self._store.temporary_folder()
        try:
            folder = self._build(tree, kind, f"prepare_metadata_for_build_{kind}", temporary)
            return read_bytes(os.path.join(temporary, folder, "METADATA"))
        finally:
            remove_tree(temporary)

    def wheel(self, tree: SourceTree, folder: str) -> str:
        """Build a wheel into `folder` (or the wheel that makes it editable) and return its path."""
        kind = "editable" if tree.is_editable else "wheel"
        return os.path.join(folder, self._build(tree, kind, f"build_{kind}", folder))

    def sdist(self, tree: SourceTree, folder: str) -> str:
        """Build a source archive into `folder` and return its path."""
        return os.path.join(folder, self._build(tree, "sdist", "build_sdist", folder))

    def _build(self, tree: SourceTree, kind: str, hook: str, output: str) -> str:
        """Run one hook, with everything that it needs, and return the name that it gives."""
        system = read_build_system(tree)
        self._reporter.emit(Event("building", tree.label))
        temporary = ""
        folder = tree.folder
        if tree.is_shared:
            from clutch.io.links import copy_tree

            temporary = self._store.temporary_folder()
            folder = os.path.join(temporary, os.path.basename(tree.folder))
            copy_tree(tree.folder, folder)
        try:
            name = _Backend(self, tree, folder, system).run(kind, hook, output)
        finally:
            if temporary:
                remove_tree(temporary)
        self._reporter.emit(Event("built", tree.label))
        return name

    def provision(self, requires: Sequence[str]) -> str:
        """The Python of an environment that has these."""
        return self._build_env.provision(requires, self._interpreter())

    @property
    def settings(self) -> dict[str, Any]:
        """The settings as hooks take them: texts, and lists of texts."""
        return {
            key: value if isinstance(value, str) else list(value)
            for key, value in self._options.config_settings.items()
        }

    def environ(self, python: str) -> dict[str, str]:
        """The variables for a backend: programs of its own environment are found first."""
        variables = {key: value for key, value in self._options.environ.items() if not key.startswith("PYTHON")}
        variables["PATH"] = os.pathsep.join(
            part for part in (os.path.dirname(python), variables.get("PATH", "")) if part
        )
        # Without this a backend that prints cannot be read on Windows and in the C locale.
        variables["PYTHONIOENCODING"] = "utf-8"
        return variables

    def keep_log(self, label: str, output: str) -> str:
        """Write the output of a failed build and return where."""
        name = "".join(letter if letter.isalnum() or letter in "-._" else "-" for letter in label)[-100:]
        path = os.path.join(self._store.root, _LOG_FOLDER, f"{name}.txt")
        write_atomic(path, output.encode("utf-8", "replace"))
        return path


class _Backend:
    """One build of one tree: the hooks of its backend, called one after the other."""

    def __init__(self, builder: SourceBuilder, tree: SourceTree, folder: str, system: BuildSystem) -> None:
        self.builder = builder
        self.tree = tree
        self.folder = folder
        self.system = system
        self.python = ""

    def run(self, kind: str, hook: str, output: str) -> str:
        self.python = self.builder.provision(self.system.requires)
        more = self.call(f"get_requires_for_build_{kind}", self.builder.settings)
        if more:
            self.python = self.builder.provision((*self.system.requires, *more))
        name = self.call(hook, output, self.builder.settings)
        if (
            not isinstance(name, str)
            or os.path.basename(name) != name
            or not os.path.exists(os.path.join(output, name))
        ):
            message = f"the backend of `{self.tree.label}` says that it made `{name}`, which is not there"
            raise ClutchError("build-failed", message, subject=self.tree.label)
        return name

    def call(self, hook: str, *arguments: Any) -> Any:
        from pyproject_hooks import BackendUnavailable, BuildBackendHookCaller, HookMissing, UnsupportedOperation

        caller = BuildBackendHookCaller(
            self.folder,
            self.system.backend,
            list(self.system.backend_path) or None,
            runner=self.run_program,
            python_executable=self.python,
        )
        label = self.tree.label
        try:
            return getattr(caller, hook)(*arguments)
        except BackendUnavailable as error:
            message = f"`{label}` names the build backend `{self.system.backend}`, which cannot be imported"
            raise self.failed(message, error.traceback or "") from error
        except HookMissing as error:
            message = f"the build backend `{self.system.backend}` of `{label}` has no hook `{error.hook_name}`"
            raise ClutchError("build-unsupported", message, subject=label) from error
        except UnsupportedOperation as error:
            message = f"the build backend `{self.system.backend}` of `{label}` does not support `{hook}`"
            raise ClutchError("build-unsupported", message, subject=label) from error

    def run_program(
        self, cmd: Sequence[str], cwd: str | None = None, extra_environ: Mapping[str, str] | None = None
    ) -> None:
        """How hooks are called: output is kept, and shown when the call fails. The names are those of
        pyproject-hooks.
        """
        from clutch.io.proc import run

        variables = {**self.builder.environ(self.python), **(extra_environ or {})}
        finished = run(cmd, cwd or "", variables)
        if finished.status:
            output = (finished.stdout + finished.stderr).decode("utf-8", "replace")
            raise self.failed(f"the build of `{self.tree.label}` failed: {_last_line(output)}", output)

    def failed(self, message: str, output: str) -> ClutchError:
        log = self.builder.keep_log(self.tree.label, output)
        error = ClutchError(
            "build-failed",
            message,
            subject=self.tree.label,
            place=Place(log),
            hints=(f"read the whole output in `{log}`",),
        )
        lines = [line.rstrip() for line in output.splitlines() if line.strip()]
        if lines:
            error.with_fact("\n".join(lines[-_SHOWN_LINES:]))
        return error


def read_build_system(tree: SourceTree) -> BuildSystem:
    """How a tree is built; reads its `pyproject.toml`.

    Raises: ClutchError `not-a-project` where there is neither that nor `setup.py`, `invalid-toml`,
    `invalid-build-system`.
    """
    path = os.path.join(tree.folder, "pyproject.toml")
    if not os.path.isfile(path):
        if not os.path.isfile(os.path.join(tree.folder, "setup.py")):
            message = f"`{tree.label}` has neither `pyproject.toml` nor `setup.py`, so it cannot be built"
            raise ClutchError("not-a-project", message, subject=tree.label, place=Place(tree.folder))
        return BuildSystem(LEGACY_REQUIRES, LEGACY_BACKEND)
    import tomllib

    try:
        table = tomllib.loads(read_bytes(path).decode()).get("build-system")
    except ValueError as error:
        raise ClutchError(
            "invalid-toml", f"`{path}` is not valid TOML: {error}", subject=path, place=Place(path)
        ) from error
    if table is None:
        return BuildSystem(LEGACY_REQUIRES, LEGACY_BACKEND)
    requires = table.get("requires") if isinstance(table, dict) else None
    if not isinstance(requires, list) or not _are_texts(requires):
        raise _invalid(path, "`requires` has to be an array of strings")
    backend, backend_path = table.get("build-backend", LEGACY_BACKEND), table.get("backend-path", [])
    if not isinstance(backend, str) or not _are_texts(backend_path):
        raise _invalid(path, "`build-backend` has to be a string and `backend-path` an array of strings")
    return BuildSystem(tuple(requires), backend, tuple(backend_path))


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _invalid(path: str, reason: str) -> ClutchError:
    message = f"the table `build-system` of `{path}` is not valid: {reason}"
    return ClutchError("invalid-build-system", message, subject=path, place=Place(path))


def _last_line(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return lines[-1][:300] if lines else "it wrote nothing"
