import struct

from clutch.python.flavour import elf_loader, musl_version, platform_of


def elf64(loader: bytes) -> bytes:
    header = b"\x7fELF\x02\x01" + bytes(10) + struct.pack("<HHIQQQIHHHHHH", 3, 62, 1, 0, 64, 0, 0, 64, 56, 2, 0, 0, 0)
    first = struct.pack("<IIQQQQQQ", 6, 0, 0, 0, 0, 0, 0, 0)
    second = struct.pack("<IIQQQQQQ", 3, 0, 64 + 112, 0, 0, len(loader), len(loader), 1)
    return header + first + second + loader


def elf32(loader: bytes) -> bytes:
    header = b"\x7fELF\x01\x01" + bytes(10) + struct.pack("<HHIIIIIHHHHHH", 3, 3, 1, 0, 52, 0, 0, 52, 32, 1, 0, 0, 0)
    return header + struct.pack("<IIIIIIII", 3, 52 + 32, 0, 0, len(loader), len(loader), 0, 1) + loader


def test_the_loader_of_an_executable_is_read() -> None:
    assert elf_loader(elf64(b"/lib/ld-musl-x86_64.so.1\0")) == "/lib/ld-musl-x86_64.so.1"
    assert elf_loader(elf32(b"/lib/ld-linux.so.2\0")) == "/lib/ld-linux.so.2"
    assert elf_loader(b"#!/bin/sh\n") == ""
    assert elf_loader(elf64(b"x\0")[:70]) == ""


def test_musls_loader_tells_its_version() -> None:
    assert musl_version("musl libc (x86_64)\nVersion 1.2.4\nDynamic Program Loader\n") == "1.2"
    assert musl_version("hello") == ""


def test_a_narrow_interpreter_on_a_wide_kernel() -> None:
    assert platform_of({"platform": "linux-x86_64", "bits": "32"}) == "linux-i686"
    assert platform_of({"platform": "linux-x86_64", "bits": "64"}) == "linux-x86_64"
    assert platform_of({"platform": "win32", "bits": "32"}) == "win32"
