from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from clutch.base.errors import ClutchError
from clutch.model.artifact import Artifact
from clutch.model.plan import Install
from clutch.model.requirement import Source

ENTRY_POINTS = "[console_scripts]\ndemo-run = demo.cli:Main.run\n[gui_scripts]\ndemo-gui = demo.cli:main\n"
FILES = {
    "demo/__init__.py": b"VALUE = 41\n",
    "demo/cli.py": b"""\
class Main:
    @staticmethod
    def run():
        print('ran')

def main():
    print('gui')
""",
    "demo/sub/deep.py": b"X = 1\n",
    "single.py": b"Y = 2\n",
    "demo-1.0.data/scripts/tool": b"#!python -E\nprint('tool')\n",
    "demo-1.0.data/data/share/demo/readme.txt": b"hello",
    "demo-1.0.data/headers/demo.h": b"int x;",
    "demo-1.0.data/purelib/extra_module.py": b"Z = 3\n",
}
KINDS = (("wheel", "-py3-none-any.whl"), ("sdist", ".tar.gz"))


def order_of(artifact: Artifact, requested=True) -> Install:
    name, version = artifact.filename.split("-")[:2]
    return Install("pypi", name.replace("_", "-"), version, artifact, None, requested)


def test_install_then_remove_leaves_the_environment_as_it_was(tools, environment, kit):
    before = kit.files_below(environment.root)
    artifact = tools.simple.add_wheel("demo", "1.0", files=FILES, entry_points=ENTRY_POINTS)
    tools.install(artifact, environment)
    assert kit.run_python(environment, "import demo, single, demo.sub.deep, extra_module; print(demo.VALUE)") == "41"
    scripts = f"{environment.root}/bin"
    assert subprocess.check_output([f"{scripts}/demo-run"], text=True) == "ran\n"
    assert subprocess.check_output([f"{scripts}/demo-gui"], text=True) == "gui\n"
    assert subprocess.check_output([f"{scripts}/tool"], text=True) == "tool\n"
    assert Path(f"{environment.root}/share/demo/readme.txt").read_text() == "hello"
    [installed] = tools.installer().installed(environment)
    assert (installed.name, installed.version, installed.installer) == ("demo", "1.0", "clutch")
    assert installed.fingerprint == f"sha256:{artifact.hashes[0][1]}"
    tools.installer().remove(installed, environment)
    assert kit.files_below(environment.root) == before


def test_record_is_complete_and_right(tools, environment, kit):
    artifact = tools.simple.add_wheel("demo", "1.0", files=FILES, entry_points=ENTRY_POINTS)
    before = kit.files_below(environment.root)
    tools.install(artifact, environment)
    site = environment.site_packages
    rows = [line.rsplit(",", 2) for line in Path(f"{site}/demo-1.0.dist-info/RECORD").read_text().splitlines()]
    listed = set()
    for path, hashed, size in rows:
        place = os.path.normpath(f"{site}/{path}")
        listed.add(os.path.relpath(place, environment.root))
        if path != "demo-1.0.dist-info/RECORD":
            content = Path(place).read_bytes()
            assert hashed == f"sha256={kit.digest_of(content)}"
            assert int(size) == len(content)
    new = kit.files_below(environment.root) - before
    assert {path for path in new if "__pycache__" not in path} == listed
    assert os.path.exists(f"{site}/demo-1.0.dist-info/REQUESTED")


def test_modules_are_hard_links_and_bytecode_one_link_a_folder(tools, environment):
    tools.install(tools.simple.add_wheel("demo", "1.0", files=FILES), environment)
    site = environment.site_packages
    assert os.stat(f"{site}/demo/__init__.py").st_nlink == 2
    assert os.path.islink(f"{site}/demo/__pycache__")
    assert os.path.islink(f"{site}/demo/sub/__pycache__")
    assert not os.path.islink(f"{site}/__pycache__")
    tag = sys.implementation.cache_tag
    assert os.listdir(f"{site}/demo/sub/__pycache__") == [f"deep.{tag}.pyc"]
    assert f"single.{tag}.pyc" in os.listdir(f"{site}/__pycache__")


