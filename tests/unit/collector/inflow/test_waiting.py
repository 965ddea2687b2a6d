"""Whose turn it is, and how much may wait."""

from collector.inflow.waiting import Bounds, Waiting

BOUNDS = Bounds(sender_count=3, sender_bytes=1000, count=8, bytes=2000)


def _states(waiting: Waiting[str]) -> tuple[bool, bool]:
    """(no more should be read, reading may go on)."""
    return waiting.is_full, waiting.is_low


def _waiting(*senders: str, size_bytes: int = 1) -> Waiting[str]:
    waiting: Waiting[str] = Waiting(BOUNDS)
    for number, sender in enumerate(senders):
        waiting.add(sender, f"{sender}{number}", size_bytes)
    return waiting


def test_senders_are_served_in_turn_and_each_in_its_own_order() -> None:
    waiting = _waiting("a", "a", "a", "b", "c", "c")
    assert waiting.take(9, 9) == ["a0", "b3", "c4", "a1", "c5", "a2"]
    assert len(waiting) == 0


def test_a_turn_goes_on_where_the_last_one_ended() -> None:
    waiting = _waiting("a", "a", "a", "b", "b")
    assert waiting.take(3, 99) == ["a0", "b3", "a1"]
    assert waiting.take(3, 99) == ["b4", "a2"]


def test_a_sender_that_has_much_waiting_keeps_nobody_else_out() -> None:
    waiting = _waiting("a", "a", "a")
    assert not waiting.add("a", "too many", 1)
    assert waiting.add("b", "b", 1)
    assert waiting.take(9, 9) == ["a0", "b", "a1", "a2"]
    assert waiting.add("a", "room again", 1)


def test_large_messages_count_by_their_size() -> None:
    waiting = _waiting("a", "b", size_bytes=1000)
    assert not waiting.add("a", "too much", 1)
    assert _states(waiting) == (True, False)
    assert waiting.take(9, 1) == ["a0"]
    assert _states(waiting) == (False, True)


def test_reading_stops_where_all_together_have_too_much() -> None:
    waiting = _waiting("a", "a", "b", "b", "c", "c", "d")
    assert _states(waiting) == (False, False)
    waiting.add("d", "d", 1)
    assert _states(waiting) == (True, False)
    waiting.take(4, 99)
    assert _states(waiting) == (False, True)


def test_nothing_waiting_is_nothing_taken() -> None:
    waiting = _waiting()
    assert waiting.take(9, 9) == []
    assert waiting.is_low
