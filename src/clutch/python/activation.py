"""Texts of the scripts that put an environment first on a shell's PATH; each undoes itself by `deactivate`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

_SH = """\
# Source this file from sh, bash, zsh or ksh:  . {scripts}/activate
# shellcheck shell=sh disable=SC3043

deactivate () {{
    if [ -n "${{CLUTCH_SAVED_PATH+x}}" ]; then
        PATH="$CLUTCH_SAVED_PATH"
        export PATH
        unset CLUTCH_SAVED_PATH
    fi
    if [ -n "${{CLUTCH_SAVED_PYTHONHOME+x}}" ]; then
        PYTHONHOME="$CLUTCH_SAVED_PYTHONHOME"
        export PYTHONHOME
        unset CLUTCH_SAVED_PYTHONHOME
    fi
    if [ -n "${{CLUTCH_SAVED_PS1+x}}" ]; then
        PS1="$CLUTCH_SAVED_PS1"
        unset CLUTCH_SAVED_PS1
    fi
    unset VIRTUAL_ENV VIRTUAL_ENV_PROMPT
    hash -r 2>/dev/null || true
    if [ "${{1:-}}" != "keep" ]; then
        unset -f deactivate
    fi
}}

deactivate keep

VIRTUAL_ENV={root}
VIRTUAL_ENV_PROMPT={prompt}
export VIRTUAL_ENV VIRTUAL_ENV_PROMPT

CLUTCH_SAVED_PATH="${{PATH-}}"
PATH="$VIRTUAL_ENV/{scripts}${{PATH:+:$PATH}}"
export PATH

if [ -n "${{PYTHONHOME+x}}" ]; then
    CLUTCH_SAVED_PYTHONHOME="$PYTHONHOME"
    unset PYTHONHOME
fi
if [ -z "${{VIRTUAL_ENV_DISABLE_PROMPT-}}" ] && [ -n "${{PS1-}}" ]; then
    CLUTCH_SAVED_PS1="$PS1"
    PS1="($VIRTUAL_ENV_PROMPT) $PS1"
fi
hash -r 2>/dev/null || true
"""

_FISH = """\
# Source this file from fish:  source {scripts}/activate.fish

function deactivate -d "leave the environment"
    if set -q CLUTCH_SAVED_PATH
        set -gx PATH $CLUTCH_SAVED_PATH
        set -e CLUTCH_SAVED_PATH
    end
    if set -q CLUTCH_SAVED_PYTHONHOME
        set -gx PYTHONHOME $CLUTCH_SAVED_PYTHONHOME
        set -e CLUTCH_SAVED_PYTHONHOME
    end
    if functions -q _clutch_saved_prompt
        functions -e fish_prompt
        functions -c _clutch_saved_prompt fish_prompt
        functions -e _clutch_saved_prompt
    end
    set -e VIRTUAL_ENV
    set -e VIRTUAL_ENV_PROMPT
    if test "$argv[1]" != keep
        functions -e deactivate
    end
end

deactivate keep

set -gx VIRTUAL_ENV {root}
set -gx VIRTUAL_ENV_PROMPT {prompt}
set -g CLUTCH_SAVED_PATH $PATH
set -gx PATH "$VIRTUAL_ENV/{scripts}" $PATH

if set -q PYTHONHOME
    set -g CLUTCH_SAVED_PYTHONHOME $PYTHONHOME
    set -e PYTHONHOME
end
if test -z "$VIRTUAL_ENV_DISABLE_PROMPT"; and functions -q fish_prompt
    functions -c fish_prompt _clutch_saved_prompt
    function fish_prompt
        # The saved prompt may show the status of the last command.
        set -l last_status $status
        printf '(%s) ' $VIRTUAL_ENV_PROMPT
        sh -c "exit $last_status"
        _clutch_saved_prompt
    end
end
"""

_CSH = """\
# Source this file from csh or tcsh:  source {scripts}/activate.csh

alias deactivate 'test $?CLUTCH_SAVED_PATH != 0 && setenv PATH "$CLUTCH_SAVED_PATH" && unset CLUTCH_SAVED_PATH; \
test $?CLUTCH_SAVED_PROMPT != 0 && set prompt="$CLUTCH_SAVED_PROMPT" && unset CLUTCH_SAVED_PROMPT; rehash; \
unsetenv VIRTUAL_ENV VIRTUAL_ENV_PROMPT; test "\\!:*" != "keep" && unalias deactivate'

deactivate keep

setenv VIRTUAL_ENV {root}
setenv VIRTUAL_ENV_PROMPT {prompt}
set CLUTCH_SAVED_PATH="$PATH"
setenv PATH "$VIRTUAL_ENV/{scripts}:$PATH"

if ( ! $?VIRTUAL_ENV_DISABLE_PROMPT && $?prompt ) then
    set CLUTCH_SAVED_PROMPT="$prompt"
    set prompt = "($VIRTUAL_ENV_PROMPT) $prompt"
endif
rehash
"""

_POWERSHELL = """\
# Run this file from PowerShell:  . {scripts}/Activate.ps1

function global:deactivate([switch] $Keep) {{
    if (Test-Path variable:global:ClutchSavedPath) {{
        $env:PATH = $global:ClutchSavedPath
        Remove-Variable -Name ClutchSavedPath -Scope global
    }}
    if (Test-Path variable:global:ClutchSavedPythonHome) {{
        $env:PYTHONHOME = $global:ClutchSavedPythonHome
        Remove-Variable -Name ClutchSavedPythonHome -Scope global
    }}
    if (Test-Path function:global:ClutchSavedPrompt) {{
        Copy-Item -Path function:global:ClutchSavedPrompt -Destination function:global:prompt
        Remove-Item -Path function:global:ClutchSavedPrompt
    }}
    foreach ($name in "VIRTUAL_ENV", "VIRTUAL_ENV_PROMPT") {{
        if (Test-Path "env:$name") {{ Remove-Item -Path "env:$name" }}
    }}
    if (-not $Keep) {{ Remove-Item -Path function:global:deactivate }}
}}

