"""Vocabulary. One thing that was looked at for `prova doctor --security`, and in what state it is.

Knows nothing of how anything is looked at; the words are data (`sentences.toml`).
"""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """`open`: to be mended. `advice`: no door stands open, and yet it could be better, or could not be found out."""

    SHUT = "shut"
    OPEN = "open"
    ADVICE = "advice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """`key` names the sentence, `parts` fill it: paths, names, days. They come from this machine, never secrets."""

    check: str
    state: State
    key: str
    parts: tuple[tuple[str, str], ...] = ()


def shut(check: str, key: str, **parts: str) -> Seen:
    """Nothing is to do."""
    return Seen(check=check, state=State.SHUT, key=key, parts=tuple(parts.items()))


def stands_open(check: str, key: str, **parts: str) -> Seen:
    """Somebody who should not could come in, or read."""
    return Seen(check=check, state=State.OPEN, key=key, parts=tuple(parts.items()))


def advice(check: str, key: str, **parts: str) -> Seen:
    """It could be better."""
    return Seen(check=check, state=State.ADVICE, key=key, parts=tuple(parts.items()))
