"""Shell. How far a long run over many lines is, on stderr: parts, lines, and about how long it will take.

Knows nothing of what is made of a part.
"""

import time
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

import click

from prova.many.extraction import Work

_Result = TypeVar("_Result")
_SAID_EVERY_S = 2.0
_MINUTE_S = 60


def progressing(results: Iterable[_Result], work: Sequence[Work], known_count: int) -> Iterator[_Result]:
    """The results again, one for each part of `work`; `known_count` of them were there before."""
    every = sum(len(one.bucket.contracts) for one in work)
    if known_count:
        click.echo(
            f"prova: {known_count} of {len(work)} parts are done already, by a run that was broken off", err=True
        )
    began_s = said_s = time.monotonic()
    lines = 0
    for number, (result, one) in enumerate(zip(results, work, strict=True), 1):
        lines += len(one.bucket.contracts)
        now_s = time.monotonic()
        if now_s - said_s >= _SAID_EVERY_S or number == len(work):
            said_s = now_s
            rest = _rest((now_s - began_s) * (every - lines) / lines)
            click.echo(f"prova: {number} of {len(work)} parts, {lines:,} of {every:,} lines{rest}", err=True)
        yield result


def _rest(seconds: float) -> str:
    if seconds < 1:
        return ""
    return (
        f", about {seconds / _MINUTE_S:.0f} min left" if seconds >= 2 * _MINUTE_S else f", about {seconds:.0f} s left"
    )
