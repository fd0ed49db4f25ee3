from __future__ import annotations

import os

import pytest

from clutch.base.errors import ClutchError
from clutch.model.plan import Install, Installed


def refuse(tools, interpreter, content, filename="demo-1.0-py3-none-any.whl"):
    artifact = tools.simple.add("demo", filename, content)
    order = Install("pypi", "demo", "1.0", artifact, None, True)
    with pytest.raises(ClutchError) as caught:
        tools.installer().prepare([order], interpreter)
    assert tools.store.folder("wheel", f"sha256:{artifact.hashes[0][1]}") is None
    assert os.listdir(f"{tools.store.base}/tmp") == []
    return caught.value


def test_missing_record(tools, interpreter, kit):
    error = refuse(tools, interpreter, kit.wheel_bytes("demo", "1.0", record=""))
    assert error.code == "bad-wheel"
    assert "RECORD" in error.message


def test_file_that_record_does_not_list(tools, interpreter, kit):
    record = "demo-1.0.dist-info/METADATA,,\ndemo-1.0.dist-info/WHEEL,,\n"
    error = refuse(tools, interpreter, kit.wheel_bytes("demo", "1.0", record=record))
    assert error.code == "bad-wheel"
    assert "demo/__init__.py" in error.message


def test_wrong_hash_in_record(tools, interpreter, kit):
    record = (
        f"demo/__init__.py,sha256={kit.digest_of(b'other')},6\n"
        "demo-1.0.dist-info/METADATA,,\ndemo-1.0.dist-info/WHEEL,,\ndemo-1.0.dist-info/RECORD,,\n"
    )
    error = refuse(tools, interpreter, kit.wheel_bytes("demo", "1.0", {"demo/__init__.py": b"A = 1\n"}, record=record))
    assert error.code == "bad-wheel"
    assert "`demo/__init__.py` is not what its RECORD says" in error.message


def test_weak_hash_in_record(tools, interpreter, kit):
    record = (
        "demo/__init__.py,md5=1B2M2Y8AsgTpgAmY7PhCfg,0\n"
        "demo-1.0.dist-info/METADATA,,\ndemo-1.0.dist-info/WHEEL,,\ndemo-1.0.dist-info/RECORD,,\n"
    )
    content = kit.wheel_bytes("demo", "1.0", {"demo/__init__.py": b""}, record=record)
    assert refuse(tools, interpreter, content).code == "bad-wheel"


def test_other_project_inside(tools, interpreter, kit):
    error = refuse(tools, interpreter, kit.wheel_bytes("evil", "1.0"))
    assert error.code == "bad-wheel"
    assert "`evil` 1.0" in error.message


def test_other_version_inside(tools, interpreter, kit):
    assert refuse(tools, interpreter, kit.wheel_bytes("demo", "2.0")).code == "bad-wheel"


def test_format_of_the_future(tools, interpreter, kit):
    error = refuse(tools, interpreter, kit.wheel_bytes("demo", "1.0", wheel="Wheel-Version: 2.0\n"))
    assert error.code == "bad-wheel"
    assert "format 2.0" in error.message


def test_path_that_leads_out(tools, interpreter, kit):
    assert refuse(tools, interpreter, kit.wheel_bytes("demo", "1.0", {"../evil.py": b""})).code == "unsafe-archive"


def test_unknown_data_scheme(tools, interpreter, kit):
    content = kit.wheel_bytes("demo", "1.0", {"demo-1.0.data/stdlib/os.py": b""})
    assert refuse(tools, interpreter, content).code == "bad-wheel"


def test_no_archive_at_all(tools, interpreter):
    assert refuse(tools, interpreter, b"<html>moved</html>").code == "damaged-archive"


@pytest.mark.parametrize("line", ["../evil = demo:main", "run = os.system('x')", "run = demo"])
def test_entry_point_that_cannot_be_one(tools, environment, kit, line):
    artifact = tools.simple.add_wheel("demo", "1.0", entry_points=f"[console_scripts]\n{line}\n")
    with pytest.raises(ClutchError) as caught:
        tools.install(artifact, environment)
    assert caught.value.code in ("bad-wheel", "invalid-entry-points")
    assert not os.path.exists(f"{environment.root}/evil")


def test_wheel_that_brings_the_installers_own_files_is_not_believed(tools, environment, kit):
    files = {
        "demo/__init__.py": b"",
        "demo-1.0.dist-info/INSTALLER": b"somebody\n",
        "demo-1.0.dist-info/direct_url.json": b"{}",
        "demo-1.0.dist-info/CLUTCH": b"sha256:00\n",
        "demo/__pycache__/__init__.cpython-311.pyc": b"evil",
    }
    artifact = tools.simple.add_wheel("demo", "1.0", files=files)
    tools.install(artifact, environment)
    [installed] = tools.installer().installed(environment)
    assert installed.installer == "clutch"
    assert installed.direct_url == ""
    assert installed.fingerprint == f"sha256:{artifact.hashes[0][1]}"


def test_record_that_names_files_outside_removes_none_of_them(tools, environment, kit):
    outside = tools.folder / "precious.txt"
    outside.write_text("keep")
    inside = f"{environment.site_packages}/demo.py"
    with open(inside, "w") as file:
        file.write("")
    folder = f"{environment.site_packages}/demo-1.0.dist-info"
    os.mkdir(folder)
    os.symlink(str(tools.folder), f"{environment.site_packages}/way_out")
    rows = [str(outside), "../../../../precious.txt", "way_out/precious.txt", "demo.py", ".", ""]
    rows.append("demo-1.0.dist-info/RECORD")
    with open(f"{folder}/RECORD", "w") as file:
        file.write("".join(f"{row},,\n" for row in rows))
    tools.installer().remove(Installed("pypi", "demo", "1.0", folder), environment)
    assert outside.read_text() == "keep"
    assert not os.path.exists(inside)
    assert not os.path.exists(folder)
    assert os.path.isdir(environment.site_packages)


def test_package_without_record_is_refused_in_words(tools, environment):
    folder = f"{environment.site_packages}/demo-1.0.dist-info"
    os.mkdir(folder)
    with open(f"{folder}/METADATA", "w") as file:
        file.write("Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n")
    [installed] = tools.installer().installed(environment)
    with pytest.raises(ClutchError) as caught:
        tools.installer().remove(installed, environment)
    assert caught.value.code == "no-record"
