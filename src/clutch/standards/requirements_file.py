"""Requirements files: lines of requirements and options, with what they include."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from clutch.base.errors import ClutchError, Place
from clutch.base.text import plural
from clutch.base.values import NamedTuple
from clutch.standards.filename import SDIST_SUFFIXES
from clutch.standards.requirement import parse_requirement_text

_COMMENT = re.compile(r"(?:^|\s+)#.*$")
_OWN_OPTION = re.compile(r"\s+--?[A-Za-z]")
_HASH = re.compile(r"--hash[=\s]\s*([a-z0-9_]+):([0-9a-fA-F]+)$")
_SETTING = re.compile(r"--(?:config-settings?|global-option)[=\s].*$", re.DOTALL)
_INCLUDE = re.compile(r"(-r|-c|--requirement|--constraint)(?:\s*=\s*|\s*)(\S.*)$")
_EDITABLE = re.compile(r"(?:-e|--editable)(?:\s*=\s*|\s*)(\S.*)$")
_ADDRESS = re.compile(r"(?:[a-z0-9]+\+)?[a-z]+://|file:", re.IGNORECASE)


class RequirementLine(NamedTuple):
    """One line that says something.

    `kind` is `requirement` (valid PEP 508 text), `constraint` (the same, from `-c`), `source` (a path or URL without
    a name), `editable` (path or URL) or `option` (as written, like `--index-url …`). `hashes` are (algorithm,
    digest), sorted.
    """

    kind: str
    text: str
    file: str
    line: int
    hashes: tuple[tuple[str, str], ...] = ()


def parse_requirements_file(text: str, filename: str, read: Callable[[str], str]) -> list[RequirementLine]:
    """All lines in order, those of included files in place. `read(path)` gives the text of one that `-r` or `-c` names,
    its path relative to the file that names it already joined; a file that includes itself is taken once.

    Raises: the only error, with its place, or `invalid-requirements-file` with one fact for each bad line of all files.
    Source: pip's documentation, Requirements File Format.
    """
    reader = _Reader(read)
    reader.read_text(text, filename, "requirement")
    if len(reader.errors) == 1:
        raise reader.errors[0]
    if reader.errors:
        error = ClutchError(
            "invalid-requirements-file",
            f"{plural(len(reader.errors), 'line')} of `{filename}` cannot be understood",
            subject=filename,
        )
        error.facts.extend(f"{problem.place}: {problem.message}" for problem in reader.errors)
        raise error
    return reader.lines


class _Reader:
    """Goes through a file and its includes, and keeps lines and errors."""

    def __init__(self, read: Callable[[str], str]) -> None:
        self.lines: list[RequirementLine] = []
        self.errors: list[ClutchError] = []
        self._read = read
        self._seen: set[tuple[str, str]] = set()

    def read_text(self, text: str, filename: str, kind: str) -> None:
        self._seen.add((filename, kind))
        for number, line in _logical_lines(text):
            try:
                self._read_line(line, filename, number, kind)
            except ClutchError as error:
                if error.place is None:
                    error.place = Place(filename, number)
                self.errors.append(error)

    def _read_line(self, line: str, filename: str, number: int, kind: str) -> None:
        if include := _INCLUDE.match(line):
            wanted = "constraint" if include[1].startswith(("-c", "--c")) else kind
            path = _beside(filename, include[2].strip())
            if (path, wanted) not in self._seen:
                self.read_text(self._read(path), path, wanted)
            return
        if editable := _EDITABLE.match(line):
            self.lines.append(RequirementLine("editable", editable[1].strip(), filename, number))
            return
        if line.startswith("-"):
            self.lines.append(RequirementLine("option", line, filename, number))
            return
        text, hashes = _split_options(line)
        if _is_source(text):
            kind = "source"
        else:
            parse_requirement_text(text)
        self.lines.append(RequirementLine(kind, text, filename, number, hashes))


def _logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """(number of its first line, text) with continued lines joined, comments and empty lines left out."""
    parts: list[str] = []
    first = 0
    for number, line in enumerate([*text.removeprefix("\ufeff").splitlines(), ""], 1):
        first = first if parts else number
        is_comment = line.lstrip().startswith("#")
        if line.endswith("\\") and not is_comment:
            parts.append(line[:-1])
            continue
        parts.append(" " if is_comment and parts else line)
        whole = _COMMENT.sub("", "".join(parts)).strip()
        parts = []
        if whole:
            yield first, whole


def _split_options(line: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The requirement of a line and its hashes; settings for a build are dropped."""
    start = _OWN_OPTION.search(line)
    if start is None:
        return line, ()
    hashes = []
    for option in re.split(r"\s+(?=--)", line[start.start() :].strip()):
        if found := _HASH.match(option):
            hashes.append((found[1].lower(), found[2].lower()))
        elif not _SETTING.match(option):
            raise ClutchError("invalid-requirement", f"`{option}` is no option of a requirement; expected `--hash`")
    return line[: start.start()].rstrip(), tuple(sorted(hashes))


def _is_source(text: str) -> bool:
    """Whether a line is a path or URL and no named requirement."""
    bare = text.partition(";")[0].strip()
    if _ADDRESS.match(bare) or bare.startswith((".", "/", "~")):
        return True
    path = re.sub(r"\[[^\]]*\]$", "", bare)
    return " @ " not in bare and ("/" in path or "\\" in path or path.endswith((".whl", *SDIST_SUFFIXES)))


def _beside(filename: str, path: str) -> str:
    """`path` as seen from the folder (or URL) of `filename`."""
    if _ADDRESS.match(path) or path.startswith(("/", "\\")) or re.match(r"[A-Za-z]:[\\/]", path):
        return path
    folder, slash, _ = filename.replace("\\", "/").rpartition("/")
    while path.startswith("./"):
        path = path[2:]
    while path.startswith("../") and folder and not folder.endswith(".."):
        path = path[3:]
        folder, slash, _ = folder.rpartition("/")
    return f"{folder}{'/' if folder else slash}{path}" if folder or slash else path
