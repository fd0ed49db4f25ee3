"""Kills processes in the middle, and looks at what the next one finds."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

from clutch.io.store import Store

WRITER = """
import os, sys
from clutch.io.store import Store
store = Store(sys.argv[1])
print("ready", flush=True)
number = 0
while True:
    number += 1
    store.write_record("listing", "a", b"%d " % number * 5000)
    temporary = store.temporary_folder()
    for name in "abc":
        with open(os.path.join(temporary, name), "w") as file:
            file.write("x" * 1000)
    store.publish_folder("wheel", str(number), temporary)
"""


def test_killed_writer_leaves_only_whole_things(tmp_path):
    store = Store(str(tmp_path / "cache"))
    for round_number in range(4):
        child = subprocess.Popen([sys.executable, "-c", WRITER, store.root], stdout=subprocess.PIPE)
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
        time.sleep(0.05 + 0.013 * round_number)
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
        child.stdout.close()
        content = store.read_record("listing", "a")
        assert content is not None
        assert len(set(content.split())) == 1
        wheels = os.path.join(store.base, "wheel")
        for name in os.listdir(wheels):
            assert sorted(os.listdir(os.path.join(wheels, name))) == ["a", "b", "c"]
    mine = store.temporary_folder()
    assert os.listdir(os.path.join(store.base, "tmp")) == [os.path.basename(mine)]
