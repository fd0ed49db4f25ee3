"""From a command line to an exit code: finds the verb, imports its one module, runs it, turns errors into sentences."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping, Sequence

from clutch.base.errors import ClutchError, UsageError
from clutch.base.text import join_words, nearest
from clutch.cli.command import Arguments, Command, Invocation
from clutch.cli.flags import FOLDER, JSON
from clutch.cli.parse import Front, Given, parse_arguments, parse_front
from clutch.cli.render import error_as_json, render_error
from clutch.cli.setting_flags import ALL_EVERYWHERE, read_settings_flags
from clutch.cli.table import ALIASES, COMMANDS, find_row, heads, under
from clutch.cli.terminal import Terminal
from clutch.cli.words import FOREIGN_VERBS

INTERNAL = 70
INTERRUPTED = 130
TERMINATED = 143


class Terminated(BaseException):
    """SIGTERM came: unwinds like Ctrl-C, so that locks and temporary files are given up in order."""


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command line (without the program's name) and gives the exit code."""
    tokens = list(sys.argv[1:] if argv is None else argv)
    terminal = Terminal(os.environ)
    terminal.wants_json = "--json" in tokens
    _raise_on_termination()
    try:
        return _dispatch(tokens, terminal)
    except ClutchError as error:
        return _report(error, terminal)
    except KeyboardInterrupt:
        terminal.clear_status()
        terminal.write_error("interrupted")
        return INTERRUPTED
    except Terminated:
        terminal.clear_status()
        terminal.write_error("terminated")
        return TERMINATED
    except BrokenPipeError:
        terminal.abandon_out()
        return 0
    except Exception as error:
        return _report_internal(error, terminal)


def load_command(verb: str) -> Command:
    """The declaration of a verb of the table; imports its module."""
    from importlib import import_module

    row = find_row(verb)
    assert row is not None, verb
    commands: Mapping[str, Command] = import_module(f"clutch.cli.cmd.{row[1]}").COMMANDS
    return commands[verb]


