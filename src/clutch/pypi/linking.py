"""Puts an unpacked wheel into an environment.

The order makes an interruption visible: first the folder of the metadata with our mark in it, then everything else,
RECORD last. What has no RECORD is not installed, and its mark says what it was going to be.

Source: Binary distribution format §Spread; Recording installed projects; Direct URL (PEP 610).
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from clutch.base.errors import ClutchError
from clutch.base.values import NamedTuple
from clutch.io.files import make_folder, read_bytes, remove_file, remove_tree, translate_os_error, write_all
from clutch.io.links import link_file, link_folder, link_tree
from clutch.model.environment import Environment
from clutch.pypi.installed import MARK
from clutch.pypi.scripts import Script, render_launcher, rewrite_first_line
from clutch.pypi.wheel_layout import OtherFile
from clutch.pypi.wheel_store import PreparedWheel

if TYPE_CHECKING:
    import hashlib

INSTALLER = "clutch"

_CACHE = "__pycache__"
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


class Manner(NamedTuple):
    """How to install: the mode of linking, and what goes into the metadata beside the wheel's own files."""

    link_mode: str
    fingerprint: str
    is_requested: bool = False
    direct_url: str = ""


def link_wheel(wheel: PreparedWheel, manner: Manner, environment: Environment) -> str:
    """Install a wheel; the mode of linking that was possible. What stands in the way of its files is replaced.

    Raises: ClutchError `disk-full`, `not-writable`, `bad-wheel` (a path that leads out of the environment).
    """
    linking = _Linking(wheel, manner, environment)
    linking.run()
    return linking.mode


