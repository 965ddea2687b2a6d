from dataclasses import replace
from datetime import date, timedelta

from analysis.finding import Sentence
from analysis.outage.judge import Account
from analysis.outage.outage import (
    Cause,
    Concern,
    Confidence,
    Edge,
    Flag,
    Imputable,
    Outage,
    Rung,
    RungName,
    RungState,
    Severity,
    Verdict,
)
from analysis.period import Period
from dashboards.web.page.outages.shown import OutagesPage
from dashboards.web.page.outages.view import LISTED_MOST, view
from dashboards.web.part.shown import Tone
from dashboards.web.past.calendar import whole_month
from dashboards.web.past.told import MonthOfOutages
from dashboards.web.voice import Voice
from tests.build import LISBON, a_contract
from tests.unit.dashboards.readings import NOW, a_ledger, an_empty_reading
from tests.unit.dashboards.test_voice import EN, PT

FIRST = date(2026, 11, 1)
CUT = Period(NOW - timedelta(hours=3), NOW - timedelta(hours=2))
SECOND = timedelta(seconds=1)


def an_outage(cut: Period = CUT, **given: object) -> Outage:
    seconds = cut.duration.total_seconds()
    made = Outage(
        line="casa",
        concern=Concern.LINE,
        concerns_name=None,
        start=Edge(cut.start_at - 5 * SECOND, cut.start_at),
        end=Edge(cut.end_at - 5 * SECOND, cut.end_at),
        down=(cut,),
        down_s_lower=seconds,
        down_s_upper=seconds,
        severity=Severity.OUTAGE,
        flags=(Flag.INTERRUPTED,),
        rungs=(
            Rung(RungName.GATEWAY, RungState.WELL, Sentence(pt="12/12 respostas", en="12/12 answers")),
            Rung(RungName.FIRST_HOP, RungState.UNSEEN),
        ),
        verdict=Verdict(Cause.ACCESS_LINE, Confidence.HIGH, Imputable.OPERATOR),
    )
    return replace(made, **given)  # type: ignore[arg-type]  # whatever a test is about


def shown(*outages: Outage, voice: Voice = EN, known: bool = True) -> OutagesPage:
    account = Account(ledger=a_ledger(), outages=outages, losses=()) if known else None
    about = an_empty_reading(contract=a_contract())
    month = MonthOfOutages(about=about, first_on=FIRST, period=whole_month(FIRST, LISBON), as_of=NOW, account=account)
    page = view(month, voice).page
    assert isinstance(page, OutagesPage)
    return page


def test_edges_are_told_as_intervals() -> None:
    facts = dict(shown(an_outage()).outages[0].facts)
    assert facts["Began"] == "between 21 Nov, 15:40:15 and 21 Nov, 15:40:20"
    assert facts["Ended"] == "between 21 Nov, 16:40:15 and 21 Nov, 16:40:20"
    assert facts["Confidence"] == "high"


def test_what_nobody_watched_is_said_of_the_edge() -> None:
    one = an_outage(start=Edge(None, CUT.start_at), end=Edge(CUT.end_at, None))
    facts = dict(shown(one).outages[0].facts)
    assert facts["Began"].startswith("before 21 Nov, 15:40:20; nobody watched")
    assert facts["Ended"].endswith("nobody watched the end")


def test_the_length_is_a_lower_bound_and_an_upper_where_they_differ() -> None:
    assert shown(an_outage()).outages[0].lasted == "at least 1 h"
    assert shown(an_outage(down_s_upper=3660.0)).outages[0].lasted == "between 1 h and 1 h 1 min"


def test_whose_it_was_and_every_rung_is_told_in_the_readers_language() -> None:
    one = shown(an_outage(), voice=PT).outages[0]
    assert one.whose == "operador"
    assert [(rung.tone, rung.evidence) for rung in one.rungs] == [(Tone.GOOD, "12/12 respostas"), (Tone.NOTE, "")]
    assert one.remarks == ("Houve respostas isoladas pelo meio, poucas para ser uma recuperação.",)
    assert one.day_address == "/day?day=2026-11-21"


def test_the_newest_stand_first_and_what_is_left_out_is_said() -> None:
    cuts = [
        Period(CUT.start_at + n * 60 * SECOND, CUT.start_at + (n * 60 + 20) * SECOND) for n in range(LISTED_MOST + 3)
    ]
    page = shown(*(an_outage(cut) for cut in cuts))
    assert page.outages[0].when == "21 Nov, 17:22:20"
    assert len(page.outages) == LISTED_MOST
    assert page.left_out.startswith("3 earlier ones")


def test_no_outage_seen_is_no_claim_that_there_was_none() -> None:
    assert "holds for observed time only" in shown().absent
    assert shown(known=False).absent == "There is no record of time yet."
