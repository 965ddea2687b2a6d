"""Pure. Keeps the questions until their minute is over, and cuts time into the stretches that were really watched.

A state machine without clocks or sockets: both looks at the clock and answers are told to it.
"""

from dataclasses import dataclass, replace

from probe.body.reachability import Reachability
from probe.reach.minute import (
    ANSWER_WITHIN_S,
    Asked,
    Outcome,
    Whom,
    Window,
    interrupted,
    minute_end,
    reduce,
    stamp_between,
)
from probe.record import Stamp

_ANSWER_WITHIN_NS = int(ANSWER_WITHIN_S * 1e9)


@dataclass(frozen=True, slots=True)
class Watched:
    """A stretch that is over, and what was asked in it."""

    window: Window
    body: Reachability


@dataclass(frozen=True, slots=True)
class _Stretch:
    window: Window
    interval_s: float


class Book:
    """Begins at `began`. Windows come out in order, do not overlap, and leave out exactly the time not watched.

    Within one window the interval stays the same.
    """

    def __init__(self, began: Stamp, *, interval_s: float) -> None:
        self._interval_s = interval_s
        self._began = began
        self._last = began
        self._listening: list[_Stretch] = []  # over, but answers to their last questions may still come
        self._questions: dict[int, Asked] = {}
        self._count = 0

    def ask(self, whom: Whom, *, asked_ns: int, outcome: Outcome | None = None) -> int:
        """Notes a question; its number is for `settle`. `asked_ns` is monotonic."""
        self._count += 1
        self._questions[self._count] = Asked(whom, asked_ns, outcome)
        return self._count

    def settle(self, question: int, outcome: Outcome) -> None:
        """Notes what came of a question. The first outcome counts; one that comes after its minute went out is lost."""
        asked = self._questions.get(question)
        if asked is not None and asked.outcome is None:
            self._questions[question] = replace(asked, outcome=outcome)

    def look(self, now: Stamp) -> tuple[Watched, ...]:
        """Time has come to `now`. The windows that are over and heard out, in order; to be called every few seconds."""
        out: list[Watched] = []
        if interrupted(self._last, now):
            out += self._break_off(self._last)
            self._began = now
        while now.at >= (end_at := minute_end(self._began.at)):
            boundary = stamp_between(end_at, earlier=self._last, later=now)
            self._end(boundary)
        while self._listening and self._listening[0].window.ended.monotonic_ns + _ANSWER_WITHIN_NS <= now.monotonic_ns:
            out.append(self._hand_on(self._listening.pop(0), heard_until=now))
        self._last = now
        return tuple(out)

    def pace(self, now: Stamp, interval_s: float) -> tuple[Watched, ...]:
        """From `now` on questions are asked every `interval_s`: what was asked before is another window's."""
        out = self.look(now)
        self._end(now)
        self._interval_s = interval_s
        return out

    @property
    def began_ns(self) -> int:
        """Since when the window under way is watched, monotonic."""
        return self._began.monotonic_ns

    def finish(self, now: Stamp) -> tuple[Watched, ...]:
        """Everything up to `now`, at once: questions that were not heard out are left out."""
        out = [*self.look(now), *self._break_off(now)]
        self._began = now
        return tuple(out)

    def _end(self, at: Stamp) -> None:
        """The window under way is over; the next one begins."""
        window = Window(self._began, at)
        if not window.empty:
            self._listening.append(_Stretch(window, self._interval_s))
        self._began = at

    def _break_off(self, ended: Stamp) -> list[Watched]:
        self._end(ended)
        watched = [self._hand_on(stretch, heard_until=ended) for stretch in self._listening]
        self._listening.clear()
        self._questions.clear()
        return watched

    def _hand_on(self, stretch: "_Stretch", *, heard_until: Stamp) -> Watched:
        window = stretch.window
        body = reduce(
            self._questions.values(), window, interval_s=stretch.interval_s, heard_until_ns=heard_until.monotonic_ns
        )
        self._questions = {
            number: asked for number, asked in self._questions.items() if asked.asked_ns >= window.ended.monotonic_ns
        }
        return Watched(window, body)
