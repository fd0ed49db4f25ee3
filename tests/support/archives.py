"""Small real wheels and sdists, and a build backend small enough to live inside a test's source tree."""

from __future__ import annotations

import base64
import hashlib
import io
import tarfile
import zipfile
from collections.abc import Mapping, Sequence

BACKEND = '''\
"""A PEP 517 backend that packs the folder `src`; reads name and version from pyproject.toml."""
import base64, hashlib, io, os, tarfile, tomllib, zipfile

def _project():
    with open("pyproject.toml", "rb") as file:
        return tomllib.load(file)["project"]

def _wheel(folder, files):
    project = _project()
    name, version = project["name"].replace("-", "_"), project.get("version", "0.1.0")
    info = f"{name}-{version}.dist-info"
    lines = ["Metadata-Version: 2.1", f"Name: {project['name']}", f"Version: {version}"]
    lines += [f"Requires-Dist: {text}" for text in project.get("dependencies", [])]
    for extra, texts in project.get("optional-dependencies", {}).items():
        lines += [f"Provides-Extra: {extra}"] + [f"Requires-Dist: {text}; extra == '{extra}'" for text in texts]
    scripts = "".join(f"{key}={value}\\n" for key, value in project.get("scripts", {}).items())
    files = {
        **files,
        f"{info}/METADATA": ("\\n".join(lines) + "\\n\\n").encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
        f"{info}/entry_points.txt": f"[console_scripts]\\n{scripts}".encode(),
    }
    digest = lambda content: base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    record = "".join(f"{path},sha256={digest(content)},{len(content)}\\n" for path, content in files.items())
    files[f"{info}/RECORD"] = (record + f"{info}/RECORD,,\\n").encode()
    filename = f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(os.path.join(folder, filename), "w") as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    return filename

def _sources():
    found = {}
    for parent, _, names in os.walk("src"):
        for name in names:
            path = os.path.join(parent, name)
            if not path.endswith(".pyc"):
                with open(path, "rb") as file:
                    found[os.path.relpath(path, "src")] = file.read()
    return found

def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    return _wheel(wheel_directory, _sources())

def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    name = _project()["name"].replace("-", "_")
    return _wheel(wheel_directory, {f"{name}.pth": os.path.abspath("src").encode() + b"\\n"})

def build_sdist(sdist_directory, config_settings=None):
    project = _project()
    top = f"{project['name'].replace('-', '_')}-{project.get('version', '0.1.0')}"
    with tarfile.open(os.path.join(sdist_directory, f"{top}.tar.gz"), "w:gz") as archive:
        for path in ("pyproject.toml", "src", "backend"):
            if os.path.exists(path):
                archive.add(path, f"{top}/{path}")
    return f"{top}.tar.gz"
'''

IN_TREE = '[build-system]\nrequires = []\nbuild-backend = "packing"\nbackend-path = ["backend"]\n'
"""The build system of a source tree that brings `BACKEND` along as `backend/packing.py`."""


def wheel_bytes(
    name: str,
    version: str,
    files: Mapping[str, bytes] | None = None,
    *,
    requires: Sequence[str] = (),
    extra: str = "",
    scripts: str = "",
    tag: str = "py3-none-any",
) -> bytes:
    """A wheel with these files, by default one module that knows its own version."""
    escaped = name.replace("-", "_")
    folder = f"{escaped}-{version}.dist-info"
    lines = [f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nSummary: {name}, for a test\n"]
    lines += [f"Requires-Dist: {requirement}\n" for requirement in requires]
    members = dict(files if files is not None else {f"{escaped}.py": f"version = {version!r}\n".encode()})
    members[f"{folder}/METADATA"] = ("".join(lines) + extra + "\nWhat it is.\n").encode()
    members[f"{folder}/WHEEL"] = f"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: {tag}\n".encode()
    if scripts:
        members[f"{folder}/entry_points.txt"] = f"[console_scripts]\n{scripts}\n".encode()
    rows = [f"{path},sha256={_digest(content)},{len(content)}" for path, content in members.items()]
    members[f"{folder}/RECORD"] = "\n".join([*rows, f"{folder}/RECORD,,", ""]).encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in members.items():
            archive.writestr(zipfile.ZipInfo(path), content)
    return buffer.getvalue()


def sdist_bytes(name: str, version: str, files: Mapping[str, bytes]) -> bytes:
    """A `.tar.gz` with these files below its one top folder."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for path, content in files.items():
            member = tarfile.TarInfo(f"{name.replace('-', '_')}-{version}/{path}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def source_tree(name: str, version: str, *, requires: Sequence[str] = (), backend: str = BACKEND) -> dict[str, bytes]:
    """The files of a project with one module that builds itself."""
    dependencies = ", ".join(f'"{text}"' for text in requires)
    manifest = f'[project]\nname = "{name}"\nversion = "{version}"\ndependencies = [{dependencies}]\n\n{IN_TREE}'
    return {
        "PKG-INFO": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n".encode(),
        "pyproject.toml": manifest.encode(),
        "backend/packing.py": backend.encode(),
        f"src/{name.replace('-', '_')}.py": f"version = {version!r}\n".encode(),
    }


def _digest(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
