"""What is wrong with an installed package, as its plug finds out."""

from __future__ import annotations

from clutch.base.values import NamedTuple


class Flaw(NamedTuple):
    """One thing that is not as it was installed.

    `code` is `missing-file`, `changed-file`, `broken-record`, `duplicate` or `foreign-file`; `name` the package, empty
    where none owns the file; `path` absolute; `reason` the end of a sentence that starts with the path.
    """

    code: str
    name: str
    path: str
    reason: str
