import pytest

from clutch.python.activation import render_scripts


def test_every_shell_has_its_script() -> None:
    assert sorted(render_scripts("/r", "p", "bin")) == [
        "Activate.ps1",
        "activate",
        "activate.bat",
        "activate.csh",
        "activate.fish",
        "activate.nu",
        "activate.xsh",
        "deactivate.bat",
    ]


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("activate", "VIRTUAL_ENV='/it'\\''s \"$x\"'"),
        ("activate.fish", "set -gx VIRTUAL_ENV '/it\\'s \"$x\"'"),
        ("activate.csh", "setenv VIRTUAL_ENV '/it'\\''s \"$x\"'"),
        ("Activate.ps1", "$env:VIRTUAL_ENV = '/it''s \"$x\"'"),
        ("activate.nu", '    let root = "/it\'s \\"$x\\""'),
        ("activate.xsh", '$VIRTUAL_ENV = "/it\'s \\"$x\\""'),
    ],
)
def test_paths_are_quoted_for_their_shell(name: str, line: str) -> None:
    assert line in render_scripts('/it\'s "$x"', "p", "bin")[name].split("\n")


def test_batch_files_have_windows_line_ends_and_no_live_letters() -> None:
    text = render_scripts("C:\\100%", "a&b%", "Scripts")["activate.bat"]
    assert 'set "VIRTUAL_ENV=C:\\100%%"\r\n' in text
    assert 'set "VIRTUAL_ENV_PROMPT=a_b%%"\r\n' in text
    assert "\n" not in text.replace("\r\n", "")