def find_verb(words: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """The verb that the words begin with, aliases resolved, and the words after it.

    A first word that has several commands, and no second one, is the verb itself (`python`).

    Raises: UsageError `unknown-command`.
    """
    first, rest = words[0], tuple(words[1:])
    if rest:
        pair = f"{first} {rest[0]}"
        pair = ALIASES.get(pair, pair)
        if find_row(pair):
            return pair, rest[1:]
    verb = ALIASES.get(first, first)
    if find_row(verb) and (first not in heads() or not rest or rest[0].startswith("-")):
        return verb, rest
    if first in heads():
        if not rest or rest[0].startswith("-"):
            return first, rest
        raise _unknown(f"{first} {rest[0]}", [f"{first} {word}" for word in under(first)])
    raise _unknown(first, [*(row[0] for row in COMMANDS), *ALIASES])


def _dispatch(tokens: list[str], terminal: Terminal) -> int:
    started_s = time.monotonic()
    front = parse_front(tokens, (FOLDER, JSON, *ALL_EVERYWHERE))
    if "--version" in front.given:
        return _version(front.given, terminal)
    _configure(terminal, Arguments(front.given, {}))
    if not front.rest:
        return _overview(front, terminal)
    verb, rest = find_verb(front.rest)
    if verb in heads():
        return _head(verb, rest, front, terminal)
    command = load_command(verb)
    if "--json" in front.given and not command.has_json:
        raise UsageError("no-json", f"`clutch {verb}` has nothing to print as JSON", subject="--json")
    flags = (*((JSON,) if command.has_json else ()), *ALL_EVERYWHERE)
    arguments = parse_arguments(verb, command, flags, rest, front.given)
    _configure(terminal, arguments)
    terminal.wants_json = arguments.has("--json")
    if arguments.has("--help"):
        return _help(verb, command, terminal)
    if arguments.has("--version"):
        return _version({}, terminal)
    return _run(verb, command, arguments, terminal, started_s)


def _run(verb: str, command: Command, arguments: Arguments, terminal: Terminal, started_s: float) -> int:
    """Runs the command with a session, which is closed whatever happens."""
    from clutch.cli.progress import TerminalReporter
    from clutch.ops.assembly import open_session
    from clutch.ops.session import Surroundings

    folder = _enter(arguments)
    surroundings = Surroundings(folder, os.environ, time.time, tuple(sys.argv[1:]))
    reporter = TerminalReporter(terminal, time.monotonic)
    session = open_session(surroundings, read_settings_flags(arguments, (*command.flags, *ALL_EVERYWHERE)), reporter)
    try:
        return command.run(Invocation(verb, arguments, terminal, session, lambda: time.monotonic() - started_s))
    finally:
        reporter.close()
        session.close()


def _enter(arguments: Arguments) -> str:
    """The folder to work in; several `-C` follow each other as in git. Raises: ClutchError `no-such-folder`."""
    folder = os.getcwd()
    for step in arguments.texts(FOLDER.long):
        folder = os.path.normpath(os.path.join(folder, os.path.expanduser(step)))
        if not os.path.isdir(folder):
            raise UsageError("no-such-folder", f"the folder `{step}` of `-C` does not exist", subject=step)
    if arguments.has(FOLDER.long):
        os.chdir(folder)
    return folder


def _configure(terminal: Terminal, arguments: Arguments) -> None:
    environ = os.environ
    color = arguments.text("--color") or environ.get("CLUTCH_COLOR", "")
    terminal.configure(color, arguments.times("--quiet"), arguments.times("--verbose"))
    terminal.progress = arguments.text("--progress") or environ.get("CLUTCH_PROGRESS", "")


def _overview(front: Front, terminal: Terminal) -> int:
    from clutch.cli.help import render_overview

    if "--help" in front.given:
        terminal.write_out(render_overview(terminal))
        return 0
    terminal.write_error(render_overview(terminal))
    return UsageError.exit_code


def _head(head: str, rest: Sequence[str], front: Front, terminal: Terminal) -> int:
    """The page of `clutch python`: asked for, or because the second word is missing."""
    from clutch.cli.help import render_head

    if "--help" in front.given or set(rest) & {"-h", "--help"}:
        terminal.write_out(render_head(head, terminal))
        return 0
    hints = tuple(f"write `clutch {head} {word}`" for word in under(head))
    raise UsageError(
        "missing-command", f"`clutch {head}` needs one more word: {join_words(under(head), 'or')}", hints=hints
    )


def _help(verb: str, command: Command, terminal: Terminal) -> int:
    from clutch.cli.help import render_command

    row = find_row(verb)
    terminal.write_out(render_command(verb, row[2] if row else "", command, terminal))
    return 0


def _version(given: Given, terminal: Terminal) -> int:
    from clutch.cli.release import VERSION, render_version

    terminal.write_out(render_version() if "--verbose" in given else f"clutch {VERSION}\n")
    return 0


def _unknown(word: str, choices: Sequence[str]) -> UsageError:
    """The error for a verb that does not exist, with the best hint there is."""
    hints: tuple[str, ...] = ()
    near = nearest(word, choices)
    if word in FOREIGN_VERBS:
        hints = (FOREIGN_VERBS[word],)
    elif near:
        means = f" (that is `clutch {ALIASES[near[0]]}`)" if near[0] in ALIASES else ""
        hints = (f"did you mean `clutch {near[0]}`{means}?",)
    elif word.endswith(".py"):
        hints = (f"to run a file, write `clutch run {word}`",)
    else:
        hints = ("see `clutch help`",)
    return UsageError("unknown-command", f"there is no command `{word}`", subject=word, hints=hints)


def _report(error: ClutchError, terminal: Terminal) -> int:
    terminal.clear_status()
    terminal.write_error(render_error(error, terminal))
    if terminal.wants_json:
        try:
            terminal.write_out(error_as_json(error))
        except BrokenPipeError:
            terminal.abandon_out()
    return error.exit_code


def _report_internal(error: Exception, terminal: Terminal) -> int:
    """A defect of clutch itself: the traceback, and the request to report it."""
    import traceback

    from clutch.cli.release import VERSION

    terminal.clear_status()
    terminal.write_error("".join(traceback.format_exception(error)))
    terminal.write_error(
        f"{terminal.style('error', 'internal error:')} {type(error).__name__}: {error}\n"
        f"This is a defect of clutch {VERSION}, not of your project.\n"
        "Please report it, with the lines above and the command that you typed."
    )
    return INTERNAL


def _raise_on_termination() -> None:
    """Turns SIGTERM into an exception, where this is the main thread and the signal exists."""
    import _signal  # type: ignore[import-not-found]  # the full `signal` makes every number an enum, 1 ms

    def unwind(number: int, frame: object) -> None:
        raise Terminated

    try:
        _signal.signal(_signal.SIGTERM, unwind)
    except (ValueError, OSError):
        pass
