"""Completion scripts for bash, zsh, fish and PowerShell, made from the table; running, they ask clutch nothing."""

from __future__ import annotations

from collections.abc import Sequence

from clutch.base.values import NamedTuple
from clutch.cli.command import Flag
from clutch.cli.flags import BEFORE, EVERYWHERE, FOLDER, JSON
from clutch.cli.main import load_command
from clutch.cli.table import ALIASES, COMMANDS, heads, under

SHELLS = ("bash", "zsh", "fish", "powershell")


class _Verb(NamedTuple):
    """One verb as the scripts need it; `choices` are the words that its first positional takes."""

    verb: str
    summary: str
    flags: tuple[Flag, ...]
    choices: tuple[str, ...]
    has_rest: bool


def render_completion(shell: str) -> str:
    """The script for one of `SHELLS`; imports every command."""
    renderers = {"bash": _bash, "zsh": _zsh, "fish": _fish, "powershell": _powershell}
    return renderers[shell](_verbs())


def _verbs() -> tuple[_Verb, ...]:
    verbs = []
    for verb, _, summary, _ in COMMANDS:
        command = load_command(verb)
        flags = (*command.flags, *((JSON,) if command.has_json else ()), *EVERYWHERE)
        first = command.positionals[0] if command.positionals else None
        choices = first.choices if first else ()
        if verb == "help":
            choices = _first_words()
        has_rest = bool(command.positionals) and command.positionals[-1].arity == "rest"
        shown = tuple(flag for flag in flags if not flag.hidden)
        verbs.append(_Verb(verb, summary, shown, choices, has_rest))
    return tuple(verbs)


def _first_words() -> tuple[str, ...]:
    return tuple(dict.fromkeys(verb.split()[0] for verb, *_ in COMMANDS))


def _spellings(flags: Sequence[Flag]) -> list[str]:
    """The visible spellings: `-G --group`."""
    found = []
    for flag in flags:
        found.extend([flag.short] if flag.short else [])
        found.append(flag.long)
    return found


def _taking_values(flags: Sequence[Flag]) -> list[str]:
    return list(dict.fromkeys(_spellings([flag for flag in flags if flag.value])))


def _all_taking_values(verbs: Sequence[_Verb]) -> list[str]:
    """Every spelling that takes a value in some verb and is a switch in none."""
    flags = [flag for each in verbs for flag in each.flags]
    switches = set(_spellings([flag for flag in flags if not flag.value]))
    return [name for name in _taking_values([FOLDER, *flags]) if name not in switches]


def _aliases() -> list[tuple[str, str]]:
    """The words of other tools that a script can recognise, with the verbs that they mean."""
    return [
        (word, verb)
        for word, verb in ALIASES.items()
        if word not in heads() and (" " not in word or word.split()[0] in heads())
    ]


def _alias_cases() -> str:
    return "\n".join(f"        '{word}') verb='{verb}' ;;" for word, verb in _aliases())


def _bash(verbs: Sequence[_Verb]) -> str:
    before = _spellings(BEFORE)
    cases = [f"        '') words='{' '.join([*_first_words(), *before])}' ;;"]
    cases.extend(f"        {head}) words='{' '.join(under(head))}' ;;" for head in heads())
    choices = [f"        *' {flag.long}') words='{' '.join(flag.choices)}' ;;" for flag in EVERYWHERE if flag.choices]
    for each in verbs:
        words = " ".join([*each.choices, *_spellings(each.flags)])
        cases.append(f"        '{each.verb}') words='{words}' ;;")
        own = [flag for flag in each.flags if flag not in EVERYWHERE]
        for flag in own:
            if flag.choices:
                choices.append(f"        '{each.verb} {flag.long}') words='{' '.join(flag.choices)}' ;;")
    rest = "|".join(f"'{each.verb}'" for each in verbs if each.has_rest)
    return _BASH.format(
        values="|".join(_all_taking_values(verbs)),
        heads="|".join(heads()),
        rest=rest,
        aliases=_alias_cases(),
        cases="\n".join(cases),
        choices="\n".join(choices),
    )


