"""`clutch cache dir`, `size`, `clean` and `verify`."""

from __future__ import annotations

from clutch.base.text import plural, render_size
from clutch.cli.command import Command, Invocation
from clutch.cli.outcome import finish, say
from clutch.cli.render import render_columns
from clutch.ops.cache import cache_folder, cache_size, clean_cache, verify_cache


def _folder(invocation: Invocation) -> int:
    report = cache_folder(invocation.session)
    if invocation.wants_json:
        return finish(invocation, {"folder": report.folder})
    invocation.terminal.write_out(report.folder)
    return 0


def _size(invocation: Invocation) -> int:
    report = cache_size(invocation.session)
    if invocation.wants_json:
        sizes = {"size_bytes": report.size_bytes, "by_kind": dict(report.by_kind)}
        return finish(invocation, {"folder": report.folder, **sizes})
    invocation.terminal.write_out(render_size(report.size_bytes))
    if invocation.terminal.verbose:
        rows = [(kind, render_size(size_bytes)) for kind, size_bytes in report.by_kind]
        invocation.terminal.write_out(render_columns(rows))
    return 0


def _clean(invocation: Invocation) -> int:
    report = clean_cache(invocation.session)
    say(invocation, f"emptied {report.folder} ({render_size(report.size_bytes)})")
    return finish(invocation, {"folder": report.folder, "size_bytes": report.size_bytes})


def _verify(invocation: Invocation) -> int:
    report = verify_cache(invocation.session)
    for entry in report.damaged:
        say(invocation, f"dropped {entry}")
    entries = plural(len(report.damaged), "damaged entry").replace("entrys", "entries")
    say(invocation, f"{report.folder}: {entries}" if report.damaged else f"{report.folder} is whole")
    return finish(invocation, {"folder": report.folder, "damaged": report.damaged})


COMMANDS = {
    "cache dir": Command(run=_folder, description="It need not exist yet.", has_json=True),
    "cache size": Command(run=_size, description="With `-v` for each kind of entry.", has_json=True),
    "cache clean": Command(
        run=_clean,
        description="Environments keep their files; what is needed again is fetched again.",
        has_json=True,
        foreign={"--force": "leave it out: clutch waits for other commands by itself"},
        stray="the store is emptied as a whole: `clutch cache clean`",
    ),
    "cache verify": Command(
        run=_verify,
        description="Reads everything in the store. What does not match its hash is dropped, to be fetched again.",
        has_json=True,
    ),
}
