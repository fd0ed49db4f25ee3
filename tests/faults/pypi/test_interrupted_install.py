"""Every call that changes the disk fails once, and what is left is looked at."""

from __future__ import annotations

import errno
import os

import pytest

from clutch.base.errors import ClutchError
from clutch.model.plan import Install

FILES = {
    "demo/__init__.py": b"VALUE = 41\n",
    "demo/sub/deep.py": b"X = 1\n",
    "single.py": b"Y = 2\n",
    "demo-1.0.data/scripts/tool": b"#!python\n",
    "demo-1.0.data/data/share/demo.txt": b"hello",
}
CALLS = ("link", "open", "mkdir", "replace", "symlink")


class Breaker:
    """Lets `allowed` calls pass and fails the next, as a full disk would."""

    def __init__(self, monkeypatch, root, allowed):
        self.left = allowed
        self.root = root
        self.has_failed = False
        for name in CALLS:
            monkeypatch.setattr(os, name, self.wrap(getattr(os, name)))

    def wrap(self, call):
        def broken(*arguments, **keywords):
            is_inside = any(isinstance(each, str) and each.startswith(self.root) for each in arguments)
            is_reading = call.__name__ == "open" and not arguments[1] & os.O_CREAT
            if not is_inside or is_reading or self.has_failed:
                return call(*arguments, **keywords)
            if self.left == 0:
                self.has_failed = True
                raise OSError(errno.ENOSPC, "No space left on device", arguments[-1])
            self.left -= 1
            return call(*arguments, **keywords)

        return broken


def failure_of(installer, prepared, order, environment):
    """The code of the error that installing ends with, empty when it does not."""
    try:
        installer.install(prepared, order, environment)
    except ClutchError as error:
        return error.code
    return ""


def test_every_step_of_an_installation_may_fail(tools, environment, kit):
    artifact = tools.simple.add_wheel("demo", "1.0", files=FILES, entry_points="[console_scripts]\nrun = demo:main\n")
    order = Install("pypi", "demo", "1.0", artifact, None, True)
    installer = tools.installer()
    [prepared] = installer.prepare([order], environment.interpreter)
    before = kit.files_below(environment.root)
    for allowed in range(100):
        with pytest.MonkeyPatch.context() as monkeypatch:
            breaker = Breaker(monkeypatch, environment.root, allowed)
            error = failure_of(installer, prepared, order, environment)
        if not breaker.has_failed:
            break
        assert error in ("", "disk-full")
        found = installer.installed(environment)
        # A link that fails is tried once more in another way, which works here.
        whole = [one.name for one in found if one.fingerprint]
        assert whole == ([] if error else ["demo"])
        for installed in found:
            installer.remove(installed, environment)
        left = {path for path in kit.files_below(environment.root) - before if not path.endswith("/")}
        assert left <= {"bin/tool", "bin/run", "share/demo.txt"}, allowed
    else:
        raise AssertionError("the installation never ended")
    assert allowed > 15
    [installed] = installer.installed(environment)
    assert installed.fingerprint == f"sha256:{artifact.hashes[0][1]}"
    assert kit.run_python(environment, "import demo.sub.deep, single; print(demo.VALUE)") == "41"
    installer.remove(installed, environment)
    assert kit.files_below(environment.root) == before


def test_removal_that_broke_off_can_be_done_again(tools, environment, kit, monkeypatch):
    artifact = tools.simple.add_wheel("demo", "1.0", files=FILES)
    before = kit.files_below(environment.root)
    tools.install(artifact, environment)
    [installed] = tools.installer().installed(environment)
    unlink, left = os.unlink, [3]

    def broken(path, **keywords):
        if left[0] == 0:
            left[0] = -1
            raise PermissionError(errno.EACCES, "Permission denied", path)
        left[0] -= 1
        unlink(path, **keywords)

    monkeypatch.setattr(os, "unlink", broken)
    with pytest.raises(ClutchError) as caught:
        tools.installer().remove(installed, environment)
    assert caught.value.code == "not-writable"
    tools.installer().remove(installed, environment)
    assert kit.files_below(environment.root) == before


def test_damaged_store_folder_is_made_again(tools, environment, kit):
    artifact = tools.simple.add_wheel("demo", "1.0", files=FILES)
    order = Install("pypi", "demo", "1.0", artifact, None, True)
    [prepared] = tools.installer().prepare([order], environment.interpreter)
    with open(f"{prepared.folder}/layout", "w") as file:
        file.write("nonsense")
    [again] = tools.installer().prepare([order], environment.interpreter)
    tools.installer().install(again, order, environment)
    assert kit.run_python(environment, "import demo; print(demo.VALUE)") == "41"