def _zsh(verbs: Sequence[_Verb]) -> str:
    lines = [f"            {_zsh_item(word, summary)}" for word, summary in _first_summaries()]
    cases = []
    for head in heads():
        items = " ".join(
            _zsh_item(each.verb.split()[1], each.summary) for each in verbs if each.verb.startswith(f"{head} ")
        )
        cases.append(f"        {head}) items=({items}) ;;")
    choices = [f"        *' {flag.long}') values=({' '.join(flag.choices)}) ;;" for flag in EVERYWHERE if flag.choices]
    for each in verbs:
        items = " ".join(_zsh_item(name, flag.help) for flag in each.flags for name in _spellings([flag]))
        words = f"; items=({' '.join(_zsh_item(word, '') for word in each.choices)})" if each.choices else ""
        cases.append(f"        '{each.verb}') options=({items}){words} ;;")
        for flag in each.flags:
            if flag.choices and flag not in EVERYWHERE:
                choices.append(f"        '{each.verb} {flag.long}') values=({' '.join(flag.choices)}) ;;")
    return _ZSH.format(
        values="|".join(_all_taking_values(verbs)),
        heads="|".join(heads()),
        rest="|".join(f"'{each.verb}'" for each in verbs if each.has_rest),
        aliases=_alias_cases(),
        first="\n".join(lines),
        before=" ".join(_zsh_item(name, flag.help) for flag in BEFORE for name in _spellings([flag])),
        cases="\n".join(cases),
        choices="\n".join(choices),
    )


def _first_summaries() -> list[tuple[str, str]]:
    """First words with their help; a head is told by what stands below it."""
    found: dict[str, str] = {}
    for verb, _, summary, _ in COMMANDS:
        first = verb.split()[0]
        found.setdefault(first, summary if first == verb else ", ".join(under(first)))
    return list(found.items())


def _zsh_item(name: str, text: str) -> str:
    return _quote(f"{name}:{text.replace(':', chr(92) + ':')}" if text else name)


