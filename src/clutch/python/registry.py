"""Interpreters that Windows' registry names; not tried on Windows, unit-tested over a fake registry.

Source: PEP 514 "Python registration in the Windows registry".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

_ROOT = "SOFTWARE\\Python"
_NUMBERS = re.compile(r"\d+")


class RegistryReader(Protocol):
    """Port: what is read of the registry; hives are `user`, `machine` and `machine-32`."""

    def subkeys(self, hive: str, key: str) -> Sequence[str]: ...

    def value(self, hive: str, key: str, name: str) -> str: ...


def read_registry(reader: RegistryReader | None = None) -> Iterator[str]:
    """Paths of registered executables: the user's before the machine's, newest first within a company.

    The `PyLauncher` key is no company (PEP 514 §Backwards compatibility). An entry without `ExecutablePath` is
    completed from its `InstallPath`, as the standard says for company `PythonCore`.
    """
    reader = reader or _WindowsRegistry()
    for hive in ("user", "machine", "machine-32"):
        for company in reader.subkeys(hive, _ROOT):
            if company != "PyLauncher":
                yield from _company(reader, hive, f"{_ROOT}\\{company}")


def _company(reader: RegistryReader, hive: str, company: str) -> Iterator[str]:
    for tag in sorted(reader.subkeys(hive, company), key=_numbers, reverse=True):
        key = f"{company}\\{tag}\\InstallPath"
        executable = reader.value(hive, key, "ExecutablePath")
        folder = reader.value(hive, key, "")
        if executable:
            yield executable
        elif folder:
            yield f"{folder.rstrip(chr(92))}\\python.exe"


def _numbers(tag: str) -> list[int]:
    return [int(number) for number in _NUMBERS.findall(tag)]


class _WindowsRegistry:
    """The real registry, through `winreg`, which exists on Windows alone."""

    def __init__(self) -> None:
        import importlib

        self._winreg: Any = importlib.import_module("winreg")

    def subkeys(self, hive: str, key: str) -> Sequence[str]:
        try:
            with self._open(hive, key) as opened:
                total = self._winreg.QueryInfoKey(opened)[0]
                return [str(self._winreg.EnumKey(opened, number)) for number in range(total)]
        except OSError:
            return []

    def value(self, hive: str, key: str, name: str) -> str:
        try:
            with self._open(hive, key) as opened:
                return str(self._winreg.QueryValueEx(opened, name)[0])
        except OSError:
            return ""

    def _open(self, hive: str, key: str) -> Any:
        winreg = self._winreg
        root = winreg.HKEY_CURRENT_USER if hive == "user" else winreg.HKEY_LOCAL_MACHINE
        view = {"user": 0, "machine": winreg.KEY_WOW64_64KEY, "machine-32": winreg.KEY_WOW64_32KEY}[hive]
        return winreg.OpenKey(root, key, 0, winreg.KEY_READ | view)
