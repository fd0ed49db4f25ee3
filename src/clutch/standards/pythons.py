"""The released Python versions, passed as arguments to whatever reasons about them."""

from __future__ import annotations

RELEASED = ("3.8", "3.9", "3.10", "3.11", "3.12", "3.13", "3.14", "3.15")
"""Released minor versions that environments may have, oldest first, as of November 2026."""

NEWEST = RELEASED[-1]

SUPPORTED = "3.11"
"""The oldest version that clutch itself runs on."""
