"""Pure. Which label belongs to which number in a run of words: the one before it, or, where they follow, the one after.

Where the words allow two answers there is none. Knows nothing of pages and of what the numbers are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from analysis.summary.speed.label import Kind, Label, Meaning, Service, Way

DIMENSIONS: tuple[type[Kind] | type[Way] | type[Service], ...] = (Kind, Way, Service)


@dataclass(frozen=True, slots=True)
class Told:
    """What the labels say of one number in one respect. `meaning` None where they allow several answers.

    `pair` is set where the number is two, divided by a stroke, and so are its labels; with `listed`, where two labels
    stand together before one number. `after`: the label follows.
    """

    meaning: Meaning | None
    pair: tuple[Meaning, Meaning] | None = None
    listed: bool = False
    after: bool = False


@dataclass(frozen=True, slots=True)
class Spot:
    """A number at `start` of its text; `double` where it is two, divided by a stroke."""

    start: int
    double: bool


def attribute(
    labels: Sequence[Label], spots: Sequence[Spot], dimension: type[Kind] | type[Way] | type[Service]
) -> tuple[Told | None, ...]:
    """For each number what the labels of that dimension tell; None for all where there are no such labels."""
    own = [label for label in labels if isinstance(label.meaning, dimension)]
    if not own or not spots:
        return (None,) * len(spots)
    events: list[Label | Spot] = [*own, *spots]
    ordered = sorted(events, key=lambda event: event.start)
    if isinstance(ordered[0], Spot):
        told = _forward(list(reversed(ordered)))
        return tuple(reversed([_behind(one) for one in told]))
    return tuple(_forward(ordered))


def _behind(told: Told) -> Told:
    pair = None if told.pair is None else (told.pair[1], told.pair[0])
    return Told(told.meaning, pair, told.listed, after=True)


def _forward(events: Sequence[Label | Spot]) -> list[Told]:
    """Each number takes the label before it; several labels in a row are a list, for as many numbers in a row."""
    told: list[Told] = []
    names: list[Label] = []
    for is_spot, run in groupby(events, key=lambda event: isinstance(event, Spot)):
        if is_spot:
            told += _given(names, [event for event in run if isinstance(event, Spot)])
        else:
            by_meaning = groupby((event for event in run if isinstance(event, Label)), key=lambda label: label.meaning)
            names = [next(same) for _, same in by_meaning]
    meanings = {name.meaning for name in names} | {one.meaning for one in told}
    if not isinstance(events[-1], Spot) and len(meanings) > 1:
        return [Told(None)] * len(told)  # the last label has no number of its own: it may be another's
    return told


def _given(names: Sequence[Label], spots: Sequence[Spot]) -> list[Told]:
    if len(names) == 1:
        return [Told(names[0].meaning)] * len(spots)
    in_order = sorted(names, key=lambda name: name.start)
    ties = {name.joined for name in in_order[1:]}
    if len(names) == len(spots) and "" not in ties and not any(spot.double for spot in spots):
        return [Told(name.meaning, listed=True) for name in names]
    if len(names) == 2 and len(spots) == 1 and ties == {"/" if spots[0].double else "and"}:
        return [Told(None, pair=(names[0].meaning, names[1].meaning), listed=not spots[0].double)]
    return [Told(None)] * len(spots)
