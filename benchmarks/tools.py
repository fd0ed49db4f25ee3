"""How each tool is called: one class a tool, from the table `TOOLS`."""

from __future__ import annotations

import json
import os
import re
import sys
import tomllib
from pathlib import Path

PEERS = Path(os.environ.get("BENCH_PEERS") or Path.home() / ".cache" / "clutch-benchmarks" / "peers")
PYTHON = os.path.realpath(getattr(sys, "_base_executable", sys.executable))
REQUIREMENT = {"uv": "uv", "poetry": "poetry", "pdm": "pdm[locked]", "pip": "pip", "nab": "nab"}
"""What `setup` installs for each peer."""


class Tool:
    """One tool in one project folder; a command is None where a tool has no such thing."""

    name = ""
    lockfile = ""
    locked_pattern = r"^\[\[packages?\]\]"

    def __init__(self, folder: Path, cache: Path, index: str):
        self.folder, self.cache, self.index = folder, cache, index

    @property
    def program(self) -> str:
        return str(PEERS / self.name / "bin" / self.name)

    def prepare(self, problem: str) -> None:
        """Writes the project."""
        (self.folder / "pyproject.toml").write_text(problem + self.settings())

    def settings(self) -> str:
        """What the tool needs to stand in pyproject.toml."""
        return ""

    def variables(self) -> dict[str, str]:
        return {}

    def version(self) -> list[str] | None:
        return [self.program, "--version"]

    def lock(self) -> list[str] | None:
        return [self.program, "lock"]

    def sync(self) -> list[str] | None:
        return [self.program, "sync"]

    def run(self) -> list[str] | None:
        return [self.program, "run", "true"]

    def count_locked(self) -> int:
        """How many packages the lock has."""
        text = (self.folder / self.lockfile).read_text()
        return len(re.findall(self.locked_pattern, text, re.MULTILINE))


class Clutch(Tool):
    name = "clutch"
    lockfile = "pylock.toml"

    @property
    def program(self) -> str:
        return os.environ.get("CLUTCH") or "clutch"

    def variables(self) -> dict[str, str]:
        return {"CLUTCH_CACHE_DIR": str(self.cache), "CLUTCH_DEFAULT_INDEX": self.index, "CLUTCH_PYTHON": PYTHON}


class Uv(Tool):
    name = "uv"
    lockfile = "uv.lock"

    def variables(self) -> dict[str, str]:
        return {
            "UV_CACHE_DIR": str(self.cache),
            "UV_DEFAULT_INDEX": self.index,
            "UV_PYTHON": PYTHON,
            "UV_PYTHON_DOWNLOADS": "never",
        }


class Poetry(Tool):
    name = "poetry"
    lockfile = "poetry.lock"

    def variables(self) -> dict[str, str]:
        return {
            "POETRY_CACHE_DIR": str(self.cache),
            "POETRY_VIRTUALENVS_IN_PROJECT": "true",
            "POETRY_NO_INTERACTION": "1",
        }

    def settings(self) -> str:
        source = f'[[tool.poetry.source]]\nname = "replay"\nurl = "{self.index}"\npriority = "primary"\n'
        return f"\n[tool.poetry]\npackage-mode = false\n\n{source}"


class Pdm(Tool):
    name = "pdm"
    lockfile = "pdm.lock"

    def variables(self) -> dict[str, str]:
        return {"PDM_CACHE_DIR": str(self.cache), "XDG_CACHE_HOME": str(self.cache), "PDM_CHECK_UPDATE": "0"}

    def settings(self) -> str:
        return f'\n[tool.pdm]\ndistribution = false\n\n[[tool.pdm.source]]\nname = "pypi"\nurl = "{self.index}"\n'


class Pip(Tool):
    """A report of a dry run stands for the lock, `install --no-deps` into a new environment for the sync."""

    name = "pip"
    lockfile = "report.json"

    @property
    def program(self) -> str:
        return str(PEERS / "pip" / "bin" / "python")

    def prepare(self, problem: str) -> None:
        wanted = tomllib.loads(problem)["project"]["dependencies"]
        (self.folder / "wanted.txt").write_text("\n".join(wanted) + "\n")

    def _pip(self, *words: str) -> list[str]:
        return [self.program, "-m", "pip", *words, "-q", "--index-url", self.index, "--cache-dir", str(self.cache)]

    def version(self) -> list[str]:
        return [self.program, "-m", "pip", "--version"]

    def lock(self) -> list[str]:
        return [*self._pip("install"), "--dry-run", "--ignore-installed", "--report", self.lockfile, "-r", "wanted.txt"]

    def sync(self) -> list[str]:
        packages = json.loads((self.folder / self.lockfile).read_text())["install"]
        pins = [f"{found['metadata']['name']}=={found['metadata']['version']}" for found in packages]
        (self.folder / "pins.txt").write_text("\n".join(pins) + "\n")
        install = [*self._pip("--python", ".venv/bin/python", "install"), "--no-deps", "-r", "pins.txt"]
        make = f"test -d .venv || {PYTHON} -m venv --without-pip .venv"
        return ["sh", "-c", f"{make}; exec {' '.join(install)}"]

    def run(self) -> None:
        return None

    def count_locked(self) -> int:
        return len(json.loads((self.folder / self.lockfile).read_text())["install"])


class Nab(Tool):
    """Resolves and locks, and installs nothing."""

    name = "nab"
    lockfile = "pylock.toml"

    def settings(self) -> str:
        return f'\n[[tool.nab.indexes]]\nname = "replay"\nurl = "{self.index}"\n'

    def lock(self) -> list[str]:
        return [self.program, "lock", "--cache-dir", str(self.cache)]

    def sync(self) -> None:
        return None

    def run(self) -> None:
        return None


TOOLS: dict[str, type[Tool]] = {tool.name: tool for tool in (Clutch, Uv, Poetry, Pdm, Pip, Nab)}
