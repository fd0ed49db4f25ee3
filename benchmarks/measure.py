"""Times clutch and its peers side by side: the same problems, the same index, one run, ratios to uv.

    python measure.py setup [TOOL ...]
    python measure.py run [--tools clutch,uv] [--problems small,web] [--modes lock-cold,...] [--record] [--json FILE]

Every mode does one thing from a stated beginning; see MODES. What was not asked for but is needed before it is done
once, and not reported. `wall` is the median; `cpu` and `peak_mb` are of the command and the processes that it waited
for; `requests` and `mb` are what the index served.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import time
import tomllib
import urllib.request
from pathlib import Path
from typing import NamedTuple

from tools import PEERS, PYTHON, REQUIREMENT, TOOLS, Tool

HERE = Path(__file__).resolve().parent
HOME = Path.home() / ".cache" / "clutch-benchmarks"
QUICK, SLOW = 5, 3


class Mode(NamedTuple):
    """What is thrown away before each run, and which command is timed."""

    command: str
    fresh: tuple[str, ...] = ()
    runs: int = SLOW
    then_import: bool = False


MODES = {
    "version": Mode("version", runs=4 * QUICK),
    "lock-cold": Mode("lock", ("cache", "lock")),
    "lock-warm": Mode("lock", ("lock",)),
    "lock-noop": Mode("lock", runs=QUICK),
    "sync-cold": Mode("sync", ("cache", "environment")),
    "sync-warm": Mode("sync", ("environment",)),
    "sync-import": Mode("sync", ("environment",), then_import=True),
    "sync-noop": Mode("sync", runs=QUICK),
    "run": Mode("run", runs=4 * QUICK),
}
IMPORT_EVERYTHING = """
import importlib, os, sysconfig, warnings
warnings.simplefilter("ignore")
site = sysconfig.get_path("purelib")
for name in sorted(os.listdir(site)):
    stem, suffix = os.path.splitext(name)
    if suffix in (".py", ".so") or os.path.exists(os.path.join(site, name, "__init__.py")):
        try:
            importlib.import_module(name.partition(".")[0])
        except BaseException:
            pass
