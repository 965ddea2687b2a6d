"""Pure. What was seen of speeds put together to one value for each promise, or to a question where it does not agree.

A share of another speed is worked out here. Knows nothing of lines and labels.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from analysis.summary.reading import Candidate, Confidence, Item, Value
from analysis.summary.speed.label import Kind, Way
from analysis.summary.speed.sighting import Sighting

_ORDER = (Kind.MINIMUM, Kind.NORMAL, Kind.MAXIMUM)


def item(kind: Kind, way: Way) -> Item:
    """The item that a kind of speed in one way is."""
    return Item(f"{way.value}_{kind.value}_mbps")


def settle(candidates: Iterable[Candidate]) -> dict[Item, Value]:
    """One value for each item that there are candidates for."""
    by_item: dict[Item, list[Candidate]] = {}
    for candidate in candidates:
        by_item.setdefault(candidate.item, []).append(candidate)
    return {item: _value(own) for item, own in by_item.items()}


def _value(own: Sequence[Candidate]) -> Value:
    best = min(own, key=lambda one: list(Confidence).index(one.confidence))
    if len({one.value for one in own}) > 1:
        reason = "several values stand there: " + ", ".join(sorted({str(one.value) for one in own}))
        return Value(value=None, confidence=Confidence.OPEN, reason=reason, candidates=tuple(own))
    return Value(value=best.value, confidence=best.confidence, reason=best.reason, candidates=(best,))


def promised(seen: Sequence[Sighting], *, in_section: bool) -> dict[Item, Value]:
    """The speeds. Outside the section that the template keeps for them nothing is certain."""
    named = [one for one in seen if one.kind is not None and not one.other]
    values = settle(
        _candidate(one, in_section=in_section) for one in named if one.mbps is not None and one.way is not None
    )
    shares = settle(_worked_out(named, values))
    mixed = {item: _both(values.get(item), shares.get(item)) for item in {*values, *shares}}
    told = {item: value for item, value in mixed.items() if value is not None}
    if any(one.other for one in seen):
        return told
    return _in_order(told)


def _candidate(one: Sighting, *, in_section: bool) -> Candidate:
    assert one.kind is not None
    assert one.way is not None
    assert one.mbps is not None
    confidence = Confidence.OPEN if one.asked else Confidence.CERTAIN if one.sure else Confidence.LIKELY
    reason = one.reason
    if confidence is Confidence.CERTAIN and not in_section:
        confidence, reason = Confidence.LIKELY, f"{reason}, but not under the template's heading"
    return Candidate(
        item=item(one.kind, one.way),
        value=one.mbps,
        confidence=confidence,
        reason=reason,
        page=one.page,
        words=one.words,
    )


def _worked_out(seen: Sequence[Sighting], values: Mapping[Item, Value]) -> Iterator[Candidate]:
    """Shares of another speed; one that names no way holds for both."""
    for one in seen:
        if one.share is None or one.base is None or one.kind is None or one.kind is one.base or one.asked:
            continue
        for way in Way if one.way is None else (one.way,):
            whole = values.get(item(one.base, way))
            if whole is None or not isinstance(whole.value, Decimal):
                continue
            yield replace(
                whole.candidates[0],
                item=item(one.kind, way),
                value=whole.value * one.share,
                confidence=Confidence.LIKELY,
                reason=f"worked out: {one.share * 100:f} % of the {one.base} speed",
                page=one.page,
                words=one.words,
            )


def _both(value: Value | None, other: Value | None) -> Value | None:
    if value is None or other is None:
        return value or other
    return _value([*value.candidates, *other.candidates])


def _in_order(values: Mapping[Item, Value]) -> dict[Item, Value]:
    """The same values; those of a way whose minimum is above its normal or maximum speed are open."""
    told = dict(values)
    for way in Way:
        own = [(item(kind, way), values[item(kind, way)]) for kind in _ORDER if item(kind, way) in values]
        known = [value.value for _, value in own if isinstance(value.value, Decimal)]
        if known != sorted(known):
            reason = "the minimum, normal and maximum speeds are not in this order"
            told |= {one: replace(value, confidence=Confidence.OPEN, reason=reason) for one, value in own}
    return told
