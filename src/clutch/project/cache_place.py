"""Where the cache is; imports nothing but `os`, because process start looks for the lock's stamp in it."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


def find_cache(stated: str, folder: str, environ: Mapping[str, str], platform: str) -> str:
    """The cache's folder: the stated one as seen from `folder`, else the user's own on this system.

    `platform` is `sys.platform`. Source: XDG base directories; Apple's and Microsoft's habits.
    """
    if stated:
        return os.path.abspath(os.path.join(folder, os.path.expanduser(stated)))
    home = environ.get("HOME") or environ.get("USERPROFILE") or os.path.expanduser("~")
    if platform == "win32":
        return f"{environ.get('LOCALAPPDATA') or home + '/AppData/Local'}/clutch/cache"
    if environ.get("XDG_CACHE_HOME"):
        return f"{environ['XDG_CACHE_HOME']}/clutch"
    if platform == "darwin":
        return f"{home}/Library/Caches/clutch"
    return f"{home}/.cache/clutch"
