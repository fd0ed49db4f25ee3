"""Facts of source trees: what they say by themselves, else what a build says."""

from __future__ import annotations

from clutch.base.errors import ClutchError
from clutch.base.tickets import Ticket, failed, ready
from clutch.io.archive import read_member
from clutch.io.store import Store
from clutch.model.facts import Facts
from clutch.model.requirement import Source
from clutch.pypi.archives import Archive
from clutch.pypi.asking import after, when_wanted
from clutch.pypi.builder import Builder, SourceTree
from clutch.pypi.metadata_facts import facts_from_metadata, facts_from_package_info, facts_from_tree
from clutch.pypi.sources import Found, Sources, sdist_folder


def ask_sdist(archive: Archive, filename: str, name: str, store: Store, builder: Builder | None) -> Ticket[Facts]:
    """The facts of a source archive of the project `name`; unpacks it only when its PKG-INFO does not tell.

    The ticket fails with ClutchError `no-metadata`, `build-failed`. Raises: what unpacking may give.
    """
    try:
        content = read_member(archive.path, _is_package_info)
    except ClutchError as error:
        if error.code != "no-member":
            raise
        content = b""
    facts = facts_from_package_info(content, filename) if content else None
    if facts is not None:
        return ready(_checked(facts, name, filename))
    tree = SourceTree(sdist_folder(store, archive, filename), filename, is_shared=True)
    return ask_tree(tree, builder, name, is_sdist=False).then(lambda built: _checked(built, name, filename))


def ask_tree(tree: SourceTree, builder: Builder | None, name: str, *, is_sdist: bool) -> Ticket[Facts]:
    """The facts of a folder; builds, once somebody waits for them, where the folder does not tell.

    The ticket fails with ClutchError `no-metadata` where a build would be needed and none is possible, `build-failed`.
    """
    facts = facts_from_tree(tree.folder, is_sdist=is_sdist)
    if facts is not None:
        return ready(facts)
    if builder is None:
        message = f"`{tree.label}` would have to be built to learn what it needs, and builds are not allowed"
        return failed(ClutchError("no-metadata", message, subject=name))
    return when_wanted(lambda: facts_from_metadata(builder.metadata(tree), tree.label))


def fetch_source_facts(
    source: Source, name: str, sources: Sources, builder: Builder | None
) -> Ticket[tuple[Source, Facts]]:
    """The source made exact, and what it says of itself.

    The ticket fails with ClutchError `wrong-name` where it is not the project `name`, and as `Sources.find` does.
    """

    def read(found: Found) -> Ticket[tuple[Source, Facts]]:
        if found.archive is not None:
            from clutch.pypi.wheel_members import is_wheel_metadata

            facts = ready(facts_from_metadata(read_member(found.archive.path, is_wheel_metadata), source.url))
        else:
            assert found.tree is not None
            facts = ask_tree(found.tree, builder, name, is_sdist=found.is_sdist)
        return facts.then(lambda told: (found.source, _named(told, name, found.source.url)))

    return after(sources.find(source), read)


def _named(facts: Facts, name: str, place: str) -> Facts:
    if name and facts.name != name:
        message = f"`{place}` is the project `{facts.name}`, not `{name}`"
        raise ClutchError("wrong-name", message, subject=name, hints=(f"ask for it as `{facts.name}`",))
    return facts


def _is_package_info(path: str) -> bool:
    return path.endswith("/PKG-INFO") and path.count("/") == 1


def _checked(facts: Facts, name: str, filename: str) -> Facts:
    if name and facts.name != name:
        message = f"the metadata in `{filename}` belongs to `{facts.name}`"
        raise ClutchError("no-metadata", message, subject=name)
    return facts
