"""Pure. Which cells withhold a part of what they tell: outages, repairs, money; beside cells that are withheld whole.

As `withhold` does for cells, with what counts for the part: the lines that it tells of, not those that are there.
Knows nothing of what is told.
"""

from collections.abc import Iterable, Mapping, Sequence

from analysis.extract.disclosure.amount import Amount, EarlierPart, Part
from analysis.extract.disclosure.cell import Key, Relation
from analysis.extract.disclosure.complement import Measure, Tables, complement
from analysis.extract.disclosure.withhold import Reason


def withhold_part(
    part: Part,
    amounts: Sequence[Amount],
    whole: Mapping[Key, Reason],
    relations: Sequence[Relation],
    earlier: EarlierPart,
) -> tuple[tuple[Key, Reason], ...]:
    """Those of `amounts` whose part is withheld, sorted by key. `whole`: cells that are withheld for other reasons.

    `relations` are among these cells and those of `earlier`. Raises TablesError where the sums contradict them.
    """
    told = {one.key: one for before in earlier.others for one in before.amounts}
    hidden = {key: reason for before in earlier.others for key, reason in before.withheld}
    every = told | {one.key: one for one in amounts}
    tables = _tables(part, every, told.keys(), relations)
    own = dict(earlier.own)
    reasons = {
        one.key: reason
        for one in amounts
        if (reason := whole.get(one.key) or _reason(part, one, own.get(one.key))) is not None
    }
    protected = [key for key, reason in (*reasons.items(), *hidden.items()) if reason is not Reason.OTHERS]
    more = complement(tables, reasons.keys() | hidden.keys(), protected)
    return tuple(sorted({**reasons, **dict.fromkeys(more, Reason.OTHERS)}.items()))


def _reason(part: Part, one: Amount, before: Reason | None) -> Reason | None:
    if not one.line_count:
        return None
    if one.line_count < part.least_lines:
        return Reason.FEW_LINES
    if one.sums[0] < part.least_count:
        return Reason.FEW_TOLD
    if one.largest_share > part.most_share:
        return Reason.ONE_LINE
    return before if before in (None, Reason.OTHERS) else Reason.EARLIER


def _tables(
    part: Part, amounts: Mapping[Key, Amount], published: Iterable[Key], relations: Sequence[Relation]
) -> Tables:
    known = frozenset(published)
    held = tuple(one for one in relations if one.total in amounts and all(key in amounts for key in one.parts))
    measures = []
    for place, of in enumerate(part.sums):
        counts = {key: one.sums[place] for key, one in amounts.items()}
        holding = tuple(one for one in held if not one.in_time or (of.over_time and _holds(one, counts)))
        measures.append(Measure(counts=counts, relations=holding, least_width=of.least_width))
    return Tables(
        measures=tuple(measures),
        relations=held,
        losses={
            key: (one.line_count, one.sums[0]) for key, one in amounts.items() if key not in known and one.line_count
        },
    )


def _holds(relation: Relation, counts: Mapping[Key, int]) -> bool:
    """Sums over time do not where lines moved."""
    return counts[relation.total] == sum(counts[key] for key in relation.parts)
