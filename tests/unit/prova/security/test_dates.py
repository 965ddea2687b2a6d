"""Certificates, tokens, keys and software, by their dates."""

from datetime import UTC, date, datetime, timedelta

from dashboards.api.token import Token
from prova.security import dates
from prova.security.seen import State

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def token(**other: object) -> Token:
    told = {"id": "0a", "sha256": "", "name": "x", "made_at": NOW, "until_at": NOW + timedelta(days=90), **other}
    return Token(**told)  # type: ignore[arg-type]  # a test's own words


def test_a_certificate_that_ended_is_open_and_one_that_soon_ends_an_advice() -> None:
    ends = {"a": NOW, "b": NOW + timedelta(days=3), "c": None, "d": NOW + timedelta(days=90)}
    assert [(one.state, one.key) for one in dates.certificates(ends, NOW)] == [
        (State.OPEN, "certificate_over"),
        (State.ADVICE, "certificate_soon"),
        (State.ADVICE, "certificate_unreadable"),
    ]
    assert [one.key for one in dates.certificates({"d": ends["d"]}, NOW)] == ["certificates_fine"]
    assert [one.key for one in dates.certificates({}, NOW)] == ["certificates_none"]


def test_tokens_that_are_old_or_open_everything_are_told() -> None:
    old = token(made_at=NOW - timedelta(days=500), until_at=NOW + timedelta(days=9))
    assert [one.key for one in dates.tokens([old, token(personal=True)], NOW)] == ["token_old", "token_wide"]
    fine = [token(), token(personal=True, lines=("casa",)), token(made_at=old.made_at, until_at=NOW)]
    assert [one.key for one in dates.tokens(fine, NOW)] == ["tokens_fine"]
    assert [one.key for one in dates.tokens([token(revoked_at=NOW, personal=True)], NOW)] == ["tokens_none"]


def test_software_past_its_makers_care_is_an_advice() -> None:
    seen = dates.software({"Python": "3.11.7", "OpenSSL": "3.0.22", "Other": "1"}, date(2026, 11, 22))
    assert [(one.state, one.key) for one in seen] == [
        (State.SHUT, "software_kept"),
        (State.ADVICE, "software_over"),
        (State.ADVICE, "software_unknown"),
    ]


def test_a_key_that_waits_to_follow_is_told() -> None:
    assert [one.key for one in dates.rotations({"next-key.json": NOW})] == ["rotation_pending"]
    assert [one.key for one in dates.rotations({})] == ["rotation_none"]