class _Linking:
    def __init__(self, wheel: PreparedWheel, manner: Manner, environment: Environment) -> None:
        self.wheel = wheel
        self.manner = manner
        self.environment = environment
        self.site = f"{environment.root}/{environment.interpreter.paths[wheel.layout.scheme]}"
        self.metadata = f"{self.site}/{wheel.layout.metadata_folder}"
        self.is_windows = environment.interpreter.markers.get("os_name") == "nt"
        self.mode = manner.link_mode
        self.rows: list[str] = []

    def run(self) -> None:
        layout = self.wheel.layout
        make_folder(self.metadata)
        remove_file(f"{self.metadata}/RECORD")
        self._write_metadata(MARK, (self.manner.fingerprint + "\n").encode())
        # Where links turn out to be impossible, byte-code must not be linked either.
        self.mode = link_tree(self.wheel.tree, layout.entries, self.site, self.mode)
        for folder in layout.module_folders:
            self._link_bytecode("" if folder == "." else f"/{folder}")
        for other in layout.others:
            self._put_other(other)
        for script in layout.scripts:
            launcher = render_launcher(
                script.name,
                script.reference,
                self.environment.python,
                is_windowed=script.is_windowed,
                is_windows=self.is_windows,
                machine=self.environment.interpreter.markers.get("platform_machine", ""),
            )
            self._write_script(launcher)
        self._write_metadata("INSTALLER", f"{INSTALLER}\n".encode())
        if self.manner.is_requested:
            self._write_metadata("REQUESTED", b"")
        if self.manner.direct_url:
            self._write_metadata("direct_url.json", self.manner.direct_url.encode())
        self._write_record()

    def _link_bytecode(self, folder: str) -> None:
        """One link for a whole folder of byte-code where the wheel is alone in its folder, else one for each file."""
        source = f"{self.wheel.tree}{folder}/{_CACHE}"
        target = f"{self.site}{folder}/{_CACHE}"
        if not os.path.isdir(source):
            return
        if folder and not os.path.lexists(target) and self.mode != "copy":
            link_folder(source, target)
            return
        if os.path.islink(target):
            if os.path.realpath(target) == os.path.realpath(source):
                return
            _open_up(target)
        make_folder(target)
        mode = "copy" if self.mode == "copy" else "hardlink"
        link_tree(source, sorted(os.listdir(source)), target, mode)

    def _put_other(self, other: OtherFile) -> None:
        paths = self.environment.interpreter.paths
        source = f"{self.wheel.tree}/{other.path}"
        if other.scheme == "scripts":
            content = rewrite_first_line(read_bytes(source), self.environment.python, is_windows=self.is_windows)
            self._write_script(Script(other.place, content))
            return
        key = {"headers": "include"}.get(other.scheme, other.scheme)
        base = f"{self.environment.root}/{paths.get(key, '')}".rstrip("/")
        place = f"{base}/{self.wheel.name}/{other.place}" if other.scheme == "headers" else f"{base}/{other.place}"
        self._check(place)
        make_folder(os.path.dirname(place))
        link_file(source, place, self.mode)
        self._add_row(place, other.sha256, other.size_bytes)

    def _write_script(self, script: Script) -> None:
        place = f"{self.environment.root}/{self.environment.interpreter.paths['scripts']}/{script.filename}"
        self._check(place)
        make_folder(os.path.dirname(place))
        _write_new(place, script.content, 0o777)
        self._add_row(place, _sha256(script.content), len(script.content))

    def _write_metadata(self, name: str, content: bytes) -> None:
        place = f"{self.metadata}/{name}"
        _write_new(place, content, 0o666)
        self._add_row(place, _sha256(content), len(content))

    def _check(self, place: str) -> None:
        """No file may come to lie outside of the environment, not by `..` and not through a link in it."""
        root = os.path.realpath(self.environment.root)
        parent = os.path.realpath(os.path.dirname(place))
        if parent != root and not parent.startswith(root + os.sep):
            message = f"`{self.wheel.name}` contains a file for `{place}`, which is outside of the environment"
            raise ClutchError("bad-wheel", message, subject=self.wheel.name)

    def _add_row(self, place: str, sha256: str, size_bytes: int) -> None:
        from clutch.standards.record import RecordRow, render_record

        path = os.path.relpath(place, self.site).replace(os.sep, "/")
        self.rows.append(render_record([RecordRow(path, "sha256", sha256, size_bytes)]).rstrip("\r\n"))

    def _write_record(self) -> None:
        own = f"{self.wheel.layout.metadata_folder}/RECORD,,"
        linked = [self.wheel.layout.record] if self.wheel.layout.record else []
        text = "\n".join((*linked, *self.rows, own, ""))
        temporary = f"{self.metadata}/RECORD.tmp"
        _write_new(temporary, text.encode("utf-8", "surrogateescape"), 0o666)
        try:
            os.replace(temporary, f"{self.metadata}/RECORD")
        except OSError as error:
            raise translate_os_error(error, f"{self.metadata}/RECORD") from error


def _open_up(cache: str) -> None:
    """Turn a link to a folder of byte-code into a folder with links to its files: a second package shares it from now
    on.
    """
    source = os.path.realpath(cache)
    remove_file(cache)
    make_folder(cache)
    if os.path.isdir(source):
        link_tree(source, sorted(os.listdir(source)), cache, "hardlink")


def _write_new(path: str, content: bytes, mode: int) -> None:
    """A new file, never the store's behind a link that lies there."""
    try:
        try:
            descriptor = os.open(path, _NEW, mode)
        except FileExistsError:
            remove_tree(path)
            descriptor = os.open(path, _NEW, mode)
        try:
            write_all(descriptor, content)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise translate_os_error(error, path) from error


def _sha256(content: bytes) -> str:
    """The digest as RECORD writes it."""
    from binascii import b2a_base64

    text = b2a_base64(_small_sha256()(content).digest(), newline=False).rstrip(b"=").decode("ascii")
    return text.replace("+", "-").replace("/", "_")


@cache
def _small_sha256() -> Callable[[bytes], hashlib._Hash]:
    """SHA-256 without `hashlib`, which loads OpenSSL: 5 ms that do not pay for a few small files."""
    from importlib import import_module

    for name in ("_sha2", "_sha256"):  # since Python 3.12, and before
        try:
            return import_module(name).sha256  # type: ignore[no-any-return]
        except ImportError:
            continue
    return import_module("hashlib").sha256  # type: ignore[no-any-return]
