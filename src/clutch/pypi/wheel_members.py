"""What the members of a wheel are, by their paths."""

from __future__ import annotations


def is_wheel_metadata(path: str) -> bool:
    """Whether a member of a wheel is its METADATA."""
    return path.endswith(".dist-info/METADATA") and path.count("/") == 1
