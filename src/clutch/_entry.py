"""Process start: `--version`, `run`, `sync` and `lock` with nothing to do, and for all else the command line.

Imports next to nothing: the budget is 25 ms over an interpreter that does nothing (docs: internals/performance).
"""

from __future__ import annotations

import sys


def main() -> int:
    """Runs the command line of this process and gives the exit code; a warm `run` does not come back."""
    words = sys.argv[1:]
    if words in (["--version"], ["-V"]):
        from clutch.cli.release import VERSION

        try:
            sys.stdout.write(f"clutch {VERSION}\n")
            sys.stdout.flush()
        except (OSError, AttributeError):  # a full disk, a lost reader, or no standard output: explained below
            words = ["version"]
        else:
            return 0
    try:
        if words[:1] in (["run"], ["lock"], ["sync"]):
            from clutch.cli.warm import run_warm, still_sentence

            if words[0] == "run":
                run_warm(words[1:])
            elif (sentence := still_sentence(words)) is not None:
                _say(sentence)
                return 0
        from clutch.cli.main import main as run_command_line

        return run_command_line(words)
    except KeyboardInterrupt:  # Ctrl-C before the command line could take care of it
        return 130


def _say(sentence: str) -> None:
    try:
        if sentence:
            sys.stderr.write(f"{sentence}\n")
            sys.stderr.flush()
    except (OSError, AttributeError):  # nobody can read it
        return
