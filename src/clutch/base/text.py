"""Small pure functions on text for messages: nearest names, lists, sizes, plurals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

_UNITS = ("B", "KiB", "MiB", "GiB", "TiB")


def nearest(word: str, choices: Iterable[str], most: int = 1) -> list[str]:
    """The `most` choices closest to `word` by edit distance, nearest first; only plausible typing errors.

    A choice counts when at most a third of the longer word (and at least one letter) has to change.
    """
    scored = []
    for choice in choices:
        limit = max(1, max(len(word), len(choice)) // 3)
        if abs(len(word) - len(choice)) > limit:
            continue
        distance = _distance(word, choice)
        if distance <= limit:
            scored.append((distance, choice))
    return [choice for _, choice in sorted(scored)[:most]]


def join_words(words: Sequence[str], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def plural(count: int, noun: str) -> str:
    """`1 package`, `2 packages`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def render_size(size_bytes: int) -> str:
    """A size for people, in powers of 1024: `4.2 MiB`."""
    value = float(size_bytes)
    for unit in _UNITS:
        if value < 1024 or unit == _UNITS[-1]:
            return f"{int(value)} {unit}" if unit == "B" else f"{value:.1f} {unit}"
        value /= 1024
    raise AssertionError


def _distance(left: str, right: str) -> int:
    """Edit distance with swaps of neighbours counted as one (optimal string alignment)."""
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        new = [i]
        for j, b in enumerate(right, 1):
            cost = min(row[j] + 1, new[j - 1] + 1, row[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            new.append(cost)
        before, row = row, new
    return row[-1]
