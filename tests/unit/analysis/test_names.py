"""Names that do not resolve are told from a line that does not work; resolvers that check from those that do not."""

from datetime import UTC, datetime, timedelta

import pytest

from analysis.names.account import NamesAccount, Part, State
from analysis.names.judge import account
from analysis.names.minute import part
from analysis.names.names_json import names_json
from analysis.period import Period
from analysis.profile import parameters
from probe.body.names import NamesSeen, ResolverSeen, ZoneServerSeen
from probe.body.reachability import NoAnswer, Reachability, Role, Sample, TargetMinute
from probe.record import Body
from tests.build import a_record, a_target, stored

AT = datetime(2026, 10, 5, 12, tzinfo=UTC)
GOOD, DARK = "############", "............"
LEAST = 3


def minute(*, line: str = GOOD, resolver: str = GOOD, server: str | None = None) -> Reachability:
    targets = [
        a_target(answers=line, target="198.51.100.1"),
        a_target(answers=resolver, target="192.0.2.53", role=Role.RESOLVER),
    ]
    if server is not None:
        targets.append(a_target(answers=server, target="ns.example", role=Role.NAME_SERVER))
    return Reachability(interval_s=5.0, targets=tuple(targets))


@pytest.mark.parametrize(
    ("seen", "wanted"),
    [
        (minute(), Part.WELL),
        (minute(server=GOOD), Part.WELL),
        (minute(resolver=DARK), Part.NAMES),
        (minute(line=DARK, resolver=DARK, server=GOOD), Part.NAMES),
        (minute(server=DARK), Part.ZONE),
        (minute(line=DARK, resolver=DARK), Part.LINE),
        (minute(line=DARK, resolver=DARK, server=DARK), Part.LINE),
        (minute(line=DARK), Part.WELL),
        (minute(resolver=" "), Part.UNSEEN),
        (minute(resolver=".."), Part.UNSEEN),
        (minute(line="-----------", resolver="-----------"), Part.UNSEEN),
        (minute(line=" ", resolver=DARK), Part.UNSEEN),
        (Reachability(interval_s=5.0, targets=()), Part.UNSEEN),
    ],
)
def test_a_minute_is_what_answered_in_it(seen: Reachability, wanted: Part) -> None:
    assert part(seen, LEAST) is wanted


def test_a_resolver_that_refuses_gives_no_name() -> None:
    refusing = TargetMinute(
        target="192.0.2.53",
        role=Role.RESOLVER,
        method=a_target().method,
        loopback=False,
        samples=tuple(Sample(n * 5000, None, NoAnswer.DNS_FAILED) for n in range(12)),
    )
    assert part(Reachability(interval_s=5.0, targets=(a_target(), refusing)), LEAST) is Part.NAMES


def judged(*bodies: Body) -> NamesAccount:
    records = [
        stored(a_record(body=body, at=AT + timedelta(minutes=number), sequence=number + 1))
        for number, body in enumerate(bodies)
    ]
    period = Period(AT, AT + timedelta(days=1))
    found = account("casa", records, period, parameters("names"))
    assert found == account("casa", [*reversed(records), *records], period, parameters("names"))
    return found


def test_every_minute_watched_is_counted_once() -> None:
    found = judged(*[minute()] * 70, *[minute(resolver=DARK)] * 5, *[minute(line=DARK, resolver=DARK)] * 3)
    assert found.minutes == {Part.WELL: 70, Part.NAMES: 5, Part.ZONE: 0, Part.LINE: 3, Part.UNSEEN: 0}


def test_minutes_without_a_name_are_told_with_their_records() -> None:
    resolution, zone = judged(*[minute()] * 70, *[minute(resolver=DARK)] * 2).findings
    assert (resolution.id, resolution.state) == ("names.resolution", State.DISTURBED)
    assert resolution.measured == {"minutes": 2, "watched_minutes": 72, "line_minutes": 0}
    assert resolution.witnesses == ("p1/71", "p1/72")
    assert "2 minutes of 72 minutes" in resolution.sentence.en
    assert zone.state is State.WELL


def test_too_short_a_watch_is_no_basis_unless_names_were_seen_to_fail() -> None:
    assert judged(*[minute()] * 59).findings[0].state is State.INSUFFICIENT
    assert judged(*[minute()] * 60).findings[0].state is State.WELL
    assert judged(minute(resolver=DARK)).findings[0].state is State.DISTURBED


def test_while_the_line_is_down_nothing_is_said_of_names() -> None:
    found = judged(*[minute(line=DARK, resolver=DARK)] * 100)
    assert [one.state for one in found.findings] == [State.INSUFFICIENT, State.INSUFFICIENT]


def look(**told: bool | None) -> NamesSeen:
    seen = ResolverSeen(resolver="192.0.2.53", address_family=4, rtt_ms=4.0, **told)
    return NamesSeen(resolvers=(seen,), signed_name="pt", broken_name="broken.example")


@pytest.mark.parametrize(
    ("authenticated", "refused", "state", "words"),
    [
        (True, True, State.WELL, "checks signatures"),
        (True, None, State.WELL, "checks signatures"),
        (True, False, State.DISTURBED, "gives names whose signature is wrong"),
        (False, None, State.DISTURBED, "does not vouch for right ones"),
        (False, False, State.DISTURBED, "and gives wrong ones"),
        (None, None, State.INSUFFICIENT, "not known"),
    ],
)
def test_a_resolver_checks_if_it_vouches_for_the_right_and_refuses_the_wrong(
    *, authenticated: bool | None, refused: bool | None, state: State, words: str
) -> None:
    finding = judged(look(authenticated=authenticated, refused_broken=refused)).findings[-1]
    assert (finding.id, finding.state) == ("names.dnssec/192.0.2.53", state)
    assert words in finding.sentence.en


def test_the_newest_look_that_says_something_counts() -> None:
    found = judged(look(authenticated=False), look(authenticated=True), look())
    assert found.checking[0].authenticates is True
    assert found.checking[0].looks_count == 3


def of_zone(*, rtt_ms: float | None = 12.0, signed: bool | None = True, own: bool | None = True) -> NamesSeen:
    seen = ZoneServerSeen(
        name_server="ns.example",
        zone="pt",
        address="198.51.100.7",
        address_family=4,
        rtt_ms=rtt_ms,
        authoritative=own,
        serial=None if rtt_ms is None else 2026100501,
        signed=signed,
    )
    return NamesSeen(zone_servers=(seen,))


@pytest.mark.parametrize(
    ("seen", "state"),
    [
        (of_zone(), State.WELL),
        (of_zone(signed=False), State.DISTURBED),
        (of_zone(own=False), State.DISTURBED),
        (of_zone(rtt_ms=None, signed=None, own=None), State.INSUFFICIENT),
    ],
)
def test_a_zone_is_well_if_its_servers_answer_for_it_and_signed(seen: NamesSeen, state: State) -> None:
    finding = judged(seen).findings[-1]
    assert (finding.id, finding.state) == ("names.authority/pt", state)


def test_latencies_and_shares_are_told_of_each_who_is_asked() -> None:
    found = judged(minute(server=GOOD), minute(resolver="######......", server=GOOD))
    resolver = next(one for one in found.answering if one.role is Role.RESOLVER)
    assert (resolver.asked_count, resolver.answered_count) == (24, 18)
    assert (resolver.rtt_median_ms, resolver.rtt_p95_ms) == (9.0, 9.0)
    assert {one.role for one in found.answering} == {Role.RESOLVER, Role.NAME_SERVER}
    assert names_json(found)["answering"][0]["answered_count"] == 18
