from clutch.resolve.support import python_support
from clutch.resolve.universe import GridUniverse

RELEASED = ("3.11", "3.12", "3.13", "3.14")


def everywhere():
    return GridUniverse(">=3.11", RELEASED, (), ())


def test_silent_release_takes_over_the_bound_of_the_next_newer_one():
    universe = everywhere()
    supports = python_support(["", ">=3.8,<3.13", "", ">=3.8"], -1, universe)
    assert [support.mask for support in supports] == [0b0010, 0b0100, 0b1000]
    assert all(support.high == supports[0].high for support in supports)


def test_lower_and_upper_bounds_are_told_apart():
    universe = everywhere()
    (support,) = python_support([">=3.12,<3.14"], -1, universe)
    assert support.low == universe.mask("python_version < '3.12'") & universe.everything
    assert support.high == universe.mask("python_version >= '3.14'") & universe.everything


def test_bound_above_every_released_python_is_no_bound():
    assert python_support([">=3.8,<4", ">=3.8,<3.15"], -1, everywhere()) == []


def test_refused_release_hands_on_nothing():
    supports = python_support(["<3.13", ""], ~1, everywhere())
    assert [support.mask for support in supports] == [0b01]