def _quote(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def _fish_quote(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _fish(verbs: Sequence[_Verb]) -> str:
    aliases = "\n".join(f"        case '{word}'\n            set verb {verb}" for word, verb in _aliases())
    lines = [_FISH.format(values=" ".join(_all_taking_values(verbs)), heads=" ".join(heads()), aliases=aliases)]
    for word, summary in _first_summaries():
        lines.append(f"complete -c clutch -n '__clutch_at \"\"' -f -a {word} -d {_fish_quote(summary)}")
    lines.extend(_fish_flag('""', flag) for flag in BEFORE)
    for each in verbs:
        head, _, second = each.verb.partition(" ")
        if second:
            lines.append(f"complete -c clutch -n '__clutch_at {head}' -f -a {second} -d {_fish_quote(each.summary)}")
        if each.choices:
            lines.append(f"complete -c clutch -n '__clutch_at \"{each.verb}\"' -f -a '{' '.join(each.choices)}'")
        lines.extend(_fish_flag(f'"{each.verb}"', flag) for flag in each.flags)
    return "\n".join(lines) + "\n"


def _fish_flag(place: str, flag: Flag) -> str:
    parts = [f"complete -c clutch -n '__clutch_at {place}'"]
    if flag.short:
        parts.append(f"-s {flag.short[1:]}")
    parts.append(f"-l {flag.long[2:]}")
    if flag.choices:
        parts.append(f"-x -a '{' '.join(flag.choices)}'")
    elif flag.value:
        parts.append("-r")
    parts.append(f"-d {_fish_quote(flag.help)}")
    return " ".join(parts)


def _powershell(verbs: Sequence[_Verb]) -> str:
    before = _spellings(BEFORE)
    entries = {"": [*_first_words(), *before]}
    entries.update({head: list(under(head)) for head in heads()})
    entries.update({each.verb: [*each.choices, *_spellings(each.flags)] for each in verbs})
    entries.update({word: entries[verb] for word, verb in _aliases()})
    table = "\n".join(
        f"        '{verb}' = @({', '.join(_quote_powershell(word) for word in words)})"
        for verb, words in entries.items()
    )
    return _POWERSHELL.format(
        table=table,
        values=", ".join(_quote_powershell(name) for name in _all_taking_values(verbs)),
        heads=", ".join(_quote_powershell(head) for head in heads()),
    )


def _quote_powershell(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


_BASH = """\
# bash completion for clutch
_clutch() {{
    local current="${{COMP_WORDS[COMP_CWORD]}}" before="${{COMP_WORDS[COMP_CWORD-1]}}"
    local verb='' ended='' words='' word='' at=1
    COMPREPLY=()
    while [ "$at" -lt "$COMP_CWORD" ]; do
        word="${{COMP_WORDS[at]}}"
        case "$word" in
            {values}) at=$((at + 1)) ;;
            -*) ;;
            *)
                case "$verb" in
                    '') verb="$word" ;;
                    {heads}) verb="$verb $word" ;;
                    *) ended=yes ;;
                esac
                ;;
        esac
        at=$((at + 1))
    done
    case "$verb" in
{aliases}
    esac
    case "$verb$ended" in
        {rest}yes) return ;;
    esac
    case "$verb" in
{cases}
    esac
    case "$before" in
        {values}) words='' ;;
    esac
    case "$verb $before" in
{choices}
    esac
    for word in $words; do
        case "$word" in
            -*) case "$current" in -*) ;; *) continue ;; esac ;;
        esac
        case "$word" in
            "$current"*) COMPREPLY+=("$word") ;;
        esac
    done
}}
complete -o bashdefault -o default -F _clutch clutch
"""

_ZSH = """\
#compdef clutch
# zsh completion for clutch
_clutch() {{
    local verb='' ended='' word='' before="${{words[CURRENT-1]}}"
    local -i at=2
    local -a items options values
    while (( at < CURRENT )); do
        word="${{words[at]}}"
        case "$word" in
            {values}) (( at++ )) ;;
            -*) ;;
            *)
                case "$verb" in
                    '') verb="$word" ;;
                    {heads}) verb="$verb $word" ;;
                    *) ended=yes ;;
                esac
                ;;
        esac
        (( at++ ))
    done
    case "$verb" in
{aliases}
    esac
    case "$verb$ended" in
        {rest}yes) _files; return ;;
    esac
    case "$verb $before" in
{choices}
    esac
    if (( $#values )); then
        compadd -a values
        return
    fi
    case "$before" in
        {values}) _files; return ;;
    esac
    case "$verb" in
        '')
            items=(
{first}
            )
            options=({before})
            ;;
{cases}
    esac
    if [[ "${{words[CURRENT]}}" == -* ]]; then
        _describe -o 'option' options
    elif (( $#items )); then
        _describe 'command' items
    else
        _files
    fi
}}
if [ "$funcstack[1]" = "_clutch" ]; then
    _clutch "$@"
else
    compdef _clutch clutch
fi
"""

_FISH = """\
# fish completion for clutch
function __clutch_at
    set -l verb
    set -l skip no
    for word in (commandline -opc)[2..-1]
        if test $skip = yes
            set skip no
            continue
        end
        if contains -- $word {values}
            set skip yes
        else if not string match -q -- '-*' $word
            if test (count $verb) -eq 0
                set verb $word
            else if test (count $verb) -eq 1; and contains -- $verb[1] {heads}
                set -a verb $word
            end
        end
    end
    switch "$verb"
{aliases}
    end
    test "$verb" = "$argv[1]"
end
"""

_POWERSHELL = """\
# PowerShell completion for clutch
Register-ArgumentCompleter -Native -CommandName 'clutch' -ScriptBlock {{
    param($wordToComplete, $commandAst, $cursorPosition)
    $table = @{{
{table}
    }}
    $takesValue = @({values})
    $heads = @({heads})
    $verb = ''
    $skip = $true
    foreach ($element in $commandAst.CommandElements) {{
        $word = $element.Extent.Text
        if ($element.Extent.EndOffset -ge $cursorPosition -and $word -eq $wordToComplete) {{ break }}
        if ($skip) {{ $skip = $false; continue }}
        if ($takesValue -ccontains $word) {{ $skip = $true; continue }}
        if ($word.StartsWith('-')) {{ continue }}
        if ($verb -eq '') {{ $verb = $word }}
        elseif ($heads -ccontains $verb) {{ $verb = "$verb $word" }}
    }}
    if ($table.ContainsKey($verb)) {{
        $table[$verb] | Where-Object {{ $_ -like "$wordToComplete*" }} | ForEach-Object {{
            [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
        }}
    }}
}}
"""
