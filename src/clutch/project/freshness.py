"""Says whether a lock still answers its manifest, and if not, what changed; nothing is solved or fetched."""

from __future__ import annotations

from collections.abc import Mapping

from clutch.model.lock import Asked, Lock
from clutch.model.requirement import Requirement, Source
from clutch.project.manifest import Manifest

_SECTION_WORDS = {"group": "the group `{}`", "extra": "the extra `{}`"}


def asked_of(manifest: Manifest, matters: Mapping[str, str], newest_python: str) -> Asked:
    """What a lock made now would answer; `matters` come from `settings.settings_that_matter`."""
    sections = {"": manifest.dependencies}
    sections.update({f"extra:{name}": requirements for name, requirements in manifest.optional.items()})
    sections.update({f"group:{name}": requirements for name, requirements in manifest.groups.items()})
    texts = {section: tuple(sorted({requirement_text(one) for one in all_of})) for section, all_of in sections.items()}
    return Asked(texts, dict(matters), newest_python)


def stale_reason(manifest: Manifest, lock: Lock, matters: Mapping[str, str]) -> str:
    """Empty while the lock holds; else one sentence on the first thing that changed.

    The newest Python known is no reason: a lock does not go stale because clutch was updated.
    """
    asked = asked_of(manifest, matters, lock.asked.newest_python)
    return (
        _python_reason(manifest, lock)
        or _requirements_reason(asked.requirements, lock.asked.requirements)
        or _names_reason(manifest, lock)
        or _settings_reason(asked.settings, lock.asked.settings)
        or _project_reason(manifest, lock)
    )


def requirement_text(requirement: Requirement) -> str:
    """A requirement in one canonical line, with the source or index that the project chose for it; no credentials."""
    extras = f"[{','.join(requirement.extras)}]" if requirement.extras else ""
    text = f"{requirement.name}{extras}{requirement.allowed}"
    if requirement.source is not None:
        text += f" @ {_source_text(requirement.source)}"
    if requirement.index_name:
        text += f" (index {requirement.index_name})"
    return f"{text} ; {requirement.marker}" if requirement.marker else text


def _source_text(source: Source) -> str:
    from clutch.project.settings import redact

    text = f"{source.vcs}+{source.url}" if source.vcs else source.url
    if source.revision:
        text += f"@{source.revision}"
    if source.subdirectory:
        text += f"#subdirectory={source.subdirectory}"
    return redact(text) + (" (editable)" if source.editable else "")


def _python_reason(manifest: Manifest, lock: Lock) -> str:
    if manifest.python == lock.python:
        return ""
    return f"`requires-python` is `{manifest.python}` now and was `{lock.python or 'not stated'}`"


def _requirements_reason(now: Mapping[str, tuple[str, ...]], then: Mapping[str, tuple[str, ...]]) -> str:
    for section in sorted({*now, *then}):
        if section not in then:
            return f"{_section_words(section)} is new"
        if section not in now:
            return f"{_section_words(section)} is gone"
        came = [text for text in now[section] if text not in then[section]]
        went = [text for text in then[section] if text not in now[section]]
        if came and went and _name(came[0]) == _name(went[0]):
            return f"`{went[0]}` became `{came[0]}` in {_section_words(section)}"
        if came:
            return f"`{came[0]}` was added to {_section_words(section)}"
        if went:
            return f"`{went[0]}` was removed from {_section_words(section)}"
    return ""


def _names_reason(manifest: Manifest, lock: Lock) -> str:
    if sorted(manifest.default_groups) != sorted(lock.default_groups):
        return "the default groups changed"
    if sorted(manifest.groups) != sorted(lock.groups):
        return "the dependency groups changed"
    return "the extras changed" if sorted(manifest.optional) != sorted(lock.extras) else ""


def _settings_reason(now: Mapping[str, str], then: Mapping[str, str]) -> str:
    for key in sorted({*now, *then}):
        if now.get(key) == then.get(key):
            continue
        if key not in then:
            return f"the setting `{key}` is `{now[key]}` now and was not stated"
        if key not in now:
            return f"the setting `{key}` is not stated any more and was `{then[key]}`"
        return f"the setting `{key}` is `{now[key]}` now and was `{then[key]}`"
    return ""


def _project_reason(manifest: Manifest, lock: Lock) -> str:
    """Whether the project's own entry is there exactly when it is a package."""
    own = [
        one
        for one in lock.packages
        if one.source is not None and one.source.kind == "directory" and one.source.url == "."
    ]
    if manifest.is_package and not own:
        return "the project is a package now and was not"
    if own and not manifest.is_package:
        return "the project is not a package any more"
    if own and own[0].name != manifest.name:
        return f"the project is called `{manifest.name}` now and was `{own[0].name}`"
    return ""


def _section_words(section: str) -> str:
    kind, _, name = section.partition(":")
    return _SECTION_WORDS[kind].format(name) if kind else "the project's dependencies"


def _name(text: str) -> str:
    for position, letter in enumerate(text):
        if letter in "[<>=!~ ;@(":
            return text[:position]
    return text
