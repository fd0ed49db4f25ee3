from __future__ import annotations

import pytest

from clutch.model.lock import Lock, LockedPackage
from clutch.model.requirement import Source
from clutch.project.freshness import asked_of, stale_reason
from clutch.project.lock_reading import parse_lock
from clutch.project.lockfile import render_lock
from clutch.project.manifest import Manifest, parse_manifest

TEXT = """[project]
name = "x"
version = "1"
requires-python = ">=3.11"
dependencies = ["httpx>=0.27", "idna; os_name == 'nt'"]

[project.optional-dependencies]
fast = ["msgspec"]

[dependency-groups]
dev = ["pytest"]

[build-system]
requires = ["flit_core"]
"""


def locked(manifest: Manifest) -> Lock:
    own = LockedPackage("x", "", source=Source("directory", ".", editable=True))
    asked = asked_of(manifest, {"resolution": "lowest"}, "3.15")
    lock = Lock(manifest.python, (), ("fast",), ("dev",), ("dev",), (own,), asked)
    return parse_lock(render_lock(lock), "pylock.toml")


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ("", "", ""),
        ('"httpx>=0.27", ', '"HTTPX >= 0.27",  # the same\n', ""),
        ('version = "1"', 'version = "2"', ""),
        (">=3.11", ">=3.12", "`requires-python` is `>=3.12` now and was `>=3.11`"),
        ("0.27", "0.28", "`httpx>=0.27` became `httpx>=0.28` in the project's dependencies"),
        ('"msgspec"', '"msgspec", "rich"', "`rich` was added to the extra `fast`"),
        ('["pytest"]', "[]", "`pytest` was removed from the group `dev`"),
        ('["pytest"]', '["pytest"]\ndocs = []', "the group `docs` is new"),
        ("dev =", "lint =", "the group `dev` is gone"),
        ("[build-system]", "[tool.clutch]\ndefault-groups = []\n[build-system]", "the default groups changed"),
        ("[build-system]", "[tool.clutch]\npackage = false\n[build-system]", "the project is not a package any more"),
        ('name = "x"', 'name = "y"', "the project is called `y` now and was `x`"),
        (
            "[build-system]",
            '[tool.clutch.sources]\nhttpx = { path = "../h" }\n[build-system]',
            "`httpx>=0.27` became `httpx>=0.27 @ ../h` in the project's dependencies",
        ),
    ],
)
def test_what_changed_is_said_in_one_sentence(before: str, after: str, reason: str) -> None:
    lock = locked(parse_manifest(TEXT, "pyproject.toml"))
    manifest = parse_manifest(TEXT.replace(before, after, 1) if before else TEXT, "pyproject.toml")
    assert stale_reason(manifest, lock, {"resolution": "lowest"}) == reason


def test_settings_that_matter_count() -> None:
    manifest = parse_manifest(TEXT, "pyproject.toml")
    lock = locked(manifest)
    assert (
        stale_reason(manifest, lock, {"resolution": "highest"})
        == "the setting `resolution` is `highest` now and was `lowest`"
    )
    assert stale_reason(manifest, lock, {}) == "the setting `resolution` is not stated any more and was `lowest`"
