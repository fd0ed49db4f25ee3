"""The version of this program; the only copy besides `pyproject.toml` (a test holds them equal)."""

from __future__ import annotations

VERSION = "0.1.0"


def render_version() -> str:
    """The version and what it runs on, for `clutch --version -v` and bug reports."""
    import sys

    python = ".".join(str(part) for part in sys.version_info[:3])
    return (
        f"clutch {VERSION}\npython {python} ({sys.implementation.name}) at {sys.executable}\nplatform {sys.platform}\n"
    )