def test_imports_use_the_bytecode_of_the_store(tools, environment, kit):
    tools.install(tools.simple.add_wheel("demo", "1.0", files=FILES), environment)
    path = f"{environment.site_packages}/demo/__pycache__/cli.{sys.implementation.cache_tag}.pyc"
    before = os.stat(path).st_mtime_ns
    code = "import sys, demo.cli; print(demo.cli.__cached__, demo.cli.Main.run.__code__.co_filename)"
    cached, source = kit.run_python(environment, code).split()
    assert cached == path
    assert source == f"{environment.site_packages}/demo/cli.py"
    assert os.stat(path).st_mtime_ns == before


def test_edited_module_is_seen(tools, environment, kit):
    tools.install(tools.simple.add_wheel("demo", "1.0", files=FILES), environment)
    path = f"{environment.site_packages}/demo/__init__.py"
    os.unlink(path)
    with open(path, "w") as file:
        file.write("VALUE = 'edited'\n")
    assert kit.run_python(environment, "import demo; print(demo.VALUE)") == "edited"


def test_copy_mode_shares_nothing_with_the_store(tools, environment, kit):
    artifact = tools.simple.add_wheel("demo", "1.0", files=FILES)
    before = kit.files_below(environment.root)
    tools.install(artifact, environment, link_mode="copy")
    site = environment.site_packages
    assert os.stat(f"{site}/demo/__init__.py").st_nlink == 1
    assert not os.path.islink(f"{site}/demo/__pycache__")
    tools.store.clean()
    assert kit.run_python(environment, "import demo; print(demo.VALUE)") == "41"
    [installed] = tools.installer().installed(environment)
    tools.installer().remove(installed, environment)
    assert kit.files_below(environment.root) == before


def test_two_packages_in_one_folder_keep_each_others_bytecode(tools, environment, kit):
    tools.install(tools.simple.add_wheel("one", "1.0", files={"space/one.py": b"A = 1\n"}), environment)
    assert os.path.islink(f"{environment.site_packages}/space/__pycache__")
    tools.install(tools.simple.add_wheel("two", "1.0", files={"space/two.py": b"B = 2\n"}), environment)
    cache = f"{environment.site_packages}/space/__pycache__"
    tag = sys.implementation.cache_tag
    assert not os.path.islink(cache)
    assert sorted(os.listdir(cache)) == [f"one.{tag}.pyc", f"two.{tag}.pyc"]
    one, two = tools.installer().installed(environment)
    tools.installer().remove(one, environment)
    assert os.listdir(cache) == [f"two.{tag}.pyc"]
    assert kit.run_python(environment, "import space.two; print(space.two.B)") == "2"
    tools.installer().remove(two, environment)
    assert not os.path.exists(f"{environment.site_packages}/space")


def test_what_is_in_the_store_is_not_fetched_again(tools, environment, interpreter):
    artifact = tools.simple.add_wheel("demo", "1.0", files=FILES)
    tools.install(artifact, environment)
    tools.simple.asked.clear()
    [prepared] = tools.installer().prepare([order_of(artifact)], interpreter)
    assert (prepared.name, prepared.version) == ("demo", "1.0")
    assert tools.simple.asked == []


def test_whether_the_store_has_it_is_told_without_fetching(tools, interpreter):
    artifact = tools.simple.add_wheel("demo", "1.0")
    order, installer = order_of(artifact), tools.installer()
    assert not installer.is_stored(order, interpreter)
    assert tools.simple.asked == []
    installer.prepare([order], interpreter)
    assert installer.is_stored(order, interpreter)


def test_choice_follows_what_is_forbidden_by_name(tools, interpreter):
    wheel, sdist = (Artifact(kind, f"my_demo-1.0{end}", "https://index.example/f") for kind, end in KINDS)
    assert tools.installer().choose([sdist, wheel], interpreter) == wheel
    assert tools.installer(no_binary=frozenset({"my-demo"})).choose([sdist, wheel], interpreter) == sdist
    assert tools.installer(no_build=frozenset({"my-demo"})).choose([sdist], interpreter) is None
    assert tools.installer(no_build=frozenset({"other"})).choose([sdist], interpreter) == sdist
    assert tools.installer().choose([], interpreter) is None


def test_many_are_prepared_in_the_order_given(tools, interpreter):
    artifacts = [tools.simple.add_wheel(f"demo{number}", "1.0") for number in range(12)]
    prepared = tools.installer().prepare([order_of(artifact) for artifact in artifacts], interpreter)
    assert [one.name for one in prepared] == [f"demo{number}" for number in range(12)]
    done = [(event.done, event.total) for event in tools.events if event.kind == "preparing"]
    assert done == [(number, 12) for number in range(1, 13)]


