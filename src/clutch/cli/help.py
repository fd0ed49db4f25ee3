"""Help pages at 80 columns, made from the table and the commands' declarations."""

from __future__ import annotations

from collections.abc import Sequence

from clutch.cli.command import GLOBAL, OPTIONS, SELECTION, Command, Flag, Positional
from clutch.cli.flags import BEFORE, EVERYWHERE, JSON
from clutch.cli.table import COMMANDS, GROUPS, under
from clutch.cli.terminal import Terminal

_WIDTH = 80
_LEFT = 26
"""Columns of a flag's own text; a longer one pushes its help to the next line."""
_ARITIES = {"one": "{}", "optional": "[{}]", "some": "{}...", "any": "[{}]...", "rest": "{}..."}


def render_overview(terminal: Terminal) -> str:
    """The page of `clutch help`: what clutch is, every command under its heading, the options accepted everywhere."""
    parts = [
        "One tool for Python projects: resolve, lock, install, run.\n",
        _usage(terminal, "clutch [OPTIONS] COMMAND [ARGUMENTS]"),
    ]
    for group in GROUPS:
        rows = [(verb, summary) for verb, _, summary, its_group in COMMANDS if its_group == group]
        parts.append(_section(terminal, group, rows, left=18))
    parts.append(_section(terminal, "Options", [_flag_row(flag) for flag in BEFORE]))
    parts.append("`clutch help COMMAND` shows the options of a command.\n")
    return "\n".join(parts)


def render_head(head: str, terminal: Terminal) -> str:
    """The page of the first word of verbs of two words, as `python`."""
    rows = [(verb, summary) for verb, _, summary, _ in COMMANDS if verb.startswith(f"{head} ")]
    usage = _usage(terminal, f"clutch {head} {'|'.join(under(head))} ...")
    return "\n".join([usage, _section(terminal, "Commands", rows, left=18)])


def render_command(verb: str, summary: str, command: Command, terminal: Terminal) -> str:
    """The page of one command: summary, usage, description, arguments, options, examples."""
    parts = [_first_upper(summary) + "\n", _usage(terminal, usage_line(verb, command))]
    if command.description:
        parts.append("\n".join(_wrap(paragraph, _WIDTH) + "\n" for paragraph in command.description.split("\n\n")))
    if command.positionals:
        rows = [(_positional_text(each), each.help) for each in command.positionals]
        parts.append(_section(terminal, "Arguments", rows))
    flags = (*command.flags, *((JSON,) if command.has_json else ()))
    for section, members in ((OPTIONS, flags), (SELECTION, flags), (GLOBAL, EVERYWHERE)):
        rows = [_flag_row(flag) for flag in members if flag.section == section and not flag.hidden]
        if rows:
            parts.append(_section(terminal, section, rows))
    if command.examples:
        parts.append(_examples(terminal, command.examples))
    return "\n".join(parts)


def usage_line(verb: str, command: Command) -> str:
    """`clutch add [OPTIONS] [PACKAGE]...`."""
    words = ["clutch", verb, "[OPTIONS]", *(_positional_text(each) for each in command.positionals)]
    return " ".join(words)


def flag_text(flag: Flag) -> str:
    """`-G, --group NAME`, with room for a short option where there is none."""
    short = f"{flag.short}, " if flag.short else "    "
    return (
        f"{short}{flag.long}{f' {flag.value}' if flag.value else ''}{'...' if flag.repeatable and flag.value else ''}"
    )


def _flag_row(flag: Flag) -> tuple[str, str]:
    return flag_text(flag), flag.help


def _positional_text(positional: Positional) -> str:
    name = "|".join(positional.choices) if positional.choices else positional.name
    return _ARITIES[positional.arity].format(name)


def _usage(terminal: Terminal, line: str) -> str:
    return f"{terminal.style('strong', 'Usage:', on_error=False)} {line}\n"


def _section(terminal: Terminal, title: str, rows: Sequence[tuple[str, str]], left: int = _LEFT) -> str:
    lines = [terminal.style("strong", f"{title}:", on_error=False)]
    for name, help_text in rows:
        helps = _wrap(help_text, _WIDTH - left - 2).split("\n")
        if len(name) > left - 2:
            lines.append(f"  {name}")
        else:
            lines.append(f"  {name:<{left}}{helps.pop(0)}".rstrip())
        lines.extend(" " * (left + 2) + line for line in helps)
    return "\n".join(lines) + "\n"


def _examples(terminal: Terminal, examples: Sequence[tuple[str, str]]) -> str:
    lines = [terminal.style("strong", "Examples:", on_error=False)]
    for line, meaning in examples:
        lines.extend((f"  {line}", f"      {meaning}"))
    return "\n".join(lines) + "\n"


def _wrap(text: str, width: int) -> str:
    """Words in lines of at most `width`; a longer word has a line of its own."""
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > width:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".lstrip()
    return "\n".join(lines)


def _first_upper(text: str) -> str:
    return text[:1].upper() + text[1:]
