"""Pure. Ledgers of times that follow one another, as one. Knows nothing of how a state was found."""

from collections.abc import Sequence

from analysis.period import Period
from analysis.report import Ledger, Span


def joined(ledgers: Sequence[Ledger]) -> Ledger:
    """At least one, each beginning where the one before ends. A state that goes on across the seam is one span."""
    spans: list[Span] = []
    for span in (span for ledger in ledgers for span in ledger.spans):
        if spans and (spans[-1].state, spans[-1].cause) == (span.state, span.cause):
            start_at = spans.pop().period.start_at
            spans.append(Span(Period(start_at, span.period.end_at), span.state, span.cause))
        else:
            spans.append(span)
    return Ledger(period=Period(ledgers[0].period.start_at, ledgers[-1].period.end_at), spans=tuple(spans))
