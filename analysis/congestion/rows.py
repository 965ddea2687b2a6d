"""Pure. A line's congestion as rows of text for a terminal, in one language. Knows nothing of how it was found."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from analysis.congestion import words
from analysis.congestion.judgement import Judgement
from analysis.wording import Said


def rows(one: Judgement, lang: str) -> Iterator[str]:
    """What it was like, then every window, stretch and change with its evidence."""
    zone = ZoneInfo(one.timezone)
    yield f"{one.line}: {_in(words.line_words(one), lang)}"
    for window in one.windows:
        yield f"  {_in(words.window_words(window), lang)}"
        yield f"    {_in(words.evidence_words(window), lang)}"
    for episode in one.episodes:
        yield f"  {_in(words.episode_words(episode, zone), lang)}"
        yield f"    {_in(words.evidence_words(episode), lang)}"
    more = one.episode_count - len(one.episodes)
    if more > 0:
        yield f"  {_in(words.more_words(more), lang)}"
    for change in one.changes:
        yield f"  {_in(words.change_words(change, zone), lang)}"
    yield f"  {_in(words.used_words(one), lang)}"


def _in(said: Said, lang: str) -> str:
    return said.pt if lang == "pt" else said.en
