"""The official installer of clutch: one isolated installation, its demonstration, its tests, its removal.

    python3 install.py [--prefix DIR] [--python PYTHON]    install, or say what is kept
    python3 install.py demo                                install, then run the main job on real packages
    python3 install.py test [PYTEST ARGUMENTS]             set up what the tests need and run them
    python3 install.py uninstall                           remove all of it

Standard library only, and it runs on any Python from 3.8; clutch itself needs 3.11, which is looked for. Indexes,
proxies and certificates are pip's: its variables and its configuration files hold.

What is where: `PREFIX/lib/clutch/VERSION-N/` is an environment of its own for each installation, complete once it holds
`clutch-installation.toml`; `PREFIX/bin/clutch` is a launcher that names one of them. A new environment is made beside
the old one, and replacing the launcher is what switches over: an installation is before or after, never between.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Iterator, NamedTuple

HERE = Path(__file__).resolve().parent
OLDEST = (3, 11)
IS_WINDOWS = os.name == "nt"
SETTINGS = "clutch-installation.toml"  # also the mark of a complete environment: written last
STATE = "installation.json"
MISPLACING = ("PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_PYTHON")  # where pip puts things is ours to say
LONGEST_SHEBANG = 120  # Linux kernels before 5.1 cut at 127 bytes

PROBE = """
import importlib.util as u, json, sys
print(json.dumps([sys.version_info[:3], getattr(sys, "_base_executable", None) or sys.executable,
    all(map(u.find_spec, ("venv", "ensurepip"))), u.find_spec("pip") is not None]))
"""
SITE_FOLDERS = """
import json, os, sysconfig
folders = [sysconfig.get_path("purelib"), sysconfig.get_path("platlib")]
print(json.dumps(folders[:1] if os.path.samefile(*folders) else folders))
"""
DEFAULT_INDEX = """
from distlib.index import DEFAULT_INDEX
from urllib.parse import urlsplit
parts = urlsplit(DEFAULT_INDEX)
print(f"{parts.scheme}://{parts.netloc}/simple/")
"""
DEPENDENCIES = """
import json, sys, tomllib
table = tomllib.load(open(sys.argv[1], "rb"))
print(json.dumps(table["project"]["dependencies"] + table["dependency-groups"]["dev"]))
"""
WINDOWS_LAUNCHER = """
import sys
from distlib.scripts import ScriptMaker
maker = ScriptMaker(None, sys.argv[1])
maker.executable, maker.variants, maker.clobber = sys.argv[2], {""}, True
maker.script_template = sys.argv[3].replace("%", "%%")
maker.make("clutch = clutch._entry:main", {"interpreter_args": ["-IS"]})
"""
LAUNCHER = """\
import sys
sys.prefix = sys.exec_prefix = {root!r}
sys.path += {folders!r}
from clutch._entry import main
sys.exit(main())
"""

DEMO = (
    ("a new project, with a first test and an environment of its own", "clutch new hello"),
    ("", "cd hello"),
    ("two packages that it needs, resolved, locked and installed", "clutch add rich httpx"),
    ("what is installed, and for whom", "clutch tree"),
    ("why a package is there that nobody asked for", "clutch why certifi"),
    (
        "the program runs in the project's environment, without activating anything",
        "clutch run python -c \"import httpx, rich; rich.print(httpx.URL('https://index.example/').host)\"",
    ),
    ("the lock agrees with pyproject.toml, and the environment with the lock", "clutch lock --check"),
    ("", "clutch sync --check"),
)


class Failure(Exception):
    """What went wrong, in words for the person who typed the command."""


class Interpreter(NamedTuple):
    """A Python that was asked about itself."""

    path: str
    version: tuple[int, ...]
    has_venv: bool
    has_pip: bool

    @property
    def label(self) -> str:
        return "Python " + ".".join(map(str, self.version))


class Places(NamedTuple):
    """Every path that an installation uses; `link` is None with --prefix."""

    prefix: Path
    link: Path | None

    @property
    def home(self) -> Path:
        return self.prefix / "lib" / "clutch"

    @property
    def program(self) -> Path:
        return self.prefix / "bin" / ("clutch.exe" if IS_WINDOWS else "clutch")


def say(text: str) -> None:
    """Prints one line at once."""
    print(text, flush=True)


def data_folder() -> Path:
    """The user's data folder on this platform."""
    if IS_WINDOWS:
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    if os.environ.get("XDG_DATA_HOME"):
        return Path(os.environ["XDG_DATA_HOME"])
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support"
    return Path.home() / ".local" / "share"


