"""What the standards say of choosing among releases."""

import runpy
from pathlib import Path

import pytest

from clutch.base.events import Silence
from clutch.resolve.explain import Unsatisfiable
from clutch.resolve.problem import Problem, Root
from clutch.resolve.resolve import resolve

_memory = runpy.run_path(str(Path(__file__).parents[2] / "scenario" / "resolve" / "memory_index.py"))


def chosen(universe, *texts, **options):
    roots = tuple(Root("", _memory["requirement"](text, "pyproject.toml", 1)) for text in texts)
    problem = Problem(roots, python=">=3.11", released=("3.11", "3.12", "3.13"), **options)
    resolution = resolve(problem, _memory["MemoryIndex"](universe).as_indexes(), Silence())
    return {pin.name: pin.version for pin in resolution.pins}


def test_pep_440_prereleases_are_excluded_unless_nothing_else_will_do():
    """PEP 440 §Handling of pre-releases: "Pre-releases of any kind, including developmental releases, are implicitly
    excluded from all version specifiers, unless they are already present on the system, explicitly requested by the
    user, or if the only available version that satisfies the version specifier is a pre-release."
    """
    assert chosen("a 2.0.dev1\na 1.0", "a") == {"a": "1.0"}
    assert chosen("a 2.0rc1\na 2.0b1", "a") == {"a": "2.0rc1"}
    assert chosen("a 2.0rc1\na 1.0", "a>=2.0rc1") == {"a": "2.0rc1"}
    assert chosen("a 2.0rc1\na 1.0", "a", prereleases="allow") == {"a": "2.0rc1"}


def test_pep_592_yanked_releases_count_for_exact_pins_only():
    """PEP 592 §Installers: "An installer MUST ignore yanked releases, if the selection constraints can be satisfied
    with a non-yanked version, and MAY refuse to use a yanked release even if it means that the request cannot be
    satisfied at all."
    """
    assert chosen("a 2.0 yanked\na 1.0", "a>=1") == {"a": "1.0"}
    assert chosen("a 2.0 yanked\na 1.0", "a==2.0") == {"a": "2.0"}
    with pytest.raises(Unsatisfiable, match="was yanked"):
        chosen("a 2.0 yanked\na 1.0", "a>=2")


def test_requires_python_counts_for_every_candidate():
    """Core metadata §Requires-Python: "Installation tools may look at this when picking which version of a project to
    install."
    """
    assert chosen("a 2.0 >=3.14\na 1.0", "a") == {"a": "1.0"}


def test_pep_440_epochs_and_local_versions():
    """PEP 440 §Version epochs: "If included in a version identifier, the epoch appears before all other components" and
    decides first; §Version matching: a local label of a candidate is ignored where the specifier has none.
    """
    assert chosen("a 1!0.1\na 5.0", "a") == {"a": "1!0.1"}
    assert chosen("a 1.0+cpu", "a==1.0") == {"a": "1.0+cpu"}
