"""`clutch completion`."""

from __future__ import annotations

import os

from clutch.base.errors import UsageError
from clutch.cli.command import Command, Invocation, Positional
from clutch.cli.completion import SHELLS, render_completion


def _run(invocation: Invocation) -> int:
    shell = invocation.arguments.word("SHELL")
    if not shell:
        shell = os.path.basename(invocation.session.surroundings.environ.get("SHELL", ""))
        if shell not in SHELLS:
            message = "`clutch completion` needs the name of a shell: bash, zsh, fish or powershell"
            raise UsageError("missing-argument", message, subject="SHELL")
    invocation.terminal.write_out(render_completion(shell))
    return 0


COMMANDS = {
    "completion": Command(
        run=_run,
        description="Prints a script that the shell reads. Without SHELL it is the one that the variable SHELL names.",
        positionals=(Positional("SHELL", "the shell", "optional", SHELLS),),
        examples=(
            ('eval "$(clutch completion bash)"', "in ~/.bashrc"),
            ('eval "$(clutch completion zsh)"', "in ~/.zshrc, after compinit"),
            ("clutch completion fish | source", "in ~/.config/fish/config.fish"),
            ("clutch completion powershell | Out-String | Invoke-Expression", "in the file that $PROFILE names"),
        ),
    )
}
