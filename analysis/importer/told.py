"""Vocabulary. What comes of another tool's file on the way to tests: lines, rows, what is left out and why, questions.

Knows nothing of any tool.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from collector.envelope import TimeFrom


class UnreadableError(Exception):
    """A file cannot be imported. The text is one sentence: what, where, how to mend it."""


class Why(StrEnum):
    """Why a row gave no test. Every row that gave none is counted under one of these."""

    NOT_A_ROW = "not_a_row"  # neither a row of the format nor the tool's words of a failure
    TOO_LONG = "too_long"
    NUL_PADDING = "nul_padding"  # what a power cut leaves at the end of a file
    REPEATED_HEADER = "repeated_header"
    OTHER_TEST = "other_test"  # of a kind that measures no speed, or the progress of one
    NO_TIME = "no_time"
    BAD_TIME = "bad_time"
    FUTURE_TIME = "future_time"
    SKIPPED_TIME = "skipped_time"  # a local time that the clock change left out
    REPEATED_TIME = "repeated_time"  # a local time that was twice that night, and the rows' order does not tell which
    HALF_DAY_UNKNOWN = "half_day_unknown"  # a clock of 12 hours, and the rows' order does not tell which half
    FROZEN_CLOCK = "frozen_clock"  # one after the other with one time and other results
    BAD_NUMBER = "bad_number"
    UNCLEAR_NUMBER = "unclear_number"  # 1,234: a decimal or a thousand
    UNCLEAR_UNIT = "unclear_unit"
    CONTRADICTED_UNIT = "contradicted_unit"  # cell against column, or a rate against its own bytes and time
    IMPOSSIBLE_RATE = "impossible_rate"
    NOTHING_MEASURED = "nothing_measured"
    OTHER_HOUSEHOLD = "other_household"  # of a table of many, not the one that was asked for
    SUMMARY = "summary"  # a mean over many tests, without their times


@dataclass(frozen=True, slots=True)
class Left:
    """A row, or a part of one, that gave no test. `detail` for people, cut short."""

    place: int
    why: Why
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a file, without its end; `place` counts from 1. `why` is set where it cannot be read at all."""

    place: int
    text: str
    why: Why | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One row or document. Names are folded (`fold`); what the file gives no value for is empty or absent."""

    place: int
    format: str
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Words:
    """A line that is no row and tells of a failure, in the tool's own words. It has no time of its own."""

    place: int
    format: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """A row or words, with a time: local and naive until a time zone made it an instant."""

    what: Row | Words
    at: datetime
    time_from: TimeFrom = TimeFrom.LOG


@dataclass(frozen=True, slots=True)
class Question:
    """What a file does not say and nobody may guess. `option` is what answers it; the sentence says how."""

    option: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What the person said. None: not asked, or not answered.

    `half_days`: whether the clock had 12 hours without saying which half. `unit`: the household of a table of many.
    `format`: the name of the only one to try.
    """

    timezone: str | None = None
    half_days: bool | None = None
    unit: str | None = None
    format: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What a first reading of the whole file found. `formats` sorted; `questions` empty where it can be imported.

    `local_times`: whether any time takes the zone that the person named.
    """

    formats: tuple[str, ...]
    row_count: int
    questions: tuple[Question, ...] = ()
    local_times: bool = False


def fold(name: str) -> str:
    """A column's name as it is compared: tools write one and the same with blanks, underscores and capitals.

    >>> fold(" Created at "), fold("created_at"), fold("Download (Mbit/s)")
    ('created_at', 'created_at', 'download_(mbit/s)')
    """
    return "_".join(name.strip().strip("'\"").replace("_", " ").lower().split())
