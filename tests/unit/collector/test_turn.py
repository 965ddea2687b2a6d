from datetime import datetime, timedelta

from collector.envelope import Outline
from collector.judging.outline import outline_of
from collector.turn import Turns
from probe.body.draw import TurnWish
from probe.body.notice import Notice, NoticeKind
from probe.record import Body
from probe.wire import Batch, Turn
from tests.build import AT, a_record

S = timedelta(seconds=1)


def a_batch(*bodies: Body, probe: str = "p1", line: str = "casa", at: datetime = AT) -> Outline:
    records = tuple(a_record(body=body, at=at, probe=probe, line=line, sequence=n) for n, body in enumerate(bodies, 1))
    return outline_of(Batch(line=line, probe=probe, previous_sha256=None, records=records))


def wish(for_s: float = 30) -> TurnWish:
    return TurnWish(for_s=for_s)


def test_a_line_is_one_probes_at_a_time() -> None:
    turns = Turns()
    until = AT + 30 * S
    assert turns.answer(a_batch(wish()), AT) == Turn(granted=True, until=until)
    assert turns.answer(a_batch(wish(), probe="p2"), AT + 29 * S) == Turn(granted=False, until=until)
    assert turns.answer(a_batch(wish(10), probe="p2", at=until), until) == Turn(granted=True, until=until + 10 * S)
    assert turns.answer(a_batch(wish(), at=until), until) == Turn(granted=False, until=until + 10 * S)


def test_lines_do_not_stand_in_each_others_way() -> None:
    turns = Turns()
    for line in ("casa", "praia"):
        answer = turns.answer(a_batch(wish(), line=line, probe=f"p-{line}"), AT)
        assert answer is not None
        assert answer.granted


def test_who_has_the_line_may_ask_again() -> None:
    turns = Turns()
    turns.answer(a_batch(wish()), AT)
    assert turns.answer(a_batch(wish(60), at=AT + S), AT + S) == Turn(granted=True, until=AT + 61 * S)


def test_a_wish_out_of_a_backlog_takes_nobodys_turn() -> None:
    turns = Turns()
    assert turns.answer(a_batch(wish()), AT + 31 * S) is None
    answer = turns.answer(a_batch(wish(), probe="p2", at=AT + 31 * S), AT + 31 * S)
    assert answer is not None
    assert answer.granted


def test_a_batch_without_a_wish_has_no_answer_and_of_several_the_last_counts() -> None:
    turns = Turns()
    notice = Notice(kind=NoticeKind.STARTED)
    assert turns.answer(a_batch(notice), AT) is None
    answer = turns.answer(a_batch(wish(10), notice, wish(20), notice), AT)
    assert answer == Turn(granted=True, until=AT + 20 * S)
