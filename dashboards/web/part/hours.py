"""Pure. The time ledgers of the window: a ribbon each for the line and the router, their totals, their tables.

The three totals are whole seconds and add up to the window. Knows nothing of how a state was found.
"""

from analysis.report import Ledger, State
from dashboards.web.drawing.label import Label
from dashboards.web.drawing.ribbon import Drawing
from dashboards.web.drawing.ribbon import draw as draw_ribbon
from dashboards.web.part.shown import Hours, Ribbon, Row, Table, Tone, Total
from dashboards.web.part.trials import hour_labels
from dashboards.web.reading import Reading
from dashboards.web.voice import Voice

LISTED_MOST = 40  # stretches in a table
_TONES = {State.UP: Tone.GOOD, State.DOWN: Tone.BAD, State.UNOBSERVED: Tone.UNKNOWN}
_COLUMNS = ("state", "from", "to", "lasted", "cause")


def hours(reading: Reading, voice: Voice) -> Hours:
    """Both ledgers; only a sentence where there is no store to read them from."""
    ledgers = {"line": reading.line_ledger, "router": reading.router_ledger}
    known = {of: ledger for of, ledger in ledgers.items() if ledger is not None}
    return Hours(
        absent="" if known else voice.say("hours.absent"),
        ribbons=tuple(
            ribbon_of(of, ledger, voice.say(f"hours.{of}"), hour_labels(reading, voice), voice)
            for of, ledger in known.items()
        ),
        tables=tuple(_table(of, ledger, voice) for of, ledger in known.items()),
    )


def whole_seconds(ledger: Ledger) -> dict[State, int]:
    """Seconds per state, rounded so that they add up to the period's whole seconds (largest remainder).

    A state that was there at all is not rounded away while another can give a second.
    """
    exact = {state: ledger.seconds(state) for state in State}
    rounded = {state: int(seconds) for state, seconds in exact.items()}
    missing = round(sum(exact.values())) - sum(rounded.values())
    cut = [state for state in State if exact[state] > rounded[state]]
    for state in sorted(cut, key=lambda state: (rounded[state] > 0, rounded[state] - exact[state]))[:missing]:
        rounded[state] += 1
    return rounded


def ribbon_of(of: str, ledger: Ledger, title: str, labels: tuple[Label, ...], voice: Voice) -> Ribbon:
    """One ledger drawn; `of` tells it from others on the page, `labels` stand along its time."""
    seconds = whole_seconds(ledger)
    totals = tuple(Total(state, voice.say(f"state.{state}"), _stretch(state, seconds, voice)) for state in State)
    drawing = Drawing(
        key=f"ribbon-{of}",
        title=title,
        description=", ".join(f"{total.text} {total.stretch}" for total in totals),
        ledger=ledger,
        hours=labels,
    )
    sum_words = voice.say("hours.sum", sum=voice.stretch(sum(seconds.values())))
    return Ribbon(title=title, svg=draw_ribbon(drawing), totals=totals, sum=sum_words)


def _stretch(state: State, seconds: dict[State, int], voice: Voice) -> str:
    """A zero only where something was observed that could have been otherwise."""
    observed = seconds[State.UP] + seconds[State.DOWN]
    if not observed and state is not State.UNOBSERVED:
        return voice.say("not_measured")
    return voice.stretch(seconds[state])


def _table(of: str, ledger: Ledger, voice: Voice) -> Table:
    listed = ledger.spans[: -LISTED_MOST - 1 : -1]
    left_out = len(ledger.spans) - len(listed)
    rows = tuple(
        Row(
            (
                voice.say(f"state.{span.state}"),
                voice.moment_seconds(span.period.start_at),
                voice.moment_seconds(span.period.end_at),
                voice.stretch(round(span.period.duration.total_seconds())),
                voice.say("none" if span.cause is None else f"cause.{span.cause}"),
            ),
            _TONES[span.state],
        )
        for span in listed
    )
    return Table(
        id=f"{of}-table",
        summary=voice.say(f"hours.table_{of}", count=len(listed)),
        columns=tuple(voice.say(f"column.{name}") for name in _COLUMNS),
        rows=rows,
        note=voice.say("hours.left_out", count=left_out) if left_out else "",
    )
