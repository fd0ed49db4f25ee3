"""The names of the package worlds that the standards themselves speak of."""

from __future__ import annotations

NATIVE = "pypi"
"""The world that a plain PEP 508 requirement belongs to."""
