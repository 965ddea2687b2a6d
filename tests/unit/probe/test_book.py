from datetime import timedelta

from probe.body.reachability import NoAnswer, ProbeMethod, Role, Sample
from probe.reach.book import Book, Watched
from probe.reach.minute import Whom
from probe.record import Stamp
from tests.build import AT, a_stamp

WHOM = Whom("192.0.2.1", Role.GATEWAY, ProbeMethod.ICMP, loopback=False)


def at(seconds: float, *, slept_s: float = 0) -> Stamp:
    """`seconds` after a full minute; of them the monotonic clock missed `slept_s`."""
    return a_stamp(
        at=AT + timedelta(seconds=seconds),
        monotonic_ns=a_stamp(at=AT + timedelta(seconds=seconds - slept_s)).monotonic_ns,
    )


def looks(book: Book, start: int, end: int, *, slept_s: float = 0) -> list[Watched]:
    return [one for second in range(start, end) for one in book.look(at(second, slept_s=slept_s))]


def spans(watched: list[Watched]) -> list[tuple[float, float]]:
    return [
        ((one.window.started.at - AT).total_seconds(), (one.window.ended.at - AT).total_seconds()) for one in watched
    ]


def samples(one: Watched) -> list[Sample]:
    return [sample for target in one.body.targets for sample in target.samples]


def test_time_is_cut_at_the_wall_clocks_minutes() -> None:
    book = Book(at(20.5), interval_s=5)
    out = [*looks(book, 21, 190), *book.finish(at(190))]
    assert spans(out) == [(20.5, 60), (60, 120), (120, 180), (180, 190)]


def test_a_minute_waits_for_its_last_answers() -> None:
    book = Book(at(0), interval_s=5)
    assert looks(book, 1, 59) == []
    question = book.ask(WHOM, asked_ns=at(59).monotonic_ns)
    assert looks(book, 59, 64) == []
    book.settle(question, 4500.0)
    (minute,) = looks(book, 64, 66)
    assert samples(minute) == [Sample(59_000, 4500.0)]


def test_an_answer_counts_once_and_not_after_its_minute_went_out() -> None:
    book = Book(at(0), interval_s=5)
    question = book.ask(WHOM, asked_ns=at(1).monotonic_ns)
    book.settle(question, 1.0)
    book.settle(question, NoAnswer.UNREACHABLE)
    late = book.ask(WHOM, asked_ns=at(2).monotonic_ns)
    (minute,) = looks(book, 1, 70)
    book.settle(late, 2.0)
    assert samples(minute) == [Sample(1000, 1.0), Sample(2000, None, NoAnswer.TIMED_OUT)]
    assert samples(*book.finish(at(70))) == []


def test_a_machine_that_sleeps_makes_no_samples_and_no_time_outs() -> None:
    book = Book(at(0), interval_s=5)
    looks(book, 1, 31)
    book.ask(WHOM, asked_ns=at(29).monotonic_ns)  # its answer came while the machine slept
    out = [*looks(book, 3600, 3661, slept_s=3570), *book.finish(at(3661, slept_s=3570))]
    assert spans(out) == [(0, 30), (3600, 3660), (3660, 3661)]
    assert samples(out[0]) == []


def test_a_clock_that_is_set_back_ends_a_stretch_and_begins_another() -> None:
    book = Book(at(0), interval_s=5)
    looks(book, 1, 31)
    out = [*book.look(at(-3599, slept_s=-3630)), *book.finish(at(-3595, slept_s=-3630))]
    assert spans(out) == [(0, 30), (-3599, -3595)]


def test_what_was_not_heard_out_at_the_end_is_left_out() -> None:
    book = Book(at(0), interval_s=5)
    for second in (1, 8):
        book.ask(WHOM, asked_ns=at(second).monotonic_ns)
    looks(book, 1, 10)
    assert samples(*book.finish(at(10))) == [Sample(1000, None, NoAnswer.TIMED_OUT)]


def test_a_stretch_without_length_is_no_record() -> None:
    assert Book(at(0), interval_s=5).finish(at(0)) == ()


def test_where_the_interval_changes_a_window_ends() -> None:
    book = Book(at(0), interval_s=5)
    book.ask(WHOM, asked_ns=at(10).monotonic_ns, outcome=1.0)
    out = [*looks(book, 1, 12), *book.pace(at(12), 1)]
    book.ask(WHOM, asked_ns=at(13).monotonic_ns, outcome=2.0)
    out += [*looks(book, 13, 30), *book.pace(at(30), 5), *looks(book, 31, 70)]
    assert spans(out) == [(0, 12), (12, 30), (30, 60)]
    assert [one.body.interval_s for one in out] == [5, 1, 5]
    assert [len(samples(one)) for one in out] == [1, 1, 0]


def test_the_samples_of_two_intervals_do_not_meet_however_they_are_broken_off() -> None:
    book = Book(at(0), interval_s=5)
    looks(book, 1, 12)
    book.pace(at(12), 1)
    assert [one.body.interval_s for one in book.finish(at(13))] == [5, 1]
