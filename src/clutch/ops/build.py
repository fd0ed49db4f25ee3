"""`clutch build`: the project's sdist and wheel, by its own build backend."""

from __future__ import annotations

import os

from clutch.base.errors import ClutchError
from clutch.base.values import NamedTuple
from clutch.ops.session import Session


class BuildOptions(NamedTuple):
    """Neither `sdist` nor `wheel` means both, the wheel from the sdist; `config_settings` are PEP 517 KEY=VALUE."""

    sdist: bool = False
    wheel: bool = False
    output: str = "dist"
    config_settings: tuple[tuple[str, str], ...] = ()


class BuildReport(NamedTuple):
    """Paths of the archives made."""

    archives: tuple[str, ...]


def build(options: BuildOptions, session: Session) -> BuildReport:
    """Builds in isolation and moves the archives into the output folder when all of them are made.

    Raises: ClutchError `not-a-package`, `build-failed`, `not-writable`. Source: PEP 517, PEP 518.
    """
    from clutch.io.files import make_folder, remove_tree
    from clutch.ops.pypi_plug import make_builder
    from clutch.pypi.builder import SourceTree

    if session.project.build_system is None:
        message = f"`{session.manifest_path}` has no `[build-system]`, so there is nothing to build it with"
        raise ClutchError("not-a-package", message, hints=('add one, like `requires = ["flit_core>=3.11,<4"]`',))
    builder = make_builder(session, dict(options.config_settings))
    output = os.path.normpath(os.path.join(session.project_folder, os.path.expanduser(options.output)))
    both = options.sdist == options.wheel
    make_folder(output)
    temporary = session.store.temporary_folder()
    try:
        tree = SourceTree(session.project_folder, session.project.name or session.project_folder)
        made = []
        if options.sdist or both:
            made.append(builder.sdist(tree, temporary))
        if both:
            tree = SourceTree(_unpacked(made[0], temporary), os.path.basename(made[0]))
        if options.wheel or both:
            made.append(builder.wheel(tree, temporary))
        return BuildReport(tuple(_move(path, output) for path in made))
    finally:
        remove_tree(temporary)


def _unpacked(sdist: str, temporary: str) -> str:
    from clutch.io.archive import unpack_sdist

    folder = os.path.join(temporary, "sdist")
    os.mkdir(folder)
    return os.path.join(folder, unpack_sdist(sdist, folder))


def _move(path: str, output: str) -> str:
    """Puts one archive into place by a rename; across file systems by a copy beside it first."""
    from clutch.io.files import temporary_beside, translate_os_error
    from clutch.io.links import link_file

    target = os.path.join(output, os.path.basename(path))
    aside = temporary_beside(target)
    try:
        link_file(path, aside, "copy")
        os.replace(aside, target)
    except OSError as error:
        raise translate_os_error(error, target) from error
    return target
