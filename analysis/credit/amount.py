"""Pure. What is owed for one billing period: which interruptions count, the matrix, the recommended reading.

Lei 16/2022, art. 129(1). Knows nothing of invoices.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from analysis.availability.accumulated import bounds_s
from analysis.availability.billing import Billing
from analysis.availability.downtime import Downtime, Interruption, Standing, longest_s, seconds
from analysis.clause import Rule
from analysis.credit.matrix import Base, Cell, Denominator, Owed, Reading, Rounding, Since, matrix
from analysis.finding import Figure, Finding, Verdict
from analysis.ruling import Bench, Conclusion
from analysis.wording import Said, day, euros, say, sentence

_S_PER_H = 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What one billing period owes. `grounds` are proved; `possible_grounds` may be.

    `cells` is empty without a price. `restored_at`: the end of the last interruption in it, None while one lasts.
    """

    billing: Billing
    grounds: tuple[str, ...]
    possible_grounds: tuple[str, ...]
    cells: tuple[Cell, ...]
    outage_ids: tuple[str, ...]
    restored_at: datetime | None
    contested: bool

    @property
    def verdict(self) -> Verdict:
        """BREACHED: credit is owed, for certain; NOT_APPLICABLE: none can be."""
        if self.grounds:
            return Verdict.BREACHED
        return Verdict.INSUFFICIENT if self.possible_grounds else Verdict.NOT_APPLICABLE

    def recommended(self, rule: Rule) -> Cell | None:
        """The cell of the reading that the rule recommends, of the whole price where no share of it is stated."""
        wanted = reading_of(rule)
        bundle = Reading(Base.BUNDLE, wanted.since, wanted.denominator, wanted.rounding)
        of = {cell.reading: cell for cell in self.cells}
        return of.get(wanted) or of.get(bundle)


def reading_of(rule: Rule) -> Reading:
    """The recommended reading, from the rule's own data."""
    word = {name: str(rule.parameters[name].value) for name in ("base", "since", "denominator", "rounding")}
    return Reading(
        Base(word["base"]), Since(word["since"]), Denominator(word["denominator"]), Rounding(word["rounding"])
    )


def due(bench: Bench, rule: Rule, billing: Billing, away: Downtime) -> Due:
    """What `billing` owes for the time in `away`."""
    limit_s, bridge_s = rule.number("hours") * _S_PER_H, rule.number("bridge_s")
    here = [one for one in away.interruptions if seconds(one.possible, billing.period)]
    low_s, high_s = bounds_s(billing.period, away)
    seen_s = sum(seconds(one.possible, billing.period) for one in here)
    proved = [one for one in here if _known_s(one, bridge_s) > limit_s or (low_s > limit_s and _is_known(one))]
    possible = [one for one in here if min(high_s, seen_s) > limit_s or seconds(one.possible) > limit_s]
    owed = Owed(
        observed=[stretch for one in proved for stretch in one.down(Standing.OPERATOR)],
        known=[stretch for one in proved for stretch in one.down(Standing.OPERATOR, known=True)],
        possible=[stretch for one in possible for stretch in one.possible],
    )
    last = possible[-1] if possible else None
    return Due(
        billing=billing,
        grounds=_grounds(any(_known_s(one, bridge_s) > limit_s for one in here), low_s > limit_s),
        possible_grounds=_grounds(any(seconds(one.possible) > limit_s for one in here), min(high_s, seen_s) > limit_s),
        cells=matrix(bench.contract, billing, owed, rule.whole("month_days")),
        outage_ids=tuple(name for one in possible for name in one.outage_ids),
        restored_at=None if last is None else last.restored_at,
        contested=any(one.down(Standing.CONTESTED) for one in possible),
    )


def amount(bench: Bench, rule: Rule, owes: Due) -> Finding:
    """`owes` as a finding: *breached* says that credit is owed, whether or not it was given."""
    cell, period = owes.recommended(rule), owes.billing.period
    verdict = owes.verdict
    missing = [] if owes.cells else ["price"]
    figures: dict[str, Figure] = {
        "grounds": [*owes.grounds],
        "possible_grounds": [*owes.possible_grounds],
        "contested": owes.contested,
        "recommended": None if cell is None else _told(cell),
        "recommended_eur": None if cell is None else str(cell.lower_eur),
        "matrix": [_told(one) for one in owes.cells],
        "bundle_only_if_all_was_away": True,
        "missing": [*missing],
    }
    start_on = period.start_at.astimezone(bench.contract.line.zone).date()
    key = verdict.value if owes.cells or verdict is Verdict.NOT_APPLICABLE else "no_price"
    parts: dict[str, Said | str] = (
        {} if cell is None else {"eur": euros(cell.lower_eur), "upper": euros(cell.upper_eur)}
    )
    lowest = min((one.lower_eur for one in owes.cells), default=Decimal(0))
    said = sentence(
        f"credit.amount.{key}",
        start=day(start_on),
        reason=_reason(cell),
        lowest=euros(lowest),
        **{"eur": "", "upper": "", **parts},
    )
    return bench.finding(
        rule,
        Conclusion(verdict=verdict, period=period, measured=figures, sentence=said, witnesses=owes.outage_ids),
    )


def _reason(cell: Cell | None) -> Said:
    return say("credit.reason_bundle" if cell is not None and cell.reading.base is Base.BUNDLE else "credit.reason")


def _is_known(one: Interruption) -> bool:
    """Whether any of it counts towards the sum of a billing period."""
    return bool(one.down(Standing.OPERATOR, known=True))


def _known_s(one: Interruption, bridge_s: float) -> float:
    return longest_s(one.down(Standing.OPERATOR, known=True), bridge_s)[0]


def _grounds(consecutive: bool, accumulated: bool) -> tuple[str, ...]:  # noqa: FBT001  two answers of one kind
    return tuple(name for name, holds in (("consecutive", consecutive), ("accumulated", accumulated)) if holds)


def _told(cell: Cell) -> dict[str, Figure]:
    return {
        "base": cell.reading.base.value,
        "since": cell.reading.since.value,
        "denominator": cell.reading.denominator.value,
        "rounding": cell.reading.rounding.value,
        "lower_eur": str(cell.lower_eur),
        "upper_eur": str(cell.upper_eur),
    }
