from __future__ import annotations

import os
from pathlib import Path

from clutch.pypi.installed import read_installed


def make(environment, folder, **files):
    path = Path(environment.site_packages) / folder
    path.mkdir(parents=True)
    for name, text in files.items():
        (path / name.replace("__", "-")).write_text(text)
    return path


def test_empty_environment_has_nothing(environment):
    assert read_installed(environment) == []


def test_names_are_normalised_and_sorted(environment):
    make(environment, "zope.interface-5.0.dist-info", RECORD="")
    make(environment, "Big_Name-1.0.0.post1.dist-info", RECORD="", INSTALLER="pip\n")
    found = read_installed(environment)
    assert [(one.name, one.version, one.installer) for one in found] == [
        ("big-name", "1.0.0.post1", "pip"),
        ("zope-interface", "5.0", ""),
    ]


def test_metadata_tells_where_the_folder_does_not(environment):
    make(environment, "odd.dist-info", METADATA="Metadata-Version: 2.1\nName: Odd_One\nVersion: 3\n")
    make(environment, "nothing.dist-info")
    assert [(one.name, one.version) for one in read_installed(environment)] == [("odd-one", "3")]


def test_older_forms_are_seen(environment):
    make(
        environment,
        "legacy-1.0-py3.11.egg-info",
        PKG__INFO="Metadata-Version: 1.0\nName: legacy\nVersion: 1.0\n",
    )
    (Path(environment.site_packages) / "flat-2.0.egg-info").write_text(
        "Metadata-Version: 1.0\nName: flat\nVersion: 2.0\n"
    )
    (Path(environment.site_packages) / "linked.egg-link").write_text("/somewhere\n.")
    found = [(one.name, one.version) for one in read_installed(environment)]
    assert found == [("flat", "2.0"), ("legacy", "1.0"), ("linked", "")]


def test_fingerprint_counts_only_when_the_installation_ended(environment):
    path = make(environment, "demo-1.0.dist-info", CLUTCH="sha256:00\n")
    assert read_installed(environment)[0].fingerprint == ""
    (path / "RECORD").write_text("")
    assert read_installed(environment)[0].fingerprint == ""
    (path / "METADATA").write_text("")
    assert read_installed(environment)[0].fingerprint == "sha256:00"


def test_installed_files_list_of_an_egg_info_is_enough_to_remove(tools, environment):
    site = Path(environment.site_packages)
    (site / "legacy.py").write_text("")
    (site / "kept.py").write_text("")
    folder = make(environment, "legacy-1.0.egg-info", PKG__INFO="Name: legacy\nVersion: 1.0\n")
    (folder / "installed-files.txt").write_text("../legacy.py\nPKG-INFO\n")
    [installed] = read_installed(environment)
    tools.installer().remove(installed, environment)
    assert sorted(os.listdir(site)) == ["kept.py"]
