"""Vocabulary. What the set-up shows, ready for its template."""

from dataclasses import dataclass

from dashboards.web.frame.shown import Choice
from dashboards.web.part.shown import Fact, Tone


@dataclass(frozen=True, slots=True)
class Option:
    """One of a field's choices."""

    value: str
    text: str
    chosen: bool = False
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field. `options` make it a choice. `read_from`: where a value was read, and how sure it is; may be empty.

    `problem` is empty where nothing is wrong. `width` is of the text: `text`, `number`, `date`.
    """

    name: str
    label: str
    value: str = ""
    hint: str = ""
    read_from: tuple[str, ...] = ()
    problem: str = ""
    kind: str = "text"
    needed: bool = False
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that belong together, under their heading."""

    title: str
    fields: tuple[Field, ...]
    columns: str = ""


@dataclass(frozen=True, slots=True)
class Look:
    """One thing that was looked at, in words."""

    tone: Tone
    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupPage:
    """One step. Of what only some steps have, the others have nothing.

    `problems` are all those of the step, each with a link to its field. `looks`: of the line. `facts` with `back`: of
    the summary, under the step that they come from. `failed` is empty unless the set-up could not be taken up.
    """

    token: str
    step: str
    steps: tuple[Choice, ...]
    title: str
    text: tuple[str, ...]
    groups: tuple[Group, ...] = ()
    problems: tuple[Choice, ...] = ()
    looks: tuple[Look, ...] = ()
    facts: tuple[tuple[Choice, tuple[Fact, ...]], ...] = ()
    before: str = ""
    has_contract: bool = False
    failed: str = ""