deactivate -Keep

$env:VIRTUAL_ENV = {root}
$env:VIRTUAL_ENV_PROMPT = {prompt}
$global:ClutchSavedPath = $env:PATH
$env:PATH = (Join-Path $env:VIRTUAL_ENV {scripts_quoted}) + [System.IO.Path]::PathSeparator + $env:PATH

if (Test-Path env:PYTHONHOME) {{
    $global:ClutchSavedPythonHome = $env:PYTHONHOME
    Remove-Item -Path env:PYTHONHOME
}}
if (-not $env:VIRTUAL_ENV_DISABLE_PROMPT) {{
    Copy-Item -Path function:prompt -Destination function:global:ClutchSavedPrompt
    function global:prompt {{
        "($env:VIRTUAL_ENV_PROMPT) " + (ClutchSavedPrompt)
    }}
}}
"""

_CMD = """\
@echo off
rem Run this file from cmd.exe:  {scripts}\\activate.bat
if defined CLUTCH_SAVED_PATH set "PATH=%CLUTCH_SAVED_PATH%"
if defined CLUTCH_SAVED_PROMPT set "PROMPT=%CLUTCH_SAVED_PROMPT%"
set "VIRTUAL_ENV={root}"
set "VIRTUAL_ENV_PROMPT={prompt}"
set "CLUTCH_SAVED_PATH=%PATH%"
set "PATH=%VIRTUAL_ENV%\\{scripts};%PATH%"
if defined PYTHONHOME set "CLUTCH_SAVED_PYTHONHOME=%PYTHONHOME%"
set PYTHONHOME=
if defined VIRTUAL_ENV_DISABLE_PROMPT goto :eof
if not defined PROMPT set "PROMPT=$P$G"
set "CLUTCH_SAVED_PROMPT=%PROMPT%"
set "PROMPT=(%VIRTUAL_ENV_PROMPT%) %PROMPT%"
"""

_CMD_LEAVE = """\
@echo off
if defined CLUTCH_SAVED_PATH set "PATH=%CLUTCH_SAVED_PATH%"
if defined CLUTCH_SAVED_PROMPT set "PROMPT=%CLUTCH_SAVED_PROMPT%"
if defined CLUTCH_SAVED_PYTHONHOME set "PYTHONHOME=%CLUTCH_SAVED_PYTHONHOME%"
set CLUTCH_SAVED_PATH=
set CLUTCH_SAVED_PROMPT=
set CLUTCH_SAVED_PYTHONHOME=
set VIRTUAL_ENV=
set VIRTUAL_ENV_PROMPT=
"""

_NU = """\
# Use this file from Nushell:  overlay use {scripts}/activate.nu   (leave by: deactivate)
export-env {{
    let root = {root}
    $env.VIRTUAL_ENV = $root
    $env.VIRTUAL_ENV_PROMPT = {prompt}
    $env.PATH = ($env.PATH | prepend ($root | path join {scripts_quoted}))
}}

export alias deactivate = overlay hide activate
"""

_XONSH = """\
# Source this file from xonsh:  source {scripts}/activate.xsh
def _clutch_deactivate(arguments):
    saved = __xonsh__.env.get("CLUTCH_SAVED_PATH")
    if saved:
        $PATH = list(saved)
    for name in ("CLUTCH_SAVED_PATH", "VIRTUAL_ENV", "VIRTUAL_ENV_PROMPT"):
        if name in __xonsh__.env:
            del __xonsh__.env[name]
    aliases.pop("deactivate", None)

_clutch_deactivate(())
aliases["deactivate"] = _clutch_deactivate
$VIRTUAL_ENV = {root}
$VIRTUAL_ENV_PROMPT = {prompt}
$CLUTCH_SAVED_PATH = list($PATH)
$PATH.insert(0, {root} + "/{scripts}")
"""


def render_scripts(root: str, prompt: str, scripts: str) -> Mapping[str, str]:
    """File name to text of every activation script of the environment at `root`, quoted for its shell.

    `scripts` is the folder of executables relative to the root (`bin`, `Scripts`).
    """
    plain = prompt.replace("\n", " ")
    batch_root, batch_prompt = root.replace("%", "%%"), _batch(plain)
    return {
        "activate": _fill(_SH, _sh, root, plain, scripts),
        "activate.fish": _fill(_FISH, _fish, root, plain, scripts),
        "activate.csh": _fill(_CSH, _csh, root, plain, scripts),
        "activate.nu": _fill(_NU, _double, root, plain, scripts),
        "activate.xsh": _fill(_XONSH, _double, root, plain, scripts),
        "Activate.ps1": _fill(_POWERSHELL, _powershell, root, plain, scripts),
        "activate.bat": _CMD.format(root=batch_root, prompt=batch_prompt, scripts=scripts).replace("\n", "\r\n"),
        "deactivate.bat": _CMD_LEAVE.replace("\n", "\r\n"),
    }


def _fill(template: str, quote: Callable[[str], str], root: str, prompt: str, scripts: str) -> str:
    return template.format(root=quote(root), prompt=quote(prompt), scripts=scripts, scripts_quoted=quote(scripts))


def _sh(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def _fish(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _csh(text: str) -> str:
    # History is expanded even inside single quotes.
    return _sh(text).replace("!", "\\!")


def _powershell(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _double(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _batch(text: str) -> str:
    return "".join("_" if letter in '"&|<>^' else letter for letter in text).replace("%", "%%")
