"""The files of a new project, as text."""

from __future__ import annotations

import keyword

from clutch.base.values import NamedTuple
from clutch.project.toml_text import quote

KINDS = ("app", "lib", "bare")
_BUILD = '[build-system]\nrequires = ["flit_core>=3.11,<4"]\nbuild-backend = "flit_core.buildapi"\n'
_IGNORED = "__pycache__/\n*.pyc\n.venv/\n.clutch/\n.pytest_cache/\nbuild/\ndist/\n"


class NewFile(NamedTuple):
    """One file to write: path below the project's folder with forward slashes, and its text."""

    path: str
    text: str


def project_files(name: str, kind: str, python: str, description: str = "") -> tuple[NewFile, ...]:
    """The files for a project of this kind (`app`, `lib`, `bare`), sorted by path.

    `name` is written as given; `python` is the requires-python text. An application has a command and `python -m`; a
    library is typed; `bare` is the manifest alone.
    """
    assert kind in KINDS, kind
    if kind == "bare":
        return (NewFile("pyproject.toml", _bare_manifest(name, python, description)),)
    module = module_name(name)
    files = [
        NewFile(".gitignore", _IGNORED),
        NewFile("README.md", _readme(name, kind, module, description)),
        NewFile("pyproject.toml", _manifest(name, kind, module, python, description)),
    ]
    if kind == "app":
        files += [
            NewFile(f"src/{module}/__init__.py", _docstring(name, description)),
            NewFile(f"src/{module}/__main__.py", _main(name)),
            NewFile("tests/test_main.py", _app_test(module)),
        ]
    else:
        files += [
            NewFile(f"src/{module}/__init__.py", _docstring(name, description) + _GREETING),
            NewFile(f"src/{module}/py.typed", ""),
            NewFile(f"tests/test_{module}.py", _lib_test(module)),
        ]
    return tuple(sorted(files))


def module_name(name: str) -> str:
    """The import name for a project's name: lower case, `_` for what an identifier cannot hold, no keyword."""
    module = "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in name.lower())
    if module[:1].isdigit():
        module = f"_{module}"
    return f"{module}_" if keyword.iskeyword(module) or module in ("test", "tests") else module


_GREETING = '''

def greet(name: str) -> str:
    """A friendly sentence for `name`."""
    return f"Hello, {name}!"
'''


def _head(name: str, python: str, description: str) -> str:
    lines = ["[project]", f"name = {quote(name)}", 'version = "0.1.0"']
    if description:
        lines.append(f"description = {quote(description)}")
    return "\n".join([*lines, f"requires-python = {quote(python)}"]) + "\n"


def _bare_manifest(name: str, python: str, description: str) -> str:
    return f"{_head(name, python, description)}dependencies = []\n"


def _manifest(name: str, kind: str, module: str, python: str, description: str) -> str:
    described = description or f"{name}, made with clutch."
    head = _head(name, python, described).replace("\nrequires-python", '\nreadme = "README.md"\nrequires-python')
    scripts = f"\n[project.scripts]\n{name} = {quote(f'{module}.__main__:main')}\n" if kind == "app" else ""
    dotted = f"{name.split('.')[0]}" if "." in name else ""
    scripts = scripts.replace(f"\n{name} =", f"\n{quote(name)} =") if dotted else scripts
    flit = f"\n[tool.flit.module]\nname = {quote(module)}\n" if module != name.replace("-", "_") else ""
    tests = '\n[tool.pytest.ini_options]\ntestpaths = ["tests"]\n'
    return f'{head}dependencies = []\n{scripts}\n[dependency-groups]\ndev = ["pytest"]\n\n{_BUILD}{flit}{tests}'


def _readme(name: str, kind: str, module: str, description: str) -> str:
    use = (
        f"clutch run {name}"
        if kind == "app"
        else f"clutch run python -c \"import {module}; print({module}.greet('you'))\""
    )
    about = f"\n{description}\n" if description else ""
    return f"# {name}\n{about}\n    {use}\n    clutch run pytest\n"


def _docstring(name: str, description: str) -> str:
    text = (description or name).replace("\\", " ").replace('"', "'").strip()
    return f'"""{text}{"" if text.endswith(".") else "."}"""\n'


def _main(name: str) -> str:
    return f'''"""The command line of {name}."""


def main() -> None:
    """Say hello."""
    print("Hello from {name}!")


if __name__ == "__main__":
    main()
'''


def _app_test(module: str) -> str:
    return f"""from {module}.__main__ import main


def test_main_says_hello(capsys):
    main()
    assert "Hello" in capsys.readouterr().out
"""


def _lib_test(module: str) -> str:
    return f"""from {module} import greet


def test_greet_names_the_person():
    assert greet("you") == "Hello, you!"
"""
