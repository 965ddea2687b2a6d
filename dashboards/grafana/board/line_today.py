"""Pure. The last 24 hours of one line."""

from dashboards.grafana.panel import STATES, VERDICTS, Choice, Dashboard, Kind, Panel, Query, Shape, Unit

_STATES = (
    Panel(
        kind=Kind.STAT,
        title="State",
        description="The newest state in the line's ledger: up, down, or not observed by anybody.",
        unit=Unit.WORD,
        queries=(Query(select='last("state")', measurement="state", alias="state"),),
        width=6,
        height=4,
        words=STATES,
    ),
    *(
        Panel(
            kind=Kind.STAT,
            title=f"Last {direction}",
            description=f"The newest {direction} test that gave a rate, in IP packets, whatever its worth as evidence.",
            unit=Unit.BPS,
            queries=(
                Query(
                    select='last("ip_rate_bps")',
                    measurement="speed_test",
                    where=f"\"direction\" = '{direction}'",
                    alias=direction,
                ),
            ),
            width=6,
            height=4,
        )
        for direction in ("download", "upload")
    ),
    Panel(
        kind=Kind.STAT,
        title="Surely down",
        description="Seconds of this time in which the line was surely down: the ledger's lower bound.",
        unit=Unit.S,
        queries=(Query(select='sum("lasted_s")', measurement="state", where="\"state\" = 'down'", alias="down"),),
        width=6,
        height=4,
        no_data="No time down was found",
    ),
    Panel(
        kind=Kind.STATES,
        title="Up, down, not observed",
        description="Every second of the line, as the ledger has it; each day is cut at the line's own midnight.",
        unit=Unit.WORD,
        queries=(Query(select='"state"', measurement="state", group='"line"', alias="$tag_line"),),
        width=24,
        height=5,
        words=STATES,
    ),
)

_MEASURED = (
    Panel(
        kind=Kind.SERIES,
        title="Every test",
        description="The rate of each test in IP packets. A failed test has no rate and no point here.",
        unit=Unit.BPS,
        queries=(
            Query(select='"ip_rate_bps"', measurement="judged_test", group='"direction"', alias="$tag_direction"),
        ),
        shape=Shape.POINTS,
    ),
    Panel(
        kind=Kind.SERIES,
        title="Round trips beyond the router",
        description="Small probes to hosts on the internet: the median of their times, and the longest.",
        unit=Unit.MS,
        queries=(
            Query(
                select='median("rtt_median_ms") AS "median", max("rtt_most_ms") AS "longest"',
                measurement="reachability",
                where="\"role\" = 'internet'",
                group="time($__interval)",
                fill="null",
                alias="$col",
            ),
        ),
    ),
    Panel(
        kind=Kind.SERIES,
        title="Unanswered small probes",
        description="The share of small probes without an answer, by what was asked. A missing answer is no outage.",
        unit=Unit.SHARE,
        queries=(
            Query(
                select='1 - sum("answered_count") / sum("asked_count")',
                measurement="reachability",
                group='time($__interval), "role"',
                fill="null",
                alias="$tag_role",
            ),
        ),
    ),
    Panel(
        kind=Kind.TABLE,
        title="Findings",
        description="What was concluded of periods that begin in this time, each with its clause.",
        unit=Unit.WORD,
        queries=(
            Query(
                select='"verdict", "clause", "sentence_$lang" AS "sentence"',
                measurement="finding",
                group='"rule", "direction"',
                table=True,
            ),
        ),
        words=VERDICTS,
        no_data="No finding begins in this time",
    ),
)


def dashboard() -> Dashboard:
    """One line, one day."""
    return Dashboard(
        uid="prova-line-today",
        title="Prova: line today",
        description="Whether one line works, how fast it is, and what was concluded, over the last 24 hours.",
        panels=(*_STATES, *_MEASURED),
        choices=(Choice.SOURCE, Choice.OPERATOR, Choice.GROUP, Choice.LINE, Choice.LANG),
        time_from="now-24h",
        refresh="1m",
    )