def choose_places(prefix: str | None) -> Places:
    """The paths of an installation under a prefix, or the user's own."""
    if prefix:
        return Places(Path(os.path.abspath(os.path.expanduser(prefix))), None)
    link = None if IS_WINDOWS else Path.home() / ".local" / "bin" / "clutch"
    return Places(data_folder() / "clutch" / "installation", link)


# Running other programs ----------


def surroundings() -> dict[str, str]:
    """The caller's variables, without those that change where Python and pip put or find things."""
    dropped = (*MISPLACING, "PYTHONPATH", "PYTHONHOME", "__PYVENV_LAUNCHER__")
    return {name: value for name, value in os.environ.items() if name not in dropped}


def ask(python: str, script: str, *arguments: str) -> str:
    """What a script prints, run by that interpreter; Failure with its last words when it fails."""
    try:
        done = subprocess.run([python, "-I", "-c", script, *arguments], env=surroundings(), stdin=subprocess.DEVNULL,
                              capture_output=True, timeout=60)  # fmt: skip
    except (OSError, subprocess.SubprocessError) as error:
        raise Failure(f"`{python}` does not run: {error}") from error
    if done.returncode:
        raise Failure(f"`{python}` failed: {last_words(done.stderr)}")
    return done.stdout.decode()


def last_words(output: bytes, lines: int = 12) -> str:
    """The end of what a program said."""
    return "\n".join(output.decode(errors="replace").strip().splitlines()[-lines:])


