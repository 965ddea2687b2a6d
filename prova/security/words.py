"""Pure. What was seen, in words, from the sentences beside this module; what comes from the machine is made printable.

Knows nothing of what is looked at.
"""

import tomllib
from functools import cache
from importlib import resources

from analysis.finding import Sentence
from prova.security.seen import Seen

_LONGEST = 200


def found(one: Seen) -> Sentence:
    """What is so. Raises KeyError for a sentence that is not there."""
    return _filled(one, "")


def mend(one: Seen) -> Sentence | None:
    """How to mend it; None where nothing is to do."""
    return _filled(one, "mend_") if "mend_en" in _entries()[one.key] else None


def _filled(one: Seen, before: str) -> Sentence:
    entry = _entries()[one.key]
    parts = {name: _plain(value) for name, value in one.parts}
    return Sentence(pt=entry[f"{before}pt"].format(**parts), en=entry[f"{before}en"].format(**parts))


def _plain(text: str) -> str:
    """A file's name could steer a terminal."""
    printable = "".join(letter if letter.isprintable() else "?" for letter in text)
    return printable if len(printable) <= _LONGEST else f"{printable[:_LONGEST]}…"


@cache
def _entries() -> dict[str, dict[str, str]]:
    text = resources.files("prova.security").joinpath("sentences.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
