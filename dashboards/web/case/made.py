"""Vocabulary. A dossier to be made, and how far it is. Knows nothing of processes and of what a dossier says."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class State(StrEnum):
    """How far a dossier is."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """The period, `to_on` its last day; the language, None for both; without names or whole."""

    from_on: date
    to_on: date
    lang: str | None = None
    redacted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A dossier. `step`: the last that was told; `words`: why it failed, else empty. `files` by name, sorted."""

    id: str
    state: State
    wish: Wish
    step: str = ""
    words: str = ""
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Busy:
    """Another one is being made."""

    id: str
