from clutch.solve.clause import Clause
from clutch.solve.trail import Trail

REASON = Clause([0], [0b110], 1, 0)


def made():
    trail = Trail()
    for full in (0b1111, 0b11):
        trail.add_package(full)
    return trail


def test_level_of_a_term_counts_every_narrowing_it_rests_on():
    trail = made()
    trail.decide(1, 0b01)
    trail.narrow(0, 0b1101, Clause([0], [0b0010], 1, 0), 1)
    trail.narrow(0, 0b1001, Clause([0], [0b0100], 1, 0), 0)
    assert trail.level_of(0, 0b1001) == 1
    assert trail.level_of(0, 0b1101) == 1


def test_entries_that_hold_earlier_survive_going_back():
    trail = made()
    trail.decide(1, 0b01)
    trail.narrow(0, 0b1001, REASON, 0)
    assert trail.back_to(0) == 0
    assert trail.domain == [0b1001, 0b11]
    assert trail.level_of(0, 0b1001) == 0


def test_reset_forgets_everything():
    trail = made()
    trail.narrow(0, 0b1001, REASON, 0)
    trail.decide(1, 0b01)
    trail.reset()
    assert trail.domain == [0b1111, 0b11]
    assert trail.package_at == []


def test_satisfied_since_is_the_first_entry_that_is_enough():
    trail = made()
    trail.narrow(0, 0b1001, REASON, 0)
    trail.decide(0, 0b0001)
    assert trail.satisfied_since(0, 0b1001) == 0
    assert trail.satisfied_since(0, 0b0001) == 1
    assert trail.satisfied_since(0, 0b1111) == -1
