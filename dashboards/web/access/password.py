"""Shell. The page's password as what is kept of it: an Argon2id hash (RFC 9106), which takes 64 MB and a moment.

Knows nothing of files or of who asks.
"""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

LEAST_LETTERS, MOST_LETTERS = 10, 500
_HASHER = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)


def hash_of(password: str) -> str:
    """What to keep. Raises ValueError for a password that is too short or too long to be one."""
    if not LEAST_LETTERS <= len(password) <= MOST_LETTERS:
        raise ValueError(f"a password has {LEAST_LETTERS} to {MOST_LETTERS} characters")
    return _HASHER.hash(password)


def is_right(password: str, kept: str) -> bool:
    """Whether `kept` is the hash of `password`."""
    if len(password) > MOST_LETTERS:
        return False
    try:
        return _HASHER.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False


def is_hash(kept: str) -> bool:
    """Whether it is a hash that a password can be held against."""
    try:
        _HASHER.check_needs_rehash(kept)
    except InvalidHashError:
        return False
    return True
