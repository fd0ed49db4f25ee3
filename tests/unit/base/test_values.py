"""Values made by `base.values` behave as those of `typing` do."""

from __future__ import annotations

import copy
import pickle
import typing

import pytest

from clutch.base.values import NamedTuple


class Point(NamedTuple):
    """A place."""

    across: int
    up: int = 2
    label: str = ""

    @property
    def total(self) -> int:
        """Both together."""
        return self.across + self.up


class Twin(typing.NamedTuple):
    """A place, as `typing` makes it."""

    across: int
    up: int = 2
    label: str = ""


class Labelled(NamedTuple):
    """Writes itself."""

    label: str

    def __repr__(self) -> str:
        return f"<{self.label}>"


class Empty(NamedTuple):
    """Nothing."""


def test_values_are_tuples_with_names():
    assert Point(1) == (1, 2, "") == Twin(1)
    assert Point(1, label="x") == Point(1, 2, "x")
    assert (Point(3, 4).across, Point(3, 4).total) == (3, 7)
    assert hash(Point(1)) == hash((1, 2, ""))
    assert Empty() == ()


@pytest.mark.parametrize("member", ["_fields", "_field_defaults", "__match_args__", "__slots__"])
def test_what_classes_tell_is_what_typing_tells(member):
    assert getattr(Point, member) == getattr(Twin, member)


def test_a_value_shows_itself_as_typing_does():
    assert repr(Point(1, 2, "x")) == repr(Twin(1, 2, "x")).replace("Twin", "Point")
    assert repr(Labelled("x")) == "<x>"


def test_changed_and_made_from_parts():
    assert Point(1)._replace(up=5, label="x") == Point(1, 5, "x")
    assert Point(1)._asdict() == {"across": 1, "up": 2, "label": ""}
    assert Point._make([1, 2, "x"]) == Point(1, 2, "x")
    with pytest.raises(ValueError, match="down"):
        Point(1)._replace(down=1)  # type: ignore[call-arg]


@pytest.mark.parametrize("arguments", [(), (1, 2, "x", 4)])
def test_wrong_calls_are_refused_by_the_class_s_name(arguments):
    with pytest.raises(TypeError, match=r"Point\.__new__\(\)"):
        Point(*arguments)


def test_values_cannot_be_changed_and_carry_nothing_else():
    with pytest.raises(AttributeError):
        Point(1).across = 2  # type: ignore[misc]
    with pytest.raises(AttributeError):
        Point(1).other = 2  # type: ignore[attr-defined]


def test_matching_and_copies():
    match Point(1, 9):
        case Point(across, up):
            assert (across, up) == (1, 9)
    assert copy.copy(Point(1)) == copy.deepcopy(Point(1)) == pickle.loads(pickle.dumps(Point(1))) == Point(1)
    assert type(copy.copy(Point(1))) is Point


def test_classes_have_no_metaclass_and_keep_what_documents_them():
    assert type(Point) is type
    assert (Point.__doc__, Point.__module__, Point.__qualname__) == ("A place.", __name__, "Point")
    assert list(Point.__annotations__) == ["across", "up", "label"]


def test_another_base_beside_it_is_refused():
    with pytest.raises(TypeError, match="alone"):
        type(NamedTuple)("Both", (NamedTuple, str), {})