def must(purpose: str, argv: list[str]) -> None:
    """Runs a command quietly; Failure with its last words when it fails."""
    done = subprocess.run(argv, env=surroundings(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)  # fmt: skip
    if done.returncode:
        raise Failure(f"could not {purpose}:\n{last_words(done.stdout)}")


def pip_install(chosen: Interpreter, python: str, what: list[str]) -> None:
    """Installs with the environment's own pip, or with the interpreter's where the environment has none."""
    pip = [python, "-I", "-m", "pip"]
    if not chosen.has_venv:
        pip = [chosen.path, "-I", "-m", "pip", "--python", python]
    must("install with pip (behind a proxy, set `PIP_PROXY` or HTTPS_PROXY; for another index, `PIP_INDEX_URL`)",
         [*pip, "install", "-q", "--disable-pip-version-check", "--no-input", "--no-user", *what])  # fmt: skip


# Choosing a Python ----------


def inspect(path: str) -> Interpreter | None:
    """What an interpreter says about itself; None when it does not run."""
    try:
        version, executable, has_venv, has_pip = json.loads(ask(path, PROBE))
    except (Failure, ValueError):
        return None
    return Interpreter(executable, tuple(version), has_venv, has_pip)


def candidates() -> Iterator[str]:
    """Paths that may be interpreters: this one, then those on PATH and of pyenv, newest name first."""
    yield sys.executable
    names = [f"python3.{minor}" for minor in range(14, OLDEST[1] - 1, -1)] + ["python3", "python"]
    folders = [Path(folder) for folder in os.get_exec_path()] + [Path("/usr/local/bin"), Path("/opt/homebrew/bin")]
    for name in names:
        for folder in folders:
            found = str(folder / (name + (".exe" if IS_WINDOWS else "")))
            if os.path.isfile(found):  # unlike Path.is_file, false where we may not look
                yield found
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    with contextlib.suppress(OSError):
        folders = sorted(pyenv.iterdir(), key=lambda folder: [int(n) for n in re.findall(r"\d+", folder.name)])
        for folder in reversed(folders):
            yield str(folder / ("python.exe" if IS_WINDOWS else "bin/python"))


def choose_python(asked: str | None) -> Interpreter:
    """The first interpreter that is new enough and can make environments; Failure with a cure when there is none."""
    oldest = ".".join(map(str, OLDEST))
    bare: Interpreter | None = None
    for path in [shutil.which(asked) or asked] if asked else candidates():
        found = inspect(path)
        if found is None or found.version < OLDEST:
            continue
        if found.has_venv or found.has_pip:
            return found
        bare = bare or found
    if bare:
        name = "python{}.{}-venv".format(*bare.version)
        raise Failure(f"`{bare.path}` has neither `ensurepip` nor pip: install them with `sudo apt install {name}` "
                      f"(Debian, Ubuntu; `python3-venv` for the system's own Python)")  # fmt: skip
    if asked:
        raise Failure(f"`{asked}` is not a Python {oldest} or newer: give --python another one")
    raise Failure(f"clutch needs Python {oldest} or newer and this is {sys.version.split()[0]}: install a newer one "
                  f"(`sudo apt install python{oldest} python{oldest}-venv`, or pyenv) and try again")  # fmt: skip


# Installing ----------


def source_files() -> list[Path]:
    """Every file that an installation is made from, sorted."""
    named = [HERE / name for name in ("pyproject.toml", "README.md", "LICENSE")]
    return named + sorted(path for pattern in ("*.py", "py.typed") for path in (HERE / "src").rglob(pattern))


def digest_of(paths: list[Path]) -> str:
    """SHA-256 over names and contents."""
    total = hashlib.sha256()
    for path in paths:
        content = path.read_bytes()
        total.update(f"{path.relative_to(HERE).as_posix()}\0{len(content)}\0".encode() + content)
    return total.hexdigest()


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Holds a kernel lock, so that two installers do not work in one place."""
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / ".lock", "a+b") as held:
        if IS_WINDOWS:
            import msvcrt

            msvcrt.locking(held.fileno(), msvcrt.LK_LOCK, 1)
        else:
            import fcntl

            fcntl.flock(held, fcntl.LOCK_EX)
        yield


def environment_python(root: Path) -> str:
    """The interpreter of an environment."""
    return str(root / ("Scripts/python.exe" if IS_WINDOWS else "bin/python"))


def make_environment(chosen: Interpreter, root: Path) -> str:
    """An empty environment; the path of its interpreter."""
    without = [] if chosen.has_venv else ["--without-pip"]
    must(f"make an environment with {chosen.label}", [chosen.path, "-I", "-m", "venv", *without, str(root)])
    return environment_python(root)


def read_state(root: Path) -> dict[str, str]:
    """What a complete environment was made from; empty when it is not complete."""
    try:
        return dict(json.loads((root / STATE).read_text())) if (root / SETTINGS).is_file() else {}
    except (OSError, ValueError):
        return {}


def environments(places: Places) -> list[Path]:
    """Every environment there, complete or not."""
    return sorted(path for path in places.home.iterdir() if path.is_dir()) if places.home.is_dir() else []


def find_kept(places: Places, digest: str, asked: Interpreter | None) -> Path | None:
    """The environment that the launcher uses, if it was made from these sources and still runs."""
    try:
        launcher = places.program.read_bytes()
    except OSError:
        return None
    for root in environments(places):
        state = read_state(root)
        fits = state.get("digest") == digest and (asked is None or state.get("python") == asked.path)
        if fits and os.fsencode(str(root)) in launcher and version_of(places.program):
            return root
    return None


def version_of(program: Path) -> str:
    """What `clutch --version` says; empty when it does not run."""
    try:
        done = subprocess.run(
            [str(program), "--version"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=60
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.decode().strip() if done.returncode == 0 else ""


def new_folder(places: Places) -> Path:
    """A name that no environment has yet."""
    version = re.search(r'^version = "(.+)"', (HERE / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE)
    used = {path.name for path in environments(places)}
    names = (f"{version.group(1) if version else 'clutch'}-{number}" for number in range(1, 1000))
    return places.home / next(name for name in names if name not in used)


def shebang(python: str) -> str:
    """The first lines of the launcher: through sh where the kernel would cut or split the path."""
    if " " in python or len(os.fsencode(python)) > LONGEST_SHEBANG:
        return f"#!/bin/sh\n'''exec' {shlex.quote(python)} -IS \"$0\" \"$@\"\n' '''\n"
    return f"#!{python} -IS\n"


def write_launcher(places: Places, root: Path) -> None:
    """Switches the program over to an environment, in one rename.

    Without `site` (-S) and without a console script the interpreter starts about 30 ms earlier.
    """
    python = environment_python(root)
    text = LAUNCHER.format(root=str(root), folders=json.loads(ask(python, SITE_FOLDERS)))
    places.program.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".clutch-", dir=str(places.program.parent)) as aside:
        made = Path(aside) / places.program.name
        if IS_WINDOWS:
            ask(python, WINDOWS_LAUNCHER, aside, python, text)
        else:
            made.write_text(shebang(python) + text, encoding="utf-8")
            made.chmod(0o755)
        if not version_of(made):
            said = subprocess.run([str(made), "--version"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT).stdout
            raise Failure(f"the new program does not run, and nothing is changed: {last_words(said)}")
        os.replace(made, places.program)


def install_afresh(places: Places, chosen: Interpreter, digest: str) -> Path:
    """Makes a complete environment and switches to it; the folder is removed again when that fails."""
    for root in environments(places):
        if not read_state(root):
            shutil.rmtree(root)  # an installer that was killed
    root = new_folder(places)
    try:
        say(f"making an environment with {chosen.label} ({chosen.path})")
        python = make_environment(chosen, root)
        say("installing clutch and its dependencies")
        pip_install(chosen, python, [str(HERE)])
        subprocess.run([python, "-I", "-m", "compileall", "-q", json.loads(ask(python, SITE_FOLDERS))[0]],
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
        (root / STATE).write_text(json.dumps({"digest": digest, "python": chosen.path}))
        index = ask(python, DEFAULT_INDEX).strip()
        (root / SETTINGS).write_text(f"# Written by install.py, read from the libraries that keep it.\n"
                                     f'default-index = "{index}"\n')  # fmt: skip
        write_launcher(places, root)
    except BaseException:
        shutil.rmtree(root, ignore_errors=True)
        raise
    return root


def link_program(places: Places) -> None:
    """Puts the program where shells look, and says so when they do not look there."""
    if places.link:
        link, ours = places.link, os.path.realpath(places.program)
        if os.path.lexists(link) and os.path.realpath(link) == ours:
            say(f"kept: {link}")
        elif os.path.lexists(link) and not is_our_link(places):
            say(f"left alone: {link} is not ours; remove it and run this again, or use {places.program}")
        else:
            link.parent.mkdir(parents=True, exist_ok=True)
            with contextlib.suppress(FileNotFoundError):
                link.unlink()
            link.symlink_to(places.program)
            say(f"linked: {link}")
    folder = (places.link or places.program).parent
    if str(folder) not in os.environ.get("PATH", "").split(os.pathsep):
        how = "" if IS_WINDOWS else f', for example with export PATH="{folder}:$PATH"'
        say(f"{folder} is not on PATH: add it{how}")


def is_our_link(places: Places) -> bool:
    """Whether the link is a link to this installation's program, dangling or not."""
    return bool(places.link and places.link.is_symlink() and os.readlink(places.link) == str(places.program))


def install(places: Places, python: str | None) -> None:
    """Installs, or says what is kept."""
    digest = digest_of(source_files())
    with alone(places.home):
        asked = choose_python(python) if python else None
        kept = find_kept(places, digest, asked)
        if kept:
            say(f"kept: {kept} (the sources have not changed)")
            say(f"kept: {places.program}")
        else:
            kept = install_afresh(places, asked or choose_python(None), digest)
            say(f"installed: {places.program}")
        for root in environments(places):
            if root != kept:
                shutil.rmtree(root, ignore_errors=True)
        link_program(places)
    say(f"ready: {version_of(places.program)}")


def uninstall(places: Places) -> None:
    """Removes everything that `install` and `test` made, and nothing else."""
    gone = []
    if is_our_link(places) and places.link:
        places.link.unlink()
        gone.append(places.link)
    is_default = places.prefix == choose_places(None).prefix
    for path in (places.program, places.home, *([HERE / ".dev"] if is_default else [])):
        if os.path.lexists(path):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
            gone.append(path)
    above = [places.prefix.parent] if is_default else []
    for folder in (places.program.parent, places.home.parent, places.prefix, *above):
        with contextlib.suppress(OSError):
            folder.rmdir()
    for path in gone:
        say(f"removed: {path}")
    say("clutch is uninstalled" if gone else f"there is no clutch in {places.prefix}")


# The demonstration ----------


def demo(places: Places) -> None:
    """Types every line of DEMO at the installed program; Failure names the first one that fails."""
    environ = {**os.environ, "PATH": str(places.program.parent) + os.pathsep + os.environ.get("PATH", "")}
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="clutch-demo-") as folder:
        say(f"\nIn a new folder, {folder}:")
        for remark, line in DEMO:
            say((f"\n# {remark}" if remark else "") + f"\n$ {line}")
            if line.startswith("cd "):
                folder = os.path.join(folder, line[3:])
                continue
            status = subprocess.run(line, shell=True, cwd=folder, env=environ, stdin=subprocess.DEVNULL).returncode
            if status:
                raise Failure(f"the demonstration stopped at `{line}`, which ended with {status}")
    bar = "=" * 72
    say(f"\n{bar}\n  It works: {len(DEMO)} commands in {time.monotonic() - started:.1f} s.\n{bar}")


