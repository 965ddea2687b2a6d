"""Pure. A line's account as points: its outages with whose they were, and its states one after another."""

from collections.abc import Iterator

from analysis.outage.judge import Account
from analysis.outage.outage import Flag
from analysis.outage.words import verdict_words
from analysis.period import Period
from analysis.report import Ledger
from dashboards.grafana.judged.findings import at_ns
from dashboards.grafana.judged.point import Place, Point


def outage_points(account: Account, place: Place) -> Iterator[Point]:
    """A point an outage, at its first miss; outages of several networks that begin together stay apart."""
    for one in account.outages:
        said = verdict_words(one)
        yield Point(
            measurement="outage",
            tags=place.tags(
                concern=one.concern.value,
                cause=one.verdict.cause.value,
                imputable_to=one.verdict.imputable_to.value,
                severity=one.severity.value,
            ),
            fields={
                "down_s": float(one.down_s_lower),
                "down_most_s": float(one.down_s_upper),
                "open": int(Flag.OPEN in one.flags),
                "confidence": one.verdict.confidence.value,
                "flags": ", ".join(one.flags),
                "id": one.id,
                "sentence_pt": said.pt,
                "sentence_en": said.en,
            },
            at_ns=at_ns(one.down[0].start_at, one.concerns_name),
        )


def state_points(ledger: Ledger, day: Period, place: Place) -> Iterator[Point]:
    """A point for each stretch of one state in `day`, at its beginning: cut at midnight, so that a day stays as it is
    whatever is judged beside it.
    """
    for span in ledger.spans:
        part = span.period.clip(day)
        if part is not None:
            yield Point(
                measurement="state",
                tags=place.tags(),
                fields={
                    "state": span.state.value,
                    "cause": None if span.cause is None else span.cause.value,
                    "lasted_s": part.duration.total_seconds(),
                },
                at_ns=at_ns(part.start_at),
            )
