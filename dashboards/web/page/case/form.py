"""Pure. One entry's form: its fields in words, what is filled in, what is wrong beside each. Knows no HTML."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from dashboards.web.page.case.fields import FIELDS, Field, Sort
from dashboards.web.page.case.shown import EntryForm, Input, Option
from dashboards.web.voice import Voice

_TYPES = {
    Sort.MOMENT: "datetime-local",
    Sort.DAY: "date",
    Sort.WORD: "select",
    Sort.FAULT: "select",
    Sort.COMPLAINT: "select",
    Sort.FLAG: "checkbox",
    Sort.PAPER: "file",
    Sort.NUMBER: "number",
    Sort.TEXT: "text",
}
_OF = {Sort.FAULT: "fault", Sort.COMPLAINT: "complaint"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A form and what stands in it. `problems` by key: a key below `case_problem` or a sentence; `others`: all else."""

    kind: str
    id: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)
    others: tuple[str, ...] = ()


def form_of(tables: Mapping[str, Any], filled: Filled | None, voice: Voice) -> EntryForm | None:
    """None where none was asked for."""
    if filled is None:
        return None
    kind = voice.say(f"case_kind.{filled.kind}")
    return EntryForm(
        kind=filled.kind,
        id=filled.id,
        title=voice.say("diary.amend_title", kind=kind, id=filled.id) if filled.id else kind,
        help=voice.say(f"case_help.{filled.kind}"),
        inputs=tuple(_input(one, tables, filled, voice) for one in FIELDS[filled.kind]),
        problems=filled.others,
    )


def _input(one: Field, tables: Mapping[str, Any], filled: Filled, voice: Voice) -> Input:
    value, problem = filled.values.get(one.key, ""), filled.problems.get(one.key, "")
    return Input(
        key=one.key,
        type=_TYPES[one.sort],
        label=voice.say(f"case_field.{one.key}"),
        value=value,
        needed=one.needed and not (one.sort is Sort.PAPER and filled.id),
        problem=voice.say(f"case_problem.{problem}") if problem.isalpha() else problem,
        options=tuple(_options(one, tables, value, voice)),
    )


def _options(one: Field, tables: Mapping[str, Any], value: str, voice: Voice) -> Iterator[Option]:
    if one.sort in _OF:
        if not one.needed:
            yield Option("", voice.say("diary.none_of_them"), chosen=not value)
        for entry in tables.get(_OF[one.sort], ()):
            name = str(entry.get("id", ""))
            yield Option(name, name, chosen=name == value)
    for word in one.words:
        yield Option(word, voice.say(f"case_word.{word}"), chosen=word == value)