# The tests ----------


def dev_environment(python: str | None) -> str:
    """The interpreter of `.dev/`, which has the dependencies, the group `dev` and clutch itself, editable."""
    root, digest = HERE / ".dev", digest_of([HERE / "pyproject.toml"])
    with alone(root):
        (root / ".gitignore").write_text("*\n")
        venv = root / "venv"
        if read_state(venv).get("digest") == digest and inspect(environment_python(venv)):
            say(f"kept: {venv} (pyproject.toml has not changed)")
            return environment_python(venv)
        shutil.rmtree(venv, ignore_errors=True)
        chosen = choose_python(python)
        say(f"making {venv} with {chosen.label} for the tests")
        made = make_environment(chosen, venv)
        wanted = json.loads(ask(made, DEPENDENCIES, str(HERE / "pyproject.toml")))
        pip_install(chosen, made, [*wanted, "-e", str(HERE)])
        (venv / STATE).write_text(json.dumps({"digest": digest, "python": chosen.path}))
        (venv / SETTINGS).write_text("# Written by install.py; complete.\n")
    return made


def test(python: str | None, arguments: list[str]) -> int:
    """Runs the quick checks, then the tests; the exit code of the first that fails."""
    made = dev_environment(python)
    environ = {**surroundings(), "PATH": str(Path(made).parent) + os.pathsep + os.environ.get("PATH", "")}
    checks = (["ruff", "format", "--check", "."], ["ruff", "check", "."], ["lint-imports"], ["mypy"])
    for check in checks:
        started = time.monotonic()
        tool = shutil.which(check[0], path=environ["PATH"])
        done = subprocess.run([str(tool), *check[1:]], cwd=HERE, env=environ, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT)  # fmt: skip
        verdict = "failed" if done.returncode else "ok"
        say(f"{' '.join(check):24} {verdict} ({time.monotonic() - started:.1f} s)")
        if done.returncode:
            say(done.stdout.decode(errors="replace").rstrip())
            return 1
    return subprocess.run([made, "-m", "pytest", *arguments], cwd=HERE, env=environ).returncode


def parse_arguments(words: list[str]) -> tuple[argparse.Namespace, list[str]]:
    """What is asked for, and what is passed on to pytest."""
    parser = argparse.ArgumentParser(prog="install.py", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("action", nargs="?", choices=("install", "demo", "test", "uninstall"), default="install")
    parser.add_argument("--prefix", metavar="DIR", help="install there: the program is DIR/bin/clutch")
    parser.add_argument("--python", metavar="PYTHON", help="the interpreter to use instead of looking for one")
    arguments, rest = parser.parse_known_args(words)
    if rest and arguments.action != "test":
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    return arguments, rest


def main(words: list[str]) -> int:
    """The exit code of one command line."""
    arguments, rest = parse_arguments(words)
    try:
        places = choose_places(arguments.prefix)
        if arguments.action == "test":
            return test(arguments.python, rest)
        if arguments.action == "uninstall":
            uninstall(places)
            return 0
        install(places, arguments.python)
        if arguments.action == "demo":
            demo(places)
    except Failure as failure:
        print(f"install.py: {failure}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"install.py: {error.filename or ''}: {error.strerror or error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("install.py: interrupted", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
