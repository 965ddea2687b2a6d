"""Vocabulary. What the page of a live test shows, ready for its template."""

from dataclasses import dataclass

from dashboards.web.part.shown import Fact, Picture, Tone


@dataclass(frozen=True, slots=True, kw_only=True)
class LivePage:
    """`heading` is announced when it changes. `facts`: rate, seconds left, bytes; `results`: both directions once kept.

    `may_begin`, `may_end`: which of the two buttons is there. `again`: when a refused test may be asked for again, in
    words, empty where that is not known. `waiting_for_results`: the test is over, and its records are on their way.
    """

    token: str
    state: str
    tone: Tone
    heading: str
    text: str
    facts: tuple[Fact, ...]
    picture: Picture | None
    progress_percent: int | None
    results: tuple[Fact, ...]
    tests_address: str
    may_begin: bool
    may_end: bool
    waiting_for_results: bool
