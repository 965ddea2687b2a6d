from probe.body.rung import Occasion
from probe.rung.turn import Last, Pattern, occasion

EACH = Pattern(routine_s=900, after_s=3, trouble_s=30, eager_for_s=600, patient_s=300)


def looks(until: int, *, trouble: range = range(0)) -> list[tuple[int, str]]:
    """When it is looked, second by second, and why."""
    last: Last | None = None
    found = []
    for second in range(until):
        began_s = trouble.start if second in trouble else None
        why = occasion(EACH, second, last, began_s=began_s)
        if why is not None:
            last = Last(second, why)
            found.append((second, why.value))
    return found


def test_in_routine_it_is_looked_at_once_and_then_seldom() -> None:
    assert looks(2000) == [(0, "routine"), (900, "routine"), (1800, "routine")]


def test_trouble_is_looked_at_soon_often_and_once_more_when_it_is_over() -> None:
    found = looks(300, trouble=range(100, 200))
    assert found == [
        (0, "routine"),
        (103, "trouble"),
        (133, "trouble"),
        (163, "trouble"),
        (193, "trouble"),
        (200, "recovery"),
    ]


def test_a_moment_of_trouble_is_not_looked_at() -> None:
    assert looks(300, trouble=range(100, 102)) == [(0, "routine")]


def test_long_trouble_is_looked_at_with_patience() -> None:
    found = [second for second, why in looks(90_000, trouble=range(1000, 87_400)) if why == Occasion.TROUBLE]
    assert len([second for second in found if second < 1600]) == 20
    assert len(found) <= 20 + (86_400 - 600) / 300 + 1
