"""Finds the project that a folder belongs to."""

from __future__ import annotations

import os

MANIFEST_NAME = "pyproject.toml"
LOCK_NAME = "pylock.toml"


def find_project(start: str) -> str | None:
    """The nearest folder from `start` upward that holds a `pyproject.toml`; None where there is none.

    Costs one `stat` a level. `start` is made absolute first; links in it are not resolved.
    """
    folder = os.path.abspath(start)
    while True:
        if os.path.isfile(os.path.join(folder, MANIFEST_NAME)):
            return folder
        parent = os.path.dirname(folder)
        if parent == folder:
            return None
        folder = parent
