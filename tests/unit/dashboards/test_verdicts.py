from datetime import date

import pytest

from analysis.contract import Note
from analysis.finding import Verdict
from dashboards.web.part.shown import Promise, Tone
from dashboards.web.part.verdicts import verdicts
from probe.body.speed_test import Direction
from tests.build import a_contract, some_terms, speeds
from tests.unit.dashboards.readings import DAY, a_finding, a_reading, a_report, an_empty_reading, findings
from tests.unit.dashboards.test_voice import EN, PT


def download(*found: object, **fields: object) -> tuple[Promise, ...]:
    return verdicts(a_reading(report=a_report(*found), **fields), EN).directions[0].promises  # type: ignore[arg-type]  # mixed builders


def test_every_promise_of_both_directions_is_there_in_the_contracts_order() -> None:
    shown = verdicts(a_reading(), EN)
    assert [one.title for one in shown.directions] == ["Download", "Upload"]
    assert [[one.promised for one in way.promises] for way in shown.directions] == [
        ["1000 Mbit/s", "1000 Mbit/s", "400 Mbit/s"],
        ["200 Mbit/s", "200 Mbit/s", "80 Mbit/s"],
    ]
    assert shown.contract == "NOS · Fibra 1000"


@pytest.mark.parametrize(
    ("verdict", "word", "tone"),
    [
        (Verdict.MET, "Met", Tone.GOOD),
        (Verdict.BREACHED, "Breached", Tone.BAD),
        (Verdict.INSUFFICIENT, "Not enough evidence", Tone.UNKNOWN),
        (Verdict.NOT_APPLICABLE, "Does not apply", Tone.NOTE),
    ],
)
def test_the_verdict_is_the_findings_own(verdict: Verdict, word: str, tone: Tone) -> None:
    assert {(one.verdict, one.tone) for one in download(*findings(verdict))} == {(word, tone)}


def test_a_promise_carries_sentence_clause_and_counts() -> None:
    finding = a_finding(
        level="maximum", n_used=1, n_excluded={"failed": 1, "wireless": 12, "new_reason": 2, "tunnel": 0}
    )
    shown = download(finding)[0]
    assert (shown.sentence, shown.clause, shown.used) == ("EN maximum download met", "NOS 3.10.1", "1 test used")
    assert shown.excluded == (
        "12 set aside: measured over Wi-Fi",
        "2 set aside: new reason",
        "1 set aside: the test failed",
    )


def test_the_sentence_is_in_the_readers_language() -> None:
    assert verdicts(a_reading(), PT).directions[0].promises[0].sentence.startswith("PT ")


def test_a_finding_of_another_day_or_direction_is_not_this_promises() -> None:
    other = a_finding(level="maximum", verdict=Verdict.BREACHED, day=date(2026, 11, 20))
    upload = a_finding(level="maximum", verdict=Verdict.BREACHED, direction=Direction.UPLOAD)
    assert {one.verdict for one in download(other, upload)} == {"Not judged"}


def test_a_promise_that_the_contract_does_not_state_has_no_number() -> None:
    contract = a_contract(download=speeds(1000, None, None))
    assert [one.promised for one in download(contract=contract)] == [
        "1000 Mbit/s",
        "not stated in the contract",
        "not stated in the contract",
    ]


def test_without_a_contract_in_force_there_is_a_sentence_and_no_promise() -> None:
    assert verdicts(an_empty_reading(), EN).absent.startswith("Without a contract")
    later = a_contract(terms=(some_terms(from_on=date(2027, 1, 15)),))
    shown = verdicts(a_reading(contract=later), EN)
    assert shown.absent == "The contract is in force only from Friday, 15 January 2027."
    assert shown.directions == ()


def test_what_must_be_known_of_a_contract_is_shown() -> None:
    contract = a_contract()
    noted = type(contract)(
        operator=contract.operator,
        technology=contract.technology,
        profile=contract.profile,
        line=contract.line,
        terms=contract.terms,
        notes=(Note("download", "Uma nota.", "A note."),),
    )
    assert verdicts(a_reading(contract=noted), PT).notes == ("Uma nota.",)
    assert verdicts(a_reading(), EN).day == EN.day(DAY)
