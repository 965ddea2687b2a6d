"""Pure. Groups of lines beside each other."""

from dashboards.grafana.panel import Choice, Dashboard, Kind, Panel, Query, Shape, Unit


def _by_group(select: str, title: str, description: str, unit: Unit, *, shape: Shape = Shape.LINE) -> Panel:
    return Panel(
        kind=Kind.SERIES,
        title=title,
        description=description,
        unit=unit,
        queries=(
            Query(
                select=select,
                measurement="day",
                group='time(1d), "group"',
                fill="none",
                zone=True,
                alias="$tag_group",
            ),
        ),
        shape=shape,
    )


def _table(tag: str) -> Panel:
    return Panel(
        kind=Kind.TABLE,
        title=f"By {tag}",
        description=(
            "Sums and medians over the days of this time. Lines of different contracts are compared by the share of"
            " what each was promised."
        ),
        unit=Unit.COUNT,
        queries=(
            Query(
                select='count("up_s") AS "line days", median("download_share") AS "download", median("upload_share") AS'
                ' "upload", sum("breach_count") AS "breaches", sum("outage_count") AS "outages",'
                ' sum("down_s") AS "down", sum("down_of_operator_s") AS "down of the operator",'
                ' sum("unobserved_s") AS "unobserved"',
                measurement="day",
                group=f'"{tag}"',
                table=True,
            ),
        ),
        units={
            "download": Unit.SHARE,
            "upload": Unit.SHARE,
            "down": Unit.S,
            "down of the operator": Unit.S,
            "unobserved": Unit.S,
        },
        hidden=("Time",),
    )


_PANELS = (
    _table("group"),
    _table("operator"),
    _by_group(
        'median("download_share")',
        "Download, as a share of the maximum",
        "Each day: of the group's lines, the median of their daily medians over the maximum promised.",
        Unit.SHARE,
    ),
    _by_group(
        'median("loaded_rtt_median_ms")',
        "Round trips under load",
        "Each day: of the group's lines, the median of their daily medians.",
        Unit.MS,
    ),
    _by_group(
        'sum("breach_count")',
        "Breaches",
        "Speed findings of each day that are breached, all lines of the group together.",
        Unit.COUNT,
        shape=Shape.STACKED_BARS,
    ),
    _by_group(
        'sum("down_of_operator_s")',
        "Down, of the operator's doing",
        "Seconds of each day, all lines of the group together.",
        Unit.S,
        shape=Shape.STACKED_BARS,
    ),
    Panel(
        kind=Kind.SERIES,
        title="Lines with hours that come back",
        description="Lines judged to have recurring congestion, by the last day that was judged.",
        unit=Unit.COUNT,
        queries=(
            Query(
                select='sum("recurring")',
                measurement="congestion",
                group='time(1d), "group"',
                fill="none",
                zone=True,
                alias="$tag_group",
            ),
        ),
        shape=Shape.STACKED_BARS,
        no_data="No congestion was judged in this time",
    ),
)


def dashboard() -> Dashboard:
    """Segment comparison."""
    return Dashboard(
        uid="prova-segments",
        title="Prova: segments compared",
        description="Groups of lines beside each other: what they get of their promise, and how long they were down.",
        panels=_PANELS,
        choices=(Choice.SOURCE, Choice.OPERATOR, Choice.GROUP, Choice.LINES, Choice.ZONE),
    )