"""


class Run(NamedTuple):
    """What one command cost."""

    wall: float
    cpu: float
    peak_mb: float
    requests: int
    mb: float
    status: int


class ReplayIndex:
    """The index as a child process, stopped at the end of the `with` block."""

    def __init__(self, options):
        words = ["--store", options.store, "--latency-ms", options.latency_ms, "--metadata", options.metadata]
        words += ["--max-age", options.max_age, *([] if options.record else ["--offline"])]
        self.log = open(options.work / "index.log", "ab")  # noqa: SIM115 - open as long as the index runs
        self.process = subprocess.Popen(
            [sys.executable, str(HERE / "replay.py"), *map(str, words)], stdout=subprocess.PIPE, stderr=self.log
        )
        assert self.process.stdout is not None
        self.address = self.process.stdout.readline().decode().strip()
        if not self.address:
            sys.exit(f"the index did not start: see {options.work / 'index.log'}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.log.close()

    def control(self, word: str) -> dict:
        with urllib.request.urlopen(f"{self.address}/-/{word}") as answer:
            return json.load(answer)


class Case:
    """One tool on one problem."""

    def __init__(self, options, index: ReplayIndex, tool: str, problem: str):
        self.options, self.index, self.problem = options, index, problem
        self.root = options.work / f"{tool}-{problem}"
        shutil.rmtree(self.root, ignore_errors=True)
        for name in ("project", "cache", "home"):
            (self.root / name).mkdir(parents=True)
        self.tool: Tool = TOOLS[tool](self.root / "project", self.root / "cache", f"{index.address}/simple/")
        text = (HERE / "problems" / f"{problem}.toml").read_text()
        self.lock_only = tomllib.loads(text).get("tool", {}).get("benchmark", {}).get("lock-only", False)
        self.tool.prepare(text)

    def throw_away(self, what: tuple[str, ...]) -> None:
        if "cache" in what:
            for folder in (self.root / "cache", self.root / "home"):
                shutil.rmtree(folder)
                folder.mkdir()
        if "lock" in what:
            (self.tool.folder / self.tool.lockfile).unlink(missing_ok=True)
        if "environment" in what:
            shutil.rmtree(self.tool.folder / ".venv", ignore_errors=True)

    def execute(self, argv: list[str]) -> Run:
        path = os.pathsep.join([str(Path(PYTHON).parent), "/usr/local/bin", "/usr/bin", "/bin"])
        environ = {"PATH": path, "HOME": str(self.root / "home"), "LANG": "C.UTF-8", "NO_COLOR": "1"}
        environ |= {"PIP_CONFIG_FILE": os.devnull, "PIP_DISABLE_PIP_VERSION_CHECK": "1", **self.tool.variables()}
        self.index.control("reset")
        with open(self.options.work / "tools.log", "ab") as log:
            log.write(f"\n$ {' '.join(argv)}  # {self.root.name}\n".encode())
            log.flush()
            started = time.perf_counter()
            child = subprocess.Popen(
                argv, cwd=self.tool.folder, env=environ, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
            _, status, usage = os.wait4(child.pid, 0)
            wall = time.perf_counter() - started
            child.returncode = os.waitstatus_to_exitcode(status)
        served = self.index.control("counts")
        peak_mb = usage.ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)
        cpu = usage.ru_utime + usage.ru_stime
        return Run(wall, cpu, peak_mb, served.get("requests", 0), served.get("bytes", 0) / 1e6, child.returncode)

    def time(self, name: str, mode: Mode) -> dict | None:
        """One row; None where the tool has no such command."""
        runs: list[Run] = []
        while len(runs) < (1 if self.options.record else self.options.runs or mode.runs):
            self.throw_away(mode.fresh)
            argv = getattr(self.tool, mode.command)()
            if argv is None:
                return None
            found = self.execute(argv)
            if mode.then_import and found.status == 0:
                imported = self.execute([str(self.tool.folder / ".venv/bin/python"), "-c", IMPORT_EVERYTHING])
                found = found._replace(wall=found.wall + imported.wall, cpu=found.cpu + imported.cpu)
            runs.append(found)
            if found.status:
                break
        row = {field: round(statistics.median(run[at] for run in runs), 4) for at, field in enumerate(Run._fields)}
        row |= {
            "tool": self.tool.name,
            "problem": self.problem,
            "mode": name,
            "walls": [round(r.wall, 4) for r in runs],
        }
        return row | {"status": runs[-1].status}

    def rows(self, wanted: list[str]):
        """The rows of every wanted mode, in the order in which one makes the next possible."""
        for name, mode in MODES.items():
            skipped = self.lock_only and mode.command in ("sync", "run")
            if skipped or (name not in wanted and name not in self._steps(wanted)):
                continue
            row = self.time(name, mode if name in wanted else mode._replace(runs=1))
            if row is None:
                continue
            if row["status"]:
                yield row
                return
            if name in wanted:
                yield row | ({"packages": self.tool.count_locked()} if mode.command == "lock" else {})

    @staticmethod
    def _steps(wanted: list[str]) -> set[str]:
        steps = {"lock-cold"} if set(wanted) - {"version"} else set()
        later = [name for name in wanted if MODES[name].command in ("sync", "run")]
        return steps | ({"sync-cold"} if later else set())


def start_of_python() -> float:
    """Median start of the interpreter that does nothing, without site and environment, in seconds."""
    walls = []
    for _ in range(4 * QUICK):
        started = time.perf_counter()
        subprocess.run([PYTHON, "-I", "-S", "-c", "pass"], check=True)
        walls.append(time.perf_counter() - started)
    return statistics.median(walls)


def measure(options) -> list[dict]:
    rows = []
    with ReplayIndex(options) as index:
        for problem in options.problems:
            for tool in options.tools:
                for row in Case(options, index, tool, problem).rows(options.modes):
                    rows.append(row)
                    print(render_row(row), flush=True)
        if options.record:
            print(f"asked upstream {index.control('counts')['upstream']} times")
    return rows


def render_row(row: dict) -> str:
    verdict = f"FAILED with {row['status']}" if row["status"] else ""
    cost = f"{row['wall']:9.3f} s  cpu {row['cpu']:7.2f}  {row['peak_mb']:5.0f} MB"
    served = f"{row['requests']:5.0f} requests {row['mb']:8.2f} MB"
    return f"{row['tool']:7} {row['problem']:10} {row['mode']:12}{cost}  {served}  {verdict}"


def render_ratios(rows: list[dict], tools: list[str]) -> str:
    """One line a problem and mode: uv's time, and every other tool's as a multiple of it; then geometric means."""
    walls = {(row["tool"], row["problem"], row["mode"]): row["wall"] for row in rows if not row["status"]}
    others = [tool for tool in tools if tool != "uv"]
    lines = [f"{'':24}{'uv (s)':>9}" + "".join(f"{tool:>9}" for tool in others)]
    means: dict[tuple[str, str], list[float]] = {}
    for problem, mode in dict.fromkeys((row["problem"], row["mode"]) for row in rows):
        base = walls.get(("uv", problem, mode))
        cells = []
        for tool in others:
            wall = walls.get((tool, problem, mode))
            cells.append(f"{wall / base:9.2f}" if wall and base else f"{'-':>9}")
            if wall and base:
                means.setdefault((mode, tool), []).append(wall / base)
        lines.append(f"{problem:11}{mode:13}" + (f"{base:9.3f}" if base else f"{'-':>9}") + "".join(cells))
    for mode in dict.fromkeys(mode for mode, _ in means):
        found = [means.get((mode, tool)) for tool in others]
        cells = [f"{statistics.geometric_mean(ratios):9.2f}" if ratios else f"{'-':>9}" for ratios in found]
        lines.append(f"{'mean':11}{mode:13}{'':9}" + "".join(cells))
    return "\n".join(lines)


def set_up(names: list[str]) -> None:
    """Installs peers, each into an environment of its own, with pip and whatever index pip is configured for."""
    for name in names:
        root = PEERS / name
        print(f"{name} in {root}", flush=True)
        subprocess.run([PYTHON, "-m", "venv", str(root)], check=True)
        subprocess.run([str(root / "bin" / "pip"), "install", "-q", "-U", REQUIREMENT[name]], check=True)


def parse_arguments() -> argparse.Namespace:
    def listed(known):
        def parse(text: str) -> list[str]:
            names = text.split(",")
            if unknown := [name for name in names if name not in known]:
                raise argparse.ArgumentTypeError(f"unknown: {', '.join(unknown)} (known: {', '.join(known)})")
            return names

        return parse

    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    actions = parser.add_subparsers(dest="action", required=True)
    peers = actions.add_parser("setup", help="install the peers")
    peers.add_argument("names", nargs="*", choices=[*REQUIREMENT, []], default=list(REQUIREMENT))
    run = actions.add_parser("run", help="measure")
    problems = sorted(path.stem for path in (HERE / "problems").glob("*.toml"))
    run.add_argument("--tools", type=listed(TOOLS), default=["clutch", "uv"])
    run.add_argument("--problems", type=listed(problems), default=["small", "web", "data"])
    run.add_argument("--modes", type=listed(MODES), default=list(MODES))
    run.add_argument("--runs", type=int, default=0, help="instead of the number that each mode has")
    run.add_argument("--record", action="store_true", help="once each, asking upstream for what the store lacks")
    run.add_argument("--latency-ms", type=float, default=0.0)
    run.add_argument("--metadata", choices=("announced", "silent", "none"), default="announced")
    run.add_argument("--max-age", type=int, default=600)
    run.add_argument("--store", type=Path, default=Path(os.environ.get("BENCH_STORE") or HOME / "store"))
    run.add_argument("--work", type=Path, default=Path(os.environ.get("BENCH_WORK") or HOME / "work"))
    run.add_argument("--json", type=Path, help="write all figures there")
    return parser.parse_args()


def main() -> int:
    options = parse_arguments()
    if options.action == "setup":
        set_up(options.names)
        return 0
    options.work.mkdir(parents=True, exist_ok=True)
    rows = measure(options)
    start = start_of_python()
    print(f"\n{render_ratios(rows, options.tools)}\n\nidle interpreter: {start * 1000:.1f} ms")
    if options.json:
        about = {"python": sys.version.split()[0], "cores": os.cpu_count(), "idle_python_s": round(start, 5)}
        about |= {key: getattr(options, key) for key in ("latency_ms", "metadata", "max_age")}
        options.json.write_text(json.dumps({"about": about, "rows": rows}, indent=1) + "\n")
    return 1 if any(row["status"] for row in rows) else 0


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.exit(main())
