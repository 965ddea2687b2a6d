"""Making a probe known."""

import json
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from collector.enrolment import EnrolmentError, enrol, replace_key
from collector.home import CollectorHome
from collector.journal import Journal
from collector.store import Store
from probe import key
from tests.integration.collector_rig import AT, a_key

BY = a_key()
JWK = key.public_jwk(BY)


def test_a_probe_is_enrolled_once_and_found_again(tmp_path: Path) -> None:
    first = enrol(tmp_path, probe="p1", line="casa", public_jwk=JWK, at=AT)
    again = enrol(tmp_path, probe="p1", line="casa", public_jwk=JWK, at=AT + timedelta(days=1))
    assert again == first
    assert [state.enrolled_at for state in Store(CollectorHome(tmp_path).journal).probes()] == [AT]


def test_another_key_of_an_enrolled_probe_is_refused(tmp_path: Path) -> None:
    enrol(tmp_path, probe="p1", line="casa", public_jwk=JWK, at=AT)
    with pytest.raises(EnrolmentError, match=r"p1 is enrolled with another key\. Restore its key from a backup"):
        enrol(tmp_path, probe="p1", line="casa", public_jwk=key.public_jwk(a_key()), at=AT)


def test_another_line_of_an_enrolled_probe_is_refused(tmp_path: Path) -> None:
    enrol(tmp_path, probe="p1", line="casa", public_jwk=JWK, at=AT)
    with pytest.raises(EnrolmentError, match="p1 is enrolled for the line casa, not praia"):
        enrol(tmp_path, probe="p1", line="praia", public_jwk=JWK, at=AT)


@pytest.mark.parametrize(
    ("probe", "line", "jwk"),
    [("P 1", "casa", JWK), ("p1", "a/b", JWK), ("p1", "casa", "{}"), ("p1", "casa", "nonsense")],
    ids=["a probe's name", "a line's name", "an empty key", "no key"],
)
def test_what_cannot_be_a_name_or_a_key_is_refused(tmp_path: Path, probe: str, line: str, jwk: str) -> None:
    with pytest.raises(EnrolmentError, match="cannot be enrolled"):
        enrol(tmp_path, probe=probe, line=line, public_jwk=jwk, at=AT)


def test_a_private_key_given_by_mistake_is_not_kept(tmp_path: Path) -> None:
    present = enrol(tmp_path, probe="p1", line="casa", public_jwk=json.dumps(BY.as_dict(private=True)), at=AT)
    assert "d" not in json.loads(present.public_jwk)


def test_a_probe_that_has_yet_to_hear_of_its_next_key_is_still_known(tmp_path: Path) -> None:
    enrol(tmp_path, probe="p1", line="casa", public_jwk=JWK, at=AT)
    following = key.public_jwk(key.generate())
    replace_key(tmp_path, probe="p1", line="casa", public_jwk=following, at=AT)
    assert enrol(tmp_path, probe="p1", line="casa", public_jwk=JWK, at=AT).public_jwk == following
    with pytest.raises(EnrolmentError, match="had that key before"):
        replace_key(tmp_path, probe="p1", line="casa", public_jwk=JWK, at=AT)


def test_a_revoked_key_is_enrolled_no_more(tmp_path: Path) -> None:
    enrol(tmp_path, probe="p1", line="casa", public_jwk=JWK, at=AT)
    with closing(Journal(CollectorHome(tmp_path).journal)) as journal:
        assert journal.revoke_key("p1", None, at=AT) == 1
    with pytest.raises(EnrolmentError, match="was revoked"):
        enrol(tmp_path, probe="p1", line="casa", public_jwk=JWK, at=AT)
    with pytest.raises(EnrolmentError, match="had that key before"):
        replace_key(tmp_path, probe="p1", line="casa", public_jwk=JWK, at=AT)
    with pytest.raises(EnrolmentError, match="without --new-key"):
        replace_key(tmp_path, probe="p2", line="casa", public_jwk=JWK, at=AT)
