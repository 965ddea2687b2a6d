"""Incidents: grades, duties and their clocks, entries that add up, notices."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from analysis.incident.clock import Stand, clocks, is_urgent
from analysis.incident.incident import Audience, Incident, Kind, Risk, Role, Severity
from analysis.incident.letter import LANGUAGES, letter
from analysis.incident.register import IncidentError, checked, incidents, next_id
from analysis.incident.rulebook import grade, rulebook
from analysis.incident.suggest import suggestions, title_of

AT = datetime(2026, 10, 24, 12, 0, tzinfo=UTC)  # the clock goes back in Lisbon the night after
SOON = timedelta(hours=12)
LISBON = ZoneInfo("Europe/Lisbon")


def _entry(**more: Any) -> dict[str, Any]:
    return {
        "do": "open",
        "id": "2026-001",
        "title": "A disk was stolen",
        "kinds": ["confidentiality"],
        "risk": "likely",
        "role": "controller",
        "aware_at": AT.isoformat(),
        **more,
    }


def _incident(*later: Mapping[str, Any], **more: Any) -> Incident:
    entries = [(AT, _entry(**more)), *((AT + timedelta(hours=1 + at), one) for at, one in enumerate(later))]
    return incidents(entries)[0]


def test_the_authority_is_to_be_told_72_hours_after_it_became_known_whatever_clocks_were_set_meanwhile() -> None:
    (authority,) = clocks(_incident(), AT + timedelta(hours=59), soon=SOON)
    assert (authority.duty.id, authority.stand) == ("gdpr.33.1", Stand.RUNNING)
    assert authority.due_at is not None
    assert authority.due_at - AT == timedelta(hours=72)
    assert f"{authority.due_at.astimezone(LISBON):%d %H:%M}" == "27 12:00", "an hour earlier by the wall"


@pytest.mark.parametrize(
    ("hours", "stand"),
    [(0, Stand.RUNNING), (60, Stand.SOON), (72, Stand.SOON), (72.01, Stand.OVERDUE)],
)
def test_a_clock_runs_warns_and_is_overdue(hours: float, stand: Stand) -> None:
    now = AT + timedelta(hours=hours)
    assert clocks(_incident(), now, soon=SOON)[0].stand is stand
    assert is_urgent(_incident(), now, soon=SOON) == (stand is not Stand.RUNNING)


def test_a_notice_ends_the_clock_and_one_that_came_late_stays_late() -> None:
    told = {"do": "update", "id": "2026-001", "told": [{"audience": "authority", "at": AT.isoformat()}]}
    assert clocks(_incident(told), AT + timedelta(hours=99), soon=SOON)[0].stand is Stand.MET
    late_at = (AT + timedelta(hours=73)).isoformat()
    late = incidents(
        [
            (AT, _entry()),
            (AT + timedelta(days=9), {**told, "told": [{"audience": "authority", "at": late_at}]}),
        ]
    )[0]
    assert clocks(late, AT + timedelta(hours=99), soon=SOON)[0].stand is Stand.LATE


@pytest.mark.parametrize(
    ("role", "risk", "duties"),
    [
        (Role.CONTROLLER, Risk.NONE, []),
        (Role.CONTROLLER, Risk.UNLIKELY, []),
        (Role.CONTROLLER, Risk.UNKNOWN, ["gdpr.33.1"]),
        (Role.CONTROLLER, Risk.HIGH, ["gdpr.33.1", "gdpr.34.1"]),
        (Role.PROCESSOR, Risk.UNLIKELY, ["gdpr.33.2"]),
        (Role.PROVIDER, Risk.UNLIKELY, ["eu-611-2013.2.2"]),
        (Role.PROVIDER, Risk.LIKELY, ["eu-611-2013.2.2", "eu-611-2013.3.1"]),
    ],
)
def test_whom_to_tell_follows_from_role_and_risk(role: Role, risk: Risk, duties: list[str]) -> None:
    found = clocks(_incident(role=role.value, risk=risk.value), AT, soon=SOON)
    assert [one.duty.id for one in found] == duties


def test_a_providers_second_notice_is_due_three_days_after_its_first() -> None:
    first = {"do": "update", "id": "2026-001", "told": [{"audience": "authority", "at": AT.isoformat()}]}
    found = {one.duty.id: one for one in clocks(_incident(first, role="provider"), AT, soon=SOON)}
    assert found["eu-611-2013.2.2"].stand is Stand.MET
    assert found["eu-611-2013.2.3"].due_at == AT + timedelta(days=3)


def test_a_decision_that_a_duty_is_not_owed_ends_it_and_stays_with_its_reason() -> None:
    one = _incident({"do": "update", "id": "2026-001", "decisions": [{"words": "Encrypted.", "ends": "gdpr.33.1"}]})
    assert clocks(one, AT, soon=SOON)[0].stand is Stand.DECIDED
    assert one.decisions[0].words == "Encrypted."


def test_an_incident_grows_graver_as_more_becomes_known_and_nothing_is_forgotten() -> None:
    one = _incident(
        {"do": "update", "id": "2026-001", "risk": "high", "line_count": 3, "categories": ["addresses"]},
        {"do": "update", "id": "2026-001", "categories": ["speeds", "addresses"], "measures": "Keys revoked."},
    )
    assert (one.severity, one.line_count, one.categories) == (Severity.CRITICAL, 3, ("addresses", "speeds"))


def test_what_may_not_follow_is_refused_with_its_mend() -> None:
    known = (_incident({"do": "close", "id": "2026-001", "outcome": "Found again."}),)
    with pytest.raises(IncidentError, match="was closed"):
        checked(known, AT, {"do": "update", "id": "2026-001"})
    with pytest.raises(IncidentError, match="There is no incident 2026-009"):
        checked(known, AT, {"do": "update", "id": "2026-009"})
    with pytest.raises(IncidentError, match="not past"):
        checked((), AT, _entry(aware_at=(AT + timedelta(seconds=1)).isoformat()))
    with pytest.raises(IncidentError, match="over 4000 letters"):
        checked((), AT, _entry(measures="x" * 5000))
    assert next_id(known, AT) == "2026-002"


def test_every_kind_has_a_grade_and_every_duty_its_clause_source_and_words() -> None:
    assert {grade([kind], Risk.UNKNOWN, None)[0] for kind in Kind} == {Severity.HIGH, Severity.MEDIUM}
    assert grade([Kind.AVAILABILITY], Risk.NONE, 1000)[0] is Severity.HIGH
    for duty in rulebook().duties:
        assert duty.clause
        assert duty.source.startswith("https://")
        assert set(duty.text) == set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("to", [Audience.AUTHORITY, Audience.PEOPLE, Audience.CUSTOMERS])
def test_a_notice_says_what_is_known_and_that_the_rest_is_not(to: Audience, language: str) -> None:
    one = _incident({"do": "update", "id": "2026-001", "line_count": 3, "measures": "Keys revoked."})
    text = letter(one, to, language, clocks(one, AT, soon=SOON), LISBON)
    assert "2026-001" in text
    assert "Keys revoked." in text
    assert {"pt": "ainda não apurado", "en": "not established yet"}[language] in text
    assert "{" not in text


def test_a_late_notice_asks_for_its_reasons() -> None:
    one, now = _incident(), AT + timedelta(days=4)
    assert "Motivos do atraso" in letter(one, Audience.AUTHORITY, "pt", clocks(one, now, soon=SOON), LISBON)
    assert "Motivos" not in letter(one, Audience.AUTHORITY, "pt", clocks(one, AT, soon=SOON), LISBON)


def test_a_sign_is_suggested_from_its_number_on_and_known_once_an_incident_came_of_it() -> None:
    least = rulebook().signs["sign_in"].least
    assert suggestions({"sign_in": least - 1, "chain": 0}, ()) == ()
    (one,) = suggestions({"sign_in": least}, ())
    assert (one.kind, one.is_known) == (Kind.CONFIDENTIALITY, False)
    opened = incidents([(AT, _entry(title=title_of(one)))])
    assert suggestions({"sign_in": least}, opened)[0].is_known
