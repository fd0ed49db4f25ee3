"""The one question that is put to an interpreter, and the reading of its answer.

The script is run as `python -I -S -c SCRIPT`. It must also run on interpreters that are far too old to be used
(2.7, 3.6), so that they can be named as such. It answers in lines of `key=value`, values escaped as by Python's
`unicode_escape`, between a first and a last line that prove that the answer is ours and whole::

    clutch-probe=1
    version=3.13.0
    marker.os_name=posix
    path.purelib=/lib/python3.13/site-packages
    end=
"""

from __future__ import annotations

from collections.abc import Mapping

SCRIPT = r"""
import os, sys, sysconfig
out = []
def say(key, value):
    if not isinstance(value, str):
        value = str(value)
    if sys.version_info[0] == 2:
        value = value.encode("string_escape")
    else:
        value = value.encode("unicode_escape").decode("ascii")
    out.append(key + "=" + value)
def dotted(numbers):
    text = ".".join(map(str, numbers[:3]))
    if numbers[3] != "final":
        text += {"alpha": "a", "beta": "b", "candidate": "rc"}.get(numbers[3], numbers[3]) + str(numbers[4])
    return text
variable = lambda name: sysconfig.get_config_var(name) or ""
known = getattr(sys, "implementation", None)
name = known.name if known else "python2"
pretty = {"cpython": "CPython", "pypy": "PyPy", "graalpy": "GraalVM", "python2": "Python2"}.get(name, name)
say("clutch-probe", 1)
say("version", dotted(sys.version_info))
say("implementation", name)
say("executable", sys.executable or "")
say("base_executable", getattr(sys, "_base_executable", None) or "")
say("prefix", sys.prefix)
say("base_prefix", getattr(sys, "base_prefix", sys.prefix))
say("platform", sysconfig.get_platform())
say("bits", 64 if sys.maxsize > 2 ** 32 else 32)
say("soabi", variable("SOABI"))
say("ext_suffix", variable("EXT_SUFFIX"))
say("abiflags", getattr(sys, "abiflags", ""))
say("free_threaded", int(bool(variable("Py_GIL_DISABLED"))))
say("debug", int(hasattr(sys, "gettotalrefcount")))
libc = ""
try:
    libc = os.confstr("CS_GNU_LIBC_VERSION") or ""
except (AttributeError, OSError, ValueError):
    pass
say("libc", libc)
release = ""
if sys.platform == "darwin":
    import platform
    release = platform.mac_ver()[0]
say("macos", release)
if hasattr(os, "uname"):
    uname = os.uname()
    system = (uname[0], uname[2], uname[3], uname[4])
else:
    import platform
    system = (platform.system(), platform.release(), platform.version(), platform.machine())
full = sys.version.split()[0]
for key, value in (
    ("implementation_name", name),
    ("implementation_version", dotted(known.version) if known else "0"),
    ("os_name", os.name),
    ("platform_machine", system[3]),
    ("platform_python_implementation", pretty),
    ("platform_release", system[1]),
    ("platform_system", system[0]),
    ("platform_version", system[2]),
    ("python_full_version", full),
    ("python_version", "%d.%d" % sys.version_info[:2]),
    ("sys_platform", sys.platform),
):
    say("marker." + key, value)
schemes = sysconfig.get_scheme_names()
scheme = "venv" if "venv" in schemes else ("nt" if os.name == "nt" else "posix_prefix")
bases = dict.fromkeys(("base", "platbase", "installed_base", "installed_platbase"), "")
for key in ("purelib", "platlib", "scripts", "data"):
    say("path." + key, sysconfig.get_path(key, scheme, bases) or "")
say("external", int(os.path.isfile(os.path.join(sysconfig.get_path("stdlib"), "EXTERNALLY-MANAGED"))))
say("end", "")
sys.stdout.write("\n".join(out) + "\n")
"""

_FIRST = "clutch-probe=1"
_LAST = "end="


def parse_answers(text: str) -> Mapping[str, str] | None:
    """The facts of one answer by key; None when the text is not a whole answer to `SCRIPT`.

    Lines before the first of ours (a wrapper script's chatter) are ignored.
    """
    lines = text.split("\n")
    lines = [line.rstrip("\r") for line in lines]
    if _FIRST not in lines or _LAST not in lines:
        return None
    answers = {}
    for line in lines[lines.index(_FIRST) + 1 : lines.index(_LAST)]:
        key, equals, value = line.partition("=")
        if not equals:
            return None
        answers[key] = parse_value(value)
    return answers


def parse_value(escaped: str) -> str:
    """The text that `render_value` wrote.

    Raises: ValueError for an escape that is cut off.
    """
    return escaped.encode("ascii").decode("unicode_escape") if "\\" in escaped else escaped


def render_value(text: str) -> str:
    """The text on one line of ASCII; bytes of a path that are no UTF-8 survive."""
    return text.encode("unicode_escape").decode("ascii")
