"""Pure. Where the next page begins, as a word in an address: bound to the question that it is of.

It opens nothing: the question's lines are checked anew with every page. Knows nothing of what is counted.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping, Sequence

Key = tuple[str | int, ...]
_MOST = 600  # characters
_MOST_NUMBER = 2**55


def written(key: Key, asked: Mapping[str, Sequence[str]]) -> str:
    """The word for what comes after `key` of this question."""
    content = json.dumps([_mark(asked), *key], separators=(",", ":"), ensure_ascii=True).encode()
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def read(word: str, asked: Mapping[str, Sequence[str]], form: Sequence[type]) -> Key | None:
    """The key, whose parts are of the types in `form`; None where the word is none of this question."""
    if len(word) > _MOST:
        return None
    try:
        content = json.loads(base64.b64decode(word + "=" * (-len(word) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError):
        return None
    if not isinstance(content, list) or len(content) != len(form) + 1 or content[0] != _mark(asked):
        return None
    key = tuple(content[1:])
    return key if all(_is(part, kind) for part, kind in zip(key, form, strict=True)) else None


def _is(part: object, kind: type) -> bool:
    """Of that type exactly; a number is one that a time of this millennium, in microseconds, may be."""
    return type(part) is kind and (not isinstance(part, int) or 0 <= part < _MOST_NUMBER)


def _mark(asked: Mapping[str, Sequence[str]]) -> str:
    """Which question it is: all of its parameters but those that say how much of the answer."""
    told = sorted((name, sorted(words)) for name, words in asked.items() if name not in {"cursor", "limit"})
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:12]
