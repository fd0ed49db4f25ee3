"""Compatibility tags of an interpreter, from what it answered: joins the answers to `clutch.standards.tags`."""

from __future__ import annotations

from collections.abc import Mapping

from clutch.model.environment import Interpreter

# e_ident of a 64-bit little-endian ELF file, and where its program headers are said to be.
_ELF64 = b"\x7fELF\x02\x01"
_ELF32 = b"\x7fELF\x01\x01"
_PT_INTERP = 3


def tags_of(interpreter: Interpreter, answers: Mapping[str, str]) -> tuple[str, ...]:
    """The tags that the interpreter can take, best first. On musl systems this runs the loader once for its version."""
    from clutch.standards.tags import PythonFacts, compatible_tags

    libc, libc_version = _libc(interpreter, answers)
    return compatible_tags(
        PythonFacts(
            implementation=interpreter.implementation,
            version=_two_numbers(interpreter.version),
            platform=interpreter.markers.get("sys_platform", ""),
            machine=_machine(interpreter, answers),
            libc=(libc, *_two_numbers(libc_version)),
            macos=_two_numbers(answers["macos"]),
            is_free_threaded=interpreter.is_free_threaded,
            is_debug=interpreter.is_debug,
            abi="" if interpreter.implementation == "cpython" else _abi(answers["soabi"]),
        )
    )


def platform_of(answers: Mapping[str, str]) -> str:
    """sysconfig's platform, corrected for a 32-bit interpreter on a 64-bit kernel."""
    platform = answers["platform"]
    if answers["bits"] == "32" and platform.startswith("linux-"):
        return {"linux-x86_64": "linux-i686", "linux-aarch64": "linux-armv8l"}.get(platform, platform)
    return platform


def elf_loader(head: bytes) -> str:
    """The loader that a little-endian ELF executable names, from its first bytes; empty when it names none.

    Source: System V ABI, ELF header and program headers.
    """
    if head.startswith(_ELF64):
        table, size, number = _int(head, 32, 8), _int(head, 54, 2), _int(head, 56, 2)
        offset_at, size_at, width = 8, 32, 8
    elif head.startswith(_ELF32):
        table, size, number = _int(head, 28, 4), _int(head, 42, 2), _int(head, 44, 2)
        offset_at, size_at, width = 4, 16, 4
    else:
        return ""
    for start in range(table, table + size * number, size or 1):
        if _int(head, start, 4) == _PT_INTERP:
            offset, length = _int(head, start + offset_at, width), _int(head, start + size_at, width)
            return head[offset : offset + length].rstrip(b"\0").decode("utf-8", "replace")
    return ""


def musl_version(told: str) -> str:
    """The version in what musl's loader says of itself: `1.2` of `Version 1.2.4`."""
    for line in told.split("\n"):
        if line.startswith("Version "):
            return ".".join(line.split()[1].split(".")[:2])
    return ""


def _libc(interpreter: Interpreter, answers: Mapping[str, str]) -> tuple[str, str]:
    name, _, version = answers["libc"].partition(" ")
    if version:
        return name, version
    if interpreter.markers.get("sys_platform") != "linux":
        return "", ""
    with open(interpreter.real_path, "rb") as file:
        loader = elf_loader(file.read(16384))
    if "musl" not in loader:
        return "", ""
    from clutch.io.proc import run

    finished = run([loader], cwd="/", env={}, timeout_s=10.0)
    output = finished.stderr
    return "musl", musl_version(output if isinstance(output, str) else output.decode("utf-8", "replace"))


def _machine(interpreter: Interpreter, answers: Mapping[str, str]) -> str:
    """The machine as `platform.machine()` says it; of a 32-bit interpreter on a 64-bit kernel its own."""
    platform = platform_of(answers)
    if platform.startswith("linux-"):
        return platform.partition("-")[2]
    if platform == "win32":
        return "x86"
    return interpreter.markers.get("platform_machine", "")


def _two_numbers(version: str) -> tuple[int, int]:
    numbers = [int(part) if part.isdigit() else 0 for part in version.split(".")[:2]]
    return (*numbers, 0, 0)[0], (*numbers, 0, 0)[1]


def _abi(soabi: str) -> str:
    """The ABI tag of PyPy and others: `pypy311_pp73` of `pypy311-pp73-x86_64-linux-gnu`."""
    return "_".join(soabi.split("-")[:2])


def _int(content: bytes, start: int, width: int) -> int:
    return int.from_bytes(content[start : start + width], "little")
