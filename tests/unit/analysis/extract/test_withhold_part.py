"""What a cell tells of rare things is withheld by who had any, and with it what would tell it."""

from analysis.extract.disclosure.amount import Amount, EarlierPart, Part, Sum, ToldPart
from analysis.extract.disclosure.cell import ALL, Key
from analysis.extract.disclosure.relation import relations
from analysis.extract.disclosure.withhold import Reason
from analysis.extract.disclosure.withhold_part import withhold_part

PART = Part(
    name="outages",
    least_lines=3,
    least_count=0,
    most_share=0.5,
    sums=(Sum(name="away_min", least_width=60, over_time=True), Sum(name="lines", least_width=3, over_time=False)),
)
NOBODY: dict[Key, Reason] = {}
NOTHING_TOLD = EarlierPart()


def amount(region: str, lines: int, minutes: int, largest: float = 0.3, period: str = "2026-10") -> Amount:
    return Amount(key=(period, region), line_count=lines, largest_share=largest, sums=(minutes, lines))


def found(
    amounts: list[Amount], whole: dict[Key, Reason] = NOBODY, earlier: EarlierPart = NOTHING_TOLD
) -> dict[str, Reason]:
    keys = {one.key for one in (*amounts, *(each for told in earlier.others for each in told.amounts))}
    quarters = {"2026-Q4": ("2026-10", "2026-11", "2026-12")}
    given = withhold_part(PART, amounts, whole, relations(keys, quarters), earlier)
    return {key[1]: reason for key, reason in given}


def test_where_nobody_was_away_that_is_told() -> None:
    assert found([amount("norte", 0, 0), amount("sul", 9, 900), amount(ALL, 9, 900)]) == {}


def test_where_few_were_away_it_is_withheld_and_so_is_what_would_tell_it() -> None:
    told = [amount("norte", 2, 100), amount("sul", 9, 900), amount("ilhas", 5, 300), amount(ALL, 16, 1300)]
    assert found(told) == {"norte": Reason.FEW_LINES, "ilhas": Reason.OTHERS}


def test_an_empty_cell_hides_nothing_of_another() -> None:
    told = [amount("norte", 2, 100), amount("sul", 0, 0), amount(ALL, 2, 100)]
    assert found(told) == {"norte": Reason.FEW_LINES, ALL: Reason.FEW_LINES}


def test_where_one_line_was_away_most_of_the_time_it_is_withheld() -> None:
    told = [amount("norte", 8, 800, largest=0.9), amount("sul", 9, 900), amount(ALL, 17, 1700, largest=0.45)]
    assert found(told) == {"norte": Reason.ONE_LINE, "sul": Reason.OTHERS}


def test_a_group_that_is_withheld_whole_tells_none_of_its_parts() -> None:
    told = [amount("norte", 0, 0), amount("sul", 9, 900), amount(ALL, 9, 900)]
    assert found(told, {("2026-10", "norte"): Reason.FEW_LINES}) == {"norte": Reason.FEW_LINES}


def test_a_quarter_does_not_tell_what_a_month_withheld() -> None:
    months = [amount("norte", n, 100 * n, period=f"2026-{month}") for month, n in ((10, 9), (11, 2), (12, 9))]
    earlier = EarlierPart(
        others=tuple(
            ToldPart(part="outages", amounts=(one,), withheld=((one.key, Reason.FEW_LINES),) * (one.line_count < 3))
            for one in months
        )
    )
    quarter = [amount("norte", 18, 2000, period="2026-Q4")]
    assert found(quarter, earlier=earlier) == {"norte": Reason.OTHERS}


def test_what_was_withheld_once_stays_so() -> None:
    told = [amount("norte", 20, 900, 0.1), amount("sul", 30, 900, 0.1), amount(ALL, 50, 1800, 0.1)]
    before = EarlierPart(own=[(("2026-10", "norte"), Reason.FEW_LINES)])
    assert found(told, earlier=before) == {"norte": Reason.EARLIER, "sul": Reason.OTHERS}
