from datetime import timedelta

from probe.body.rung import CarrierChange, Neighbour
from probe.record import Stamp
from probe.rung.link_book import Failure, LinkBook
from tests.build import AT, a_stamp


def at(seconds: float) -> Stamp:
    return a_stamp(at=AT + timedelta(seconds=seconds))


def ns(seconds: float) -> int:
    return at(seconds).monotonic_ns


def test_a_carrier_that_goes_and_comes_is_one_record_with_both() -> None:
    book = LinkBook("eth0", at(0), carrier=True)
    book.note(ns(10), carrier=False)
    book.note(ns(10.5), carrier=False)
    book.note(ns(12), carrier=True)
    assert not book.is_due(ns(14.9))
    assert book.is_due(ns(15))
    stretch = book.close(at(15))
    assert (stretch.carrier, stretch.changes) == (True, (CarrierChange(10_000, False), CarrierChange(12_000, True)))


def test_the_next_record_begins_with_what_the_last_one_left() -> None:
    book = LinkBook("eth0", at(0), carrier=True)
    book.note(ns(10), carrier=False)
    book.close(at(15))
    assert not book.is_due(ns(100))
    stretch = book.close(at(900))
    assert (stretch.began, stretch.carrier, stretch.changes) == (at(15), False, ())


def test_what_is_not_known_is_no_change() -> None:
    book = LinkBook("eth0", at(0), carrier=None)
    book.note(ns(1), carrier=None)
    book.note(ns(2), carrier=True)
    book.note(ns(3), carrier=None)
    stretch = book.close(at(5))
    assert (stretch.carrier, stretch.changes) == (True, ())


def test_a_cable_that_never_rests_fills_no_memory() -> None:
    book = LinkBook("eth0", at(0), carrier=True)
    for number in range(10_000):
        book.note(ns(number / 1000), carrier=number % 2 == 1)
    assert len(book.close(at(15)).changes) == 120


def test_a_failed_neighbour_is_remembered_while_the_kernel_asks_again() -> None:
    failure = Failure()
    assert failure.note(4, Neighbour.FAILED, ns(0)) is Neighbour.FAILED
    assert failure.note(4, Neighbour.UNKNOWN, ns(9)) is Neighbour.FAILED
    assert failure.note(6, Neighbour.UNKNOWN, ns(9)) is Neighbour.UNKNOWN
    assert failure.note(4, Neighbour.UNKNOWN, ns(11)) is Neighbour.UNKNOWN


def test_one_that_answers_has_not_failed() -> None:
    failure = Failure()
    failure.note(4, Neighbour.FAILED, ns(0))
    assert failure.note(4, Neighbour.REACHABLE, ns(1)) is Neighbour.REACHABLE
    assert failure.note(4, Neighbour.UNKNOWN, ns(2)) is Neighbour.UNKNOWN
