"""Holds the paragraphs of the specifications of wheels and of installed projects that the installer has to follow."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from clutch.base.errors import ClutchError
from clutch.model.plan import Install


def test_root_goes_to_purelib_or_platlib(tools, environment, interpreter):
    """Binary distribution format, Spread: "If Root-Is-Purelib == 'true', unpack archive into purelib. Else unpack
    archive into platlib (site-packages)."
    """
    paths = {**interpreter.paths, "platlib": "platlib-here"}
    split = environment._replace(interpreter=interpreter._replace(paths=paths))
    text = "Wheel-Version: 1.0\nRoot-Is-Purelib: false\n"
    tools.install(tools.simple.add_wheel("native", "1.0", wheel=text), split)
    tools.install(tools.simple.add_wheel("pure", "1.0"), split)
    assert os.path.exists(f"{split.root}/platlib-here/native/__init__.py")
    assert os.path.exists(f"{split.site_packages}/pure/__init__.py")
    assert [one.name for one in tools.installer().installed(split)] == ["native", "pure"]


def test_every_file_is_mentioned_and_correctly_hashed(tools, interpreter, kit):
    """Binary distribution format, The .dist-info directory: "Apart from RECORD and its signatures, installation will
    fail if any file in the archive is not both mentioned and correctly hashed in RECORD."
    """
    record = "".join(f"demo-1.0.dist-info/{name},,\n" for name in ("METADATA", "WHEEL", "RECORD"))
    artifact = tools.simple.add_wheel("demo", "1.0", record="demo/__init__.py,,\n" + record)
    with pytest.raises(ClutchError):
        tools.installer().prepare([Install("pypi", "demo", "1.0", artifact, None, True)], interpreter)


def test_signatures_need_no_mention(tools, environment, kit):
    """The same: "RECORD.jws and RECORD.p7s … are not mentioned in RECORD at all since they can only be added after
    RECORD is generated." They are no part of the installation either.
    """
    rows = []
    members = {"demo/__init__.py": b"A = 1\n"}
    for path, content in members.items():
        rows.append(f"{path},sha256={kit.digest_of(content)},{len(content)}")
    wheel = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\n"
    for name, content in (("METADATA", kit.metadata_of("demo", "1.0")), ("WHEEL", wheel.encode())):
        rows.append(f"demo-1.0.dist-info/{name},sha256={kit.digest_of(content)},{len(content)}")
    files = {**members, "demo-1.0.dist-info/RECORD.jws": b"{}"}
    record = "\n".join([*rows, "demo-1.0.dist-info/RECORD,,", ""])
    artifact = tools.simple.add_wheel("demo", "1.0", files=files, record=record, wheel=wheel)
    tools.install(artifact, environment)
    assert "RECORD.jws" not in os.listdir(f"{environment.site_packages}/demo-1.0.dist-info")


def test_scripts_point_to_the_environments_python(tools, environment):
    """Recommended installer features: "Rewrite #!python. In wheel, scripts are packaged in
    {distribution}-{version}.data/ scripts/. If the first line of a file in scripts/ starts with exactly b'#!python',
    rewrite to point to the correct interpreter."
    """
    files = {"demo-1.0.data/scripts/tool": b"#!python\nprint(1)\n", "demo-1.0.data/scripts/other": b"#!/bin/sh\n"}
    tools.install(tools.simple.add_wheel("demo", "1.0", files=files), environment)
    assert Path(environment.root, "bin/tool").read_bytes() == f"#!{environment.python}\nprint(1)\n".encode()
    assert Path(environment.root, "bin/other").read_bytes() == b"#!/bin/sh\n"
    assert os.access(f"{environment.root}/bin/other", os.X_OK)


def test_installer_names_itself(tools, environment):
    """Recording installed projects, The INSTALLER file: "If present, INSTALLER is a single-line text file naming the
    tool used to install the project."
    """
    tools.install(tools.simple.add_wheel("demo", "1.0"), environment)
    assert Path(environment.site_packages, "demo-1.0.dist-info/INSTALLER").read_text() == "clutch\n"


def test_record_lists_every_installed_file_but_has_no_hash_of_itself(tools, environment):
    """Recording installed projects, The RECORD file: "For any file in the RECORD, except RECORD itself, hash and size
    should be there"; paths are "absolute, or relative to the directory containing the .dist-info directory".
    """
    tools.install(
        tools.simple.add_wheel("demo", "1.0", entry_points="[console_scripts]\nrun = demo:main\n"), environment
    )
    rows = Path(environment.site_packages, "demo-1.0.dist-info/RECORD").read_text().splitlines()
    assert rows[-1] == "demo-1.0.dist-info/RECORD,,"
    assert all(row.count(",sha256=") == 1 for row in rows[:-1])
    assert any(row.startswith("../../../bin/run,") for row in rows)
