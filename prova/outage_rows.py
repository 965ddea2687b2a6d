"""Pure. Outages and the ledger as rows of text for a terminal, in the reader's language and the line's own time.

Knows nothing of how either was found.
"""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from analysis.finding import Sentence
from analysis.outage.judge import Account
from analysis.outage.outage import Edge, Loss, Outage
from analysis.outage.words import cause_words, concern_words, rung_words, whose_words
from analysis.report import Ledger, Span, State
from analysis.wording import Said, say, stretch

_HEAD = ("start", "end", "lasted", "class", "what", "cause", "whose", "confidence")


def outage_rows(account: Account, zone: ZoneInfo, lang: str) -> Iterator[str]:
    """A table, each outage with its flags and its rungs beneath it; then what was lost here and there."""
    rows = [_cells(outage, zone, lang) for outage in account.outages]
    if not rows:
        watched = any(span.state is not State.UNOBSERVED for span in account.ledger.spans)
        yield _in(say("outage.none" if watched else "outage.unwatched"), lang)
    else:
        head = [_in(say(f"outage.column.{name}"), lang) for name in _HEAD]
        widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
        yield _row(head, widths)
        for outage, row in zip(account.outages, rows, strict=True):
            yield _row(row, widths)
            yield from _notes(outage, lang)
    for loss in account.losses:
        yield _lost(loss, zone, lang)


def ledger_rows(ledger: Ledger, zone: ZoneInfo, lang: str) -> Iterator[str]:
    """Every span, end to end, and the sums of the three states."""
    for span in ledger.spans:
        yield f"{_time(span.period.start_at, zone)}  {_time(span.period.end_at, zone)}  {_state(span, lang)}"
    yield ", ".join(
        f"{_in(say(f'outage.span.{state.value}'), lang)} {ledger.seconds(state) / 3600:.2f} h" for state in State
    )


def _cells(outage: Outage, zone: ZoneInfo, lang: str) -> list[str]:
    said = (
        say(f"outage.class.{outage.severity.value}"),
        concern_words(outage.concern, outage.concerns_name),
        cause_words(outage.verdict.cause.value),
        whose_words(outage.verdict.imputable_to.value),
        say(f"outage.confidence.{outage.verdict.confidence.value}"),
    )
    start_at, end_at = outage.down[0].start_at, outage.down[-1].end_at
    return [_time(start_at, zone), _time(end_at, zone), _lasted(outage), *(_in(one, lang) for one in said)]


def _lasted(outage: Outage) -> str:
    lower, upper = stretch(outage.down_s_lower), stretch(outage.down_s_upper)
    return lower if lower == upper else f"{lower} ... {upper}"


def _notes(outage: Outage, lang: str) -> Iterator[str]:
    flags = ", ".join(_in(say(f"outage.flag.{flag.value}"), lang) for flag in outage.flags)
    if flags:
        yield f"    {flags}"
    for rung in outage.rungs:
        evidence = _in(rung.evidence, lang)
        yield f"    {_in(rung_words(rung), lang)}{f' ({evidence})' if evidence else ''}"
    yield f"    {_edges(outage.start, outage.end, lang)}"


def _edges(start: Edge, end: Edge, lang: str) -> str:
    """How exactly both ends are known."""
    widths = [
        "?" if edge.earlier_at is None or edge.later_at is None else stretch(_seconds(edge), up=True)
        for edge in (start, end)
    ]
    return _in(say("outage.edges", start=widths[0], end=widths[1]), lang)


def _seconds(edge: Edge) -> float:
    assert edge.earlier_at is not None
    assert edge.later_at is not None
    return (edge.later_at - edge.earlier_at).total_seconds()


def _lost(loss: Loss, zone: ZoneInfo, lang: str) -> str:
    said = say(
        "outage.loss.icmp" if loss.icmp_alone else "outage.loss.some",
        start=_time(loss.period.start_at, zone),
        end=_time(loss.period.end_at, zone),
        missing=str(loss.asked_count - loss.answered_count),
        asked=str(loss.asked_count),
    )
    return _in(said, lang)


def _state(span: Span, lang: str) -> str:
    state = _in(say(f"outage.span.{span.state.value}"), lang)
    return state if span.cause is None else f"{state}: {_in(cause_words(span.cause.value), lang)}"


def _row(cells: list[str], widths: list[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()


def _time(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S}"


def _in(said: Said | Sentence, lang: str) -> str:
    return said.pt if lang == "pt" else said.en
