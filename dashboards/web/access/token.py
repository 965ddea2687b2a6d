"""Pure. The token that a form carries: proof that this page handed the form to this very browser.

A signed double submit: the browser holds a random word in a cookie, the form its keyed digest, and nobody without the
key can make one from the other. Each time it is written out otherwise, so that compression beside it tells nothing
(BREACH). Knows nothing of cookies or forms.
"""

import base64
import binascii
import hashlib
import hmac

PAD_BYTES = 32
_LONGEST = 200  # characters; a token has 88


def make(secret: bytes, holder: str, pad: bytes) -> str:
    """The token of whoever holds the word `holder`, hidden behind `pad`: PAD_BYTES random bytes, never used twice."""
    return base64.urlsafe_b64encode(pad + _crossed(_digest(secret, holder), pad)).decode("ascii")


def is_genuine(token: str, secret: bytes, holder: str) -> bool:
    """Whether `make` gave this token to the holder.

    >>> is_genuine(make(b"k", "word", bytes(32)), b"k", "word"), is_genuine("nonsense", b"k", "word")
    (True, False)
    """
    if len(token) > _LONGEST or not token.isascii():
        return False
    try:
        raw = base64.urlsafe_b64decode(token)
    except (binascii.Error, ValueError):
        return False
    if len(raw) != 2 * PAD_BYTES:
        return False
    return hmac.compare_digest(_crossed(raw[PAD_BYTES:], raw[:PAD_BYTES]), _digest(secret, holder))


def _digest(secret: bytes, holder: str) -> bytes:
    return hmac.new(secret, holder.encode(), hashlib.sha256).digest()


def _crossed(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))
