"""Pure. Many lines at once: how many are judged, which are in breach, and what arrives."""

from dashboards.grafana.panel import STATES, Choice, Dashboard, Kind, Panel, Query, Shape, Unit


def _by_day(select: str, title: str, description: str, unit: Unit, *, measurement: str = "day") -> Panel:
    return Panel(
        kind=Kind.SERIES,
        title=title,
        description=description,
        unit=unit,
        queries=(
            Query(select=select, measurement=measurement, group="time(1d)", fill="none", zone=True, alias="$col"),
        ),
        shape=Shape.STACKED_BARS,
    )


_PANELS = (
    Panel(
        kind=Kind.STAT,
        title="Probes lost",
        description="Probes whose connection the broker saw end without a word, and that did not come back. Says"
        " nothing of the line.",
        unit=Unit.COUNT,
        queries=(
            Query(select='last("lost") AS "lost"', measurement="probe", group='"line", "probe"', alias="$tag_probe"),
        ),
        width=8,
        height=6,
        no_data="No probe has told its status",
    ),
    Panel(
        kind=Kind.TABLE,
        title="State of each line",
        description="The newest state in each line's ledger.",
        unit=Unit.WORD,
        queries=(Query(select='last("state") AS "state"', measurement="state", group='"line"', table=True),),
        width=8,
        height=6,
        words=STATES,
    ),
    Panel(
        kind=Kind.TABLE,
        title="Judged when",
        description="When each line was judged last.",
        unit=Unit.WORD,
        queries=(
            Query(select='last("judged_at_s") * 1000 AS "judged at"', measurement="place", group='"line"', table=True),
        ),
        width=8,
        height=6,
        units={"judged at": Unit.AT_S},
        hidden=("Time",),
        no_data="No line was judged in this time",
    ),
    _by_day(
        'sum("judged") AS "lines"',
        "Lines judged",
        "Lines with a contract whose day was judged.",
        Unit.COUNT,
        measurement="place",
    ),
    _by_day('sum("breach_count") AS "breaches"', "Breaches", "Speed findings of each day, breached.", Unit.COUNT),
    _by_day(
        'sum("up_s") AS "up", sum("down_s") AS "down", sum("unobserved_s") AS "unobserved"',
        "Time of all lines",
        "Every second of each local day. What is unobserved is for the fleet's keeper to mend.",
        Unit.S,
    ),
    Panel(
        kind=Kind.SERIES,
        title="Messages settled",
        description="What became of messages to the collector, by outcome and reason.",
        unit=Unit.COUNT,
        queries=(
            Query(
                select='non_negative_difference(last("count"))',
                measurement="message",
                group='time($__interval), "outcome", "reason"',
                fill="none",
                alias="$tag_outcome $tag_reason",
            ),
        ),
        no_data="The collector's projection has shown nothing",
    ),
    Panel(
        kind=Kind.TABLE,
        title="Line by line",
        description="Sums and medians over the days of this time.",
        unit=Unit.COUNT,
        queries=(
            Query(
                select='sum("breach_count") AS "breaches", sum("outage_count") AS "outages", sum("down_s") AS "down",'
                ' sum("unobserved_s") AS "unobserved", median("download_share") AS "download",'
                ' sum("test_count") AS "tests"',
                measurement="day",
                group='"line", "operator", "group"',
                table=True,
            ),
        ),
        width=24,
        height=12,
        units={"down": Unit.S, "unobserved": Unit.S, "download": Unit.SHARE},
        hidden=("Time",),
    ),
)


def dashboard() -> Dashboard:
    """Fleet health."""
    return Dashboard(
        uid="prova-fleet",
        title="Prova: fleet",
        description="Many lines at once: what is judged, what is in breach, what was down, and what arrives.",
        panels=_PANELS,
        choices=(Choice.SOURCE, Choice.OPERATOR, Choice.GROUP, Choice.LINES, Choice.ZONE),
        time_from="now-7d",
    )
