"""What a dossier says: the same figures in both languages, nothing hidden, the same bytes each time."""

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest

from analysis.assess import assess, judged
from analysis.case.case import NO_CASE
from analysis.contract_file import load
from analysis.dossier.content import Subject, content
from analysis.dossier.letter import letters
from analysis.dossier.pdf import pdf
from analysis.finding import Verdict
from analysis.outage.judge import account_of
from analysis.period import Period, local_day
from analysis.profile import load as load_profile
from analysis.wording import say
from tests.build import DAY, LISBON
from tests.golden.case import HERE, read

AT = datetime(2026, 11, 22, 1, tzinfo=UTC)


def a_subject(golden: str) -> Subject:
    contract = load(HERE / golden / "contract.toml")
    records = read(HERE / golden / "records.jsonl")
    period = Period(local_day(DAY, LISBON).start_at, local_day(DAY, LISBON).end_at)
    report = assess(records, contract, period, AT, NO_CASE)
    return Subject(
        report=report,
        tests=judged(iter(records), contract.line.id, contract, load_profile(contract.profile)),
        outages=account_of(contract.line.id, records, period).outages,
        judged_at=AT,
        software="prova 1",
        bundle_sha256="ab" * 32,
        collector="thumb",
    )


def figures(value: Any) -> list[str]:
    return sorted(re.findall(r"\d+(?:[.,]\d+)?", json.dumps(value, ensure_ascii=False).replace(",", ".")))


@pytest.mark.parametrize("golden", ["plain_breach", "a_real_cut", "wireless_and_streaming", "kept_promise"])
def test_both_languages_carry_the_same_figures(golden: str) -> None:
    told = {lang: content(a_subject(golden), lang) for lang in ("pt", "en")}
    for part in ("verdicts", "contract", "figures", "excluded", "outages"):
        assert figures(told["pt"][part]) == figures(told["en"][part]), part


def test_every_finding_and_every_verdict_is_told() -> None:
    subject = a_subject("plain_breach")
    told = content(subject, "en")
    rows = [row for group in told["findings"] for row in group["rows"]]
    assert [row["sentence"] for row in rows] == [one.sentence.en for one in subject.report.findings]
    assert sum(int(count) for row in told["verdicts"] for count in row[1:]) == len(subject.report.findings)
    breached = [one for one in subject.report.findings if one.verdict is Verdict.BREACHED]
    assert set(told["summary"]["breached"]) == {one.sentence.en for one in breached}


def test_a_test_without_a_result_is_never_drawn_as_zero() -> None:
    told = content(a_subject("a_real_cut"), "en")
    points = [point for drawn in told["figures"] if drawn["kind"] == "tests" for point in drawn["points"]]
    assert {point["kind"] for point in points if point["y"] == 0} == {"failed"}
    assert all(0 <= point["x"] <= 1 and 0 <= point["y"] <= 1 for point in points)


def test_what_was_set_aside_is_told_in_words() -> None:
    told = content(a_subject("wireless_and_streaming"), "pt")
    assert ["medido por Wi-Fi", "38"] in told["excluded"]


def test_every_rule_of_the_profile_has_a_name_for_people() -> None:
    for rule in load_profile("pt-nos").rules:
        assert say(f"dossier.rules.{rule.id.replace('.', '_')}").pt


def test_made_twice_it_is_the_same_to_the_byte() -> None:
    told = content(a_subject("plain_breach"), "pt")
    assert pdf(told, at=AT) == pdf(told, at=AT)


def test_letters_state_the_breaches_with_their_clauses_and_leave_the_sender_to_the_sender() -> None:
    subject = a_subject("plain_breach")
    breached = [one for one in subject.report.findings if one.verdict is Verdict.BREACHED]
    for lang in ("pt", "en"):
        made = list(letters(subject, lang))
        assert [one.name[0] for one in made] == ["1", "2", "3", "4"]
        for letter in made:
            for one in breached:
                assert (one.sentence.pt if lang == "pt" else one.sentence.en) in letter.text
                assert one.clause in letter.text
            assert "«" in letter.text
            assert subject.bundle_sha256 in letter.text
            assert "{" not in letter.text


def test_a_letter_asks_for_money_only_where_time_or_money_was_breached() -> None:
    operators = next(letters(a_subject("plain_breach"), "en")).text
    assert "credit of the price" not in operators
    assert "within 30 days" in operators


def test_without_a_breach_there_is_no_letter() -> None:
    assert list(letters(a_subject("kept_promise"), "pt")) == []
