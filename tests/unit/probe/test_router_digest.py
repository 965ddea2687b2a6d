import pytest

from probe.router.digest import authorization
from probe.router.reading import Login

MUFASA = Login("Mufasa", "Circle of Life")
NONCE = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"
CLIENT_NONCE = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
REST = (
    f'realm="http-auth@example.org", qop="auth, auth-int", nonce="{NONCE}", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMA"'
)
MD5 = f"Digest {REST}, algorithm=MD5"
SHA256 = f"Digest {REST}, algorithm=SHA-256"


def answered(*challenges: str, login: Login = MUFASA, client_nonce: str = CLIENT_NONCE) -> str | None:
    return authorization(challenges, login, method="GET", path="/dir/index.html", client_nonce=client_nonce)


def test_the_examples_of_rfc_7616_section_3_9_1_come_out() -> None:
    assert 'response="8ca523f5e9506fed4657c9700eebdbec"' in (answered(MD5) or "")
    assert 'response="753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"' in (answered(SHA256) or "")


def test_the_example_of_rfc_2617_section_3_5_comes_out() -> None:
    challenge = 'Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093"'
    said = answered(challenge, login=Login("Mufasa", "Circle Of Life"), client_nonce="0a4f113b")
    assert 'response="6629fae49393a05397450978507c4ef1"' in (said or "")


def test_the_stronger_of_two_challenges_is_answered() -> None:
    assert "algorithm=SHA-256" in (answered(MD5, SHA256) or "")
    assert "algorithm=SHA-256" in (answered(SHA256, MD5) or "")


def test_a_challenge_without_protection_is_answered_in_the_oldest_way() -> None:
    said = answered('Digest realm="r", nonce="n"') or ""
    assert "qop" not in said
    assert "cnonce" not in said


@pytest.mark.parametrize(
    "challenge",
    [
        'Basic realm="r"',
        'Digest realm="r"',
        'Digest realm="r", nonce="n", algorithm=MD5-sess',
        'Digest realm="r", nonce="n", qop="auth-int"',
        "",
        "Digest",
    ],
)
def test_what_cannot_be_answered_without_the_password_itself_is_not(challenge: str) -> None:
    assert answered(challenge) is None


def test_the_password_is_neither_sent_nor_shown() -> None:
    assert "Circle" not in (answered(MD5) or "")
    assert "Circle" not in repr(MUFASA)


def test_a_quote_in_a_name_stays_within_it() -> None:
    assert r'username="a\"b\\c"' in (answered(MD5, login=Login('a"b\\c', "p")) or "")
    with pytest.raises(ValueError, match="control"):
        Login("a\r\nX: 1", "p")
