"""Pure. Outages, where they lay and whose they were."""

from dashboards.grafana.panel import STATES, Choice, Dashboard, Kind, Panel, Query, Shape, Unit

_CAUSES = ("own_link", "gateway", "access_line", "isp_core", "remote", "dns", "planned", "unknown")
_WHOSE = ("operator", "customer", "third_party", "unknown")


def _sums(prefix: str, words: tuple[str, ...]) -> str:
    return ", ".join(f'sum("{prefix}{word}_s") AS "{word.replace("_", " ")}"' for word in words)


def _by_day(title: str, description: str, select: str) -> Panel:
    return Panel(
        kind=Kind.SERIES,
        title=title,
        description=description,
        unit=Unit.S,
        queries=(Query(select=select, measurement="day", group="time(1d)", fill="none", zone=True, alias="$col"),),
        shape=Shape.STACKED_BARS,
    )


_PANELS = (
    Panel(
        kind=Kind.STAT,
        title="Time of these lines",
        description="Every second of the lines' days: the three add up to wall time. Unobserved is neither.",
        unit=Unit.S,
        queries=(
            Query(
                select='sum("up_s") AS "up", sum("down_s") AS "down", sum("unobserved_s") AS "unobserved"',
                measurement="day",
                alias="$col",
            ),
        ),
        height=5,
    ),
    Panel(
        kind=Kind.STAT,
        title="Outages",
        description="Outages of the line, by class of length. Those of one network or resolver are not among them.",
        unit=Unit.COUNT,
        queries=(
            Query(
                select='count("down_s")',
                measurement="outage",
                where="\"concern\" = 'line'",
                group='"severity"',
                alias="$tag_severity",
            ),
        ),
        height=5,
        no_data="No outage was found",
    ),
    _by_day(
        "Where it lay",
        "Seconds surely down each local day, by the cause that the evidence carries. Unknown where it carries none.",
        _sums("down_", _CAUSES),
    ),
    _by_day(
        "Whose it was",
        "Seconds surely down each local day, by whose they were. Unknown where the customer's own side was not seen.",
        _sums("down_of_", _WHOSE),
    ),
    Panel(
        kind=Kind.STATES,
        title="Up, down, not observed",
        description="Each line's ledger. Choose few lines, or a short time.",
        unit=Unit.WORD,
        queries=(Query(select='"state"', measurement="state", group='"line"', alias="$tag_line"),),
        width=24,
        words=STATES,
    ),
    Panel(
        kind=Kind.TABLE,
        title="Each outage",
        description="From the first miss. Down is the lower bound, down at most the upper one.",
        unit=Unit.WORD,
        queries=(
            Query(
                select='"down_s", "down_most_s", "confidence", "flags", "sentence_$lang" AS "sentence"',
                measurement="outage",
                group='"line", "concern", "cause", "imputable_to", "severity"',
                table=True,
            ),
        ),
        width=24,
        height=10,
        units={"down_s": Unit.S, "down_most_s": Unit.S},
        no_data="No outage was found",
    ),
)


def dashboard() -> Dashboard:
    """Outages and their attribution."""
    return Dashboard(
        uid="prova-outages",
        title="Prova: outages",
        description="When lines were down, where the fault lay, whose it was, and what nobody watched.",
        panels=_PANELS,
        choices=(Choice.SOURCE, Choice.OPERATOR, Choice.GROUP, Choice.LINES, Choice.ZONE, Choice.LANG),
    )