def test_wrong_hash_is_refused_and_leaves_nothing(tools, interpreter):
    artifact = tools.simple.add_wheel("demo", "1.0")
    wrong = artifact._replace(hashes=(("sha256", "0" * 64),))
    with pytest.raises(ClutchError) as caught:
        tools.installer().prepare([order_of(wrong)], interpreter)
    assert caught.value.code == "hash-mismatch"
    assert tools.store.folder("wheel", f"sha256:{'0' * 64}") is None


def test_file_of_another_tool_is_replaced_and_the_store_stays(tools, environment, kit):
    artifact = tools.simple.add_wheel("demo", "1.0", files={"demo/__init__.py": b"VALUE = 1\n"})
    site = environment.site_packages
    os.makedirs(f"{site}/demo")
    with open(f"{site}/demo/__init__.py", "w") as file:
        file.write("VALUE = 'old'\n")
    tools.install(artifact, environment)
    assert kit.run_python(environment, "import demo; print(demo.VALUE)") == "1"


def test_direct_url_is_written(tools, environment, interpreter):
    artifact = tools.simple.add_wheel("demo", "1.0")
    source = Source("archive", artifact.url, hashes=artifact.hashes)
    order = Install("pypi", "demo", "1.0", artifact, source, False)
    installer = tools.installer()
    [prepared] = installer.prepare([order], interpreter)
    installer.install(prepared, order, environment)
    [installed] = installer.installed(environment)
    told = json.loads(installed.direct_url)
    assert told["url"] == artifact.url
    assert told["archive_info"]["hashes"] == dict(artifact.hashes)
    assert not os.path.exists(f"{installed.record}/REQUESTED")


def test_broken_off_installation_is_seen_and_can_be_removed(tools, environment, kit):
    before = kit.files_below(environment.root)
    artifact = tools.simple.add_wheel("demo", "1.0", files=FILES)
    tools.install(artifact, environment)
    os.unlink(f"{environment.site_packages}/demo-1.0.dist-info/RECORD")
    for place in ("bin/tool", "share/demo/readme.txt"):
        os.unlink(f"{environment.root}/{place}")
    [installed] = tools.installer().installed(environment)
    assert installed.fingerprint == ""
    tools.installer().remove(installed, environment)
    left = kit.files_below(environment.root) - before
    assert {path.rpartition("/")[2] for path in left if path.endswith((".py", ".h"))} <= {"demo.h", "extra_module.py"}
    assert not os.path.exists(installed.record)


@pytest.mark.parametrize("mode", ["hardlink", "copy"])
def test_pip_lists_and_uninstalls_and_the_store_stays_whole(tools, environment, kit, mode):
    artifact = tools.simple.add_wheel("demo", "1.0", files=FILES, entry_points=ENTRY_POINTS)
    before = kit.files_below(environment.root)
    tools.install(artifact, environment, link_mode=mode)
    stored = kit.files_below(tools.store.root)
    pip = [sys.executable, "-m", "pip", "--python", environment.python, "--disable-pip-version-check"]
    listed = json.loads(subprocess.check_output([*pip, "list", "--format=json"]))
    assert {"name": "demo", "version": "1.0"} in listed
    subprocess.run([*pip, "uninstall", "-y", "demo"], check=True, capture_output=True)
    assert kit.files_below(tools.store.root) >= stored
    left = kit.files_below(environment.root) - before
    assert {path for path in left if "__pycache__" not in path and not path.endswith("/")} == set()


def test_pip_installed_package_is_seen_and_removed(tools, environment, kit):
    before = kit.files_below(environment.root)
    path = tools.folder / "demo-1.0-py3-none-any.whl"
    path.write_bytes(kit.wheel_bytes("demo", "1.0", FILES, entry_points=ENTRY_POINTS))
    pip = [sys.executable, "-m", "pip", "--python", environment.python, "--disable-pip-version-check"]
    subprocess.run([*pip, "install", "--no-index", "--no-deps", str(path)], check=True, capture_output=True)
    [installed] = [one for one in tools.installer().installed(environment) if one.name == "demo"]
    assert (installed.installer, installed.fingerprint) == ("pip", "")
    tools.installer().remove(installed, environment)
    assert kit.files_below(environment.root) == before
