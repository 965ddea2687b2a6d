"""Vocabulary. What the case page shows, as plain strings. Knows nothing of where any of it came from."""

from dataclasses import dataclass

from dashboards.web.frame.shown import Choice
from dashboards.web.part.shown import Claims


@dataclass(frozen=True, slots=True)
class Option:
    """One value to choose."""

    value: str
    text: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """One field of a form. `type` as HTML has it, and `select`; `problem` may be empty."""

    key: str
    type: str
    label: str
    value: str
    needed: bool
    problem: str = ""
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryForm:
    """One entry to fill in. `id` empty: a new one. `problems` are those of no single field."""

    kind: str
    id: str
    title: str
    help: str
    inputs: tuple[Input, ...]
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the diary. `amend` empty where it has no name to go by."""

    day: str
    kind: str
    about: str
    facts: tuple[str, ...]
    amend: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """One thing that falls due. `mark`: overdue, soon or later; `word` says which."""

    mark: str
    word: str
    when: str
    what: str
    clause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A dossier that was asked for. `state`: running, done or failed; `files` are links."""

    id: str
    state: str
    title: str
    step: str
    files: tuple[Choice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossiers:
    """What is to be made, and what was. `absent` says why none can be; `problem` what was wrong with the wish."""

    absent: str
    from_on: str
    to_on: str
    problem: str
    works: tuple[Work, ...]
    running: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePage:
    """The whole page. `absent` says why there is no case to keep; then the rest is empty."""

    token: str
    absent: str
    note: str
    kinds: tuple[Choice, ...]
    form: EntryForm | None
    deadlines: tuple[Deadline, ...]
    near: tuple[str, ...]
    entries: tuple[Entry, ...]
    claims: Claims | None
    dossiers: Dossiers
