"""Makes a lock out of a resolution: pins get their artifacts, addresses and edges."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from clutch.model.artifact import Artifact
from clutch.model.lock import Lock, LockedPackage
from clutch.model.requirement import Source
from clutch.model.resolution import Edge, Pin, Resolution
from clutch.standards.pythons import NEWEST
from clutch.standards.worlds import NATIVE

if TYPE_CHECKING:
    from clutch.ops.session import Session

_WHEEL, _SDIST = "wheel", "sdist"
_NO_END = (99, 0)


def build_lock(resolution: Resolution, session: Session) -> Lock:
    """The lock of the session's project; reads the artifacts of pins only."""
    from clutch.project.freshness import asked_of
    from clutch.project.settings import settings_that_matter

    manifest = session.project
    matters = settings_that_matter(session.settings, manifest.clutch)
    packages = [_package(pin, session) for pin in resolution.pins]
    if manifest.is_package and manifest.name:
        packages.append(LockedPackage(manifest.name, "", source=Source("directory", ".", editable=True)))
    return Lock(
        python=manifest.python,
        environments=resolution.environments,
        extras=tuple(sorted(manifest.optional)),
        groups=tuple(sorted(manifest.groups)),
        default_groups=tuple(sorted(manifest.default_groups)),
        packages=tuple(packages),
        asked=asked_of(manifest, matters, NEWEST),
    )


def edge_text(edge: Edge) -> str:
    """`name[extra]>=1; marker`, the form of PEP 508."""
    extras = f"[{','.join(edge.extras)}]" if edge.extras else ""
    marker = f"; {edge.marker}" if edge.marker else ""
    return f"{edge.name}{extras}{edge.allowed}{marker}"


def _package(pin: Pin, session: Session) -> LockedPackage:
    edges = tuple(sorted({edge_text(edge) for edge in pin.edges}))
    plain = LockedPackage(pin.name, pin.version, pin.marker, extras=pin.extras, edges=edges, world=pin.world)
    if pin.source is not None:
        is_folder = pin.source.kind == "directory"
        return plain._replace(source=pin.source, version="" if is_folder else pin.version)
    plug = session.plug(pin.world)
    listing = plug.index.listing(pin.name, pin.index_name).get()
    artifacts = [without_credentials(artifact) for artifact in listing.artifacts(pin.candidate)]
    if pin.world == NATIVE:
        artifacts = within(artifacts, session.project.python)
    return plain._replace(
        python=listing.python[pin.candidate],
        index_url=plug.address(listing.index_name),
        wheels=tuple(sorted((one for one in artifacts if one.kind == _WHEEL), key=lambda one: one.filename)),
        sdist=next((one for one in artifacts if one.kind == _SDIST), None),
    )


def without_credentials(artifact: Artifact) -> Artifact:
    """The same file, its address without user name and password."""
    from clutch.io.auth import strip_credentials

    return artifact._replace(url=strip_credentials(artifact.url))


def within(artifacts: Iterable[Artifact], python: str) -> list[Artifact]:
    """The files that some Python of the project can take; a wheel for none of them would only make the lock longer."""
    from clutch.standards.specifier import parse_specifiers, python_bounds

    lower, upper = python_bounds(parse_specifiers(python))
    oldest, end = _minor(lower) or (0, 0), _minor(upper) or _NO_END
    if upper and upper.count(".") > 1:
        end = (end[0], end[1] + 1)
    return [one for one in artifacts if one.kind != _WHEEL or _serves(one.filename, oldest, end)]


def _minor(version: str) -> tuple[int, int] | None:
    """Major and minor number of a bound; None where there is none."""
    numbers = version.split(".") if version else []
    return (int(numbers[0]), int((*numbers, "0")[1])) if numbers else None


def _serves(filename: str, oldest: tuple[int, int], end: tuple[int, int]) -> bool:
    """Whether the wheel's name has a tag for a Python from `oldest` to before `end`.

    Source: PEP 425 §details (python tag, ABI tag), PEP 384 (`abi3` serves newer Pythons too).
    """
    parts = filename.removesuffix(".whl").split("-")
    if len(parts) < 5:
        return True
    is_stable = not {"abi3", "abi3t"}.isdisjoint(parts[-2].split("."))
    for tag in parts[-3].split("."):
        digits = tag.lstrip("abcdefghijklmnopqrstuvwxyz")
        if not digits.isdigit():
            return True
        version = (int(digits[0]), int(digits[1:] or 0))
        is_open = is_stable or tag.startswith("py")
        if version < end and (version >= oldest or (is_open and version[0] == 3)):
            return True
    return False
