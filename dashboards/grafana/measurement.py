"""Vocabulary. Every measurement that a dashboard may ask for: its tags, its fields with their units.

The first group is written from records by `prova collector project`, the others from findings by `prova dashboards
project`, congestion once a day. Knows nothing of queries or of how points come about.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

WITHDRAWN = "withdrawn"  # a field of every judged point: true where a later judgement no longer has it


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """`tags` are words out of closed lists, or names of lines, probes and groups. `fields`: unit and meaning by name.

    `judged`: made from findings, so that every query must leave out what was withdrawn.
    """

    name: str
    time: str
    tags: tuple[str, ...]
    fields: Mapping[str, str]
    judged: bool


def _seen(name: str, time: str, tags: str, fields: Mapping[str, str]) -> Measurement:
    own = {**fields, "sequence": "number of the record, which leads back to the evidence"}
    return Measurement(name=name, time=time, tags=_words(tags), fields=MappingProxyType(own), judged=False)


def _judged(name: str, time: str, tags: str, fields: Mapping[str, str]) -> Measurement:
    own = {**fields, WITHDRAWN: "true: a later judgement no longer has it"}
    return Measurement(name=name, time=time, tags=(*_PLACE, *_words(tags)), fields=MappingProxyType(own), judged=True)


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_PLACE = ("line", "operator", "group")
_START = "start of the record"
_DAY = "start of the local day"

SEEN = (
    _seen(
        "speed_test",
        _START,
        "line probe direction method",
        {
            "rate_bps": "bit/s of TCP payload, steady",
            "mean_bps": "bit/s of TCP payload, whole test",
            "ip_rate_bps": "bit/s in IP packets",
            "ethernet_rate_bps": "bit/s on an Ethernet port",
            "uncertainty_bps": "bit/s, half-width of the 95 % interval",
            "bytes": "bytes of payload received",
            "duration_s": "s",
            "idle_rtt_ms": "ms without load",
            "loaded_rtt_ms": "ms under load, median",
            "loaded_rtt_p95_ms": "ms under load, 95th percentile",
            "loaded_rtt_p99_ms": "ms under load, 99th percentile",
            "responsiveness_rpm": "round trips a minute under load",
            "idle_trip_median_ms": "ms of small datagrams before the load, median",
            "loaded_trip_median_ms": "ms of small datagrams beside the load, median",
            "loaded_trip_p95_ms": "ms of small datagrams beside the load, 95th percentile",
            "retransmitted_share": "share of TCP's bytes sent again",
            "lost_share": "share of datagrams that never came",
            "cpu_share": "share of the probe's busiest core",
            "steady": "true: the rate was kept up",
            "failure": "word: why there is no rate",
            "limited_by": "word: what held the rate down",
            "ended_by": "word: what ended the test",
            "demonstration": "true: against this machine's own server, no evidence",
        },
    ),
    _seen(
        "reachability",
        _START,
        "line probe role",
        {
            "asked_count": "small probes sent",
            "answered_count": "small probes answered",
            "rtt_least_ms": "ms",
            "rtt_median_ms": "ms",
            "rtt_most_ms": "ms",
            "minutes": "minutes that the point stands for",
        },
    ),
    _seen(
        "link",
        _START,
        "line probe",
        {"carrier": "true: up", "carrier_up_count": "the kernel's count", "carrier_down_count": "the kernel's count"},
    ),
    _seen(
        "router",
        _START,
        "line probe",
        {
            "wan_status": "word of UPnP",
            "link_status": "word of UPnP",
            "wan_uptime_s": "s",
            "device_uptime_s": "s",
            "answered": "true: it told",
        },
    ),
    _seen("clock", _START, "line probe", {"offset_ms": "ms that the probe's clock is off"}),
    _seen("notice", _START, "line probe", {"kind": "word", "detail": "words", "seconds": "s"}),
    Measurement(
        name="probe",
        time="minute of the look",
        tags=("line", "probe"),
        fields=MappingProxyType(
            {
                "status": "word: online, sleeping, lost; none where it never said",
                "lost": "1: the broker gave its last will",
                "silent_s": "s since its last batch; none before the first",
                "record_count": "records kept",
                "missing_count": "numbers below its last that have no record: on their way, condensed or lost",
            }
        ),
        judged=False,
    ),
    Measurement(
        name="message",
        time="minute of the look",
        tags=("outcome", "reason"),
        fields=MappingProxyType({"count": "messages settled since the store was made"}),
        judged=False,
    ),
)

JUDGED = (
    _judged(
        "place",
        _DAY,
        "technology",
        {"judged": "1 for each day judged", "judged_at_s": "s since 1970: when it was judged last"},
    ),
    _judged(
        "promise",
        _DAY,
        "direction",
        {"maximum_bps": "bit/s", "normal_bps": "bit/s; none where not stated", "minimum_bps": "bit/s; likewise"},
    ),
    _judged(
        "judged_test",
        "start of the test, exactly as in speed_test",
        "direction",
        {
            "ip_rate_bps": "bit/s in IP packets; none of a failed test",
            "grade": "A proof, B indicative, C diagnostic",
            "proof_bps": "bit/s in IP packets, of grade A alone",
            "reasons": "words: why it is worth less",
            "record": "the record's name",
        },
    ),
    _judged(
        "finding",
        "start of the finding's period",
        "rule direction profile",
        {
            "verdict": "met, breached, insufficient, not_applicable",
            "met": "1 or 0",
            "breached": "1 or 0",
            "insufficient": "1 or 0",
            "not_applicable": "1 or 0",
            "used_count": "tests that it rests on",
            "excluded_count": "tests left out",
            "interval_low": "in the unit of what the rule bounds",
            "interval_high": "in the unit of what the rule bounds",
            "clause": "the clause",
            "id": "the finding's name, for prova explain",
            "sentence_pt": "the finding in a sentence",
            "sentence_en": "the finding in a sentence",
        },
    ),
    _judged(
        "day",
        _DAY,
        "",
        {
            "up_s": "s of the day up",
            "down_s": "s surely down",
            "unobserved_s": "s that nobody watched",
            "outage_count": "outages of the line that began that day",
            "breach_count": "speed findings of the day that are breached",
            **{
                f"down_{cause}_s": "s surely down, of that cause"
                for cause in (
                    "own_link",
                    "gateway",
                    "access_line",
                    "isp_core",
                    "remote",
                    "dns",
                    "planned",
                    "unknown",
                )
            },
            **{
                f"down_of_{whose}_s": "s surely down, by whose it was"
                for whose in (
                    "operator",
                    "customer",
                    "third_party",
                    "unknown",
                )
            },
            "download_median_bps": "bit/s in IP packets, of the tests of grade A and B",
            "upload_median_bps": "bit/s, likewise",
            "idle_rtt_median_ms": "ms",
            "loaded_rtt_median_ms": "ms",
            "download_share": "median download over the maximum promised",
            "upload_share": "median upload over the maximum promised",
            "test_count": "tests of grade A and B",
        },
    ),
    _judged(
        "hour",
        _DAY,
        "hour",
        {
            "download_median_bps": "bit/s in IP packets, of the tests of grade A and B in that local hour",
            "upload_median_bps": "bit/s, likewise",
            "download_least_bps": "bit/s, likewise",
            "idle_rtt_median_ms": "ms",
            "loaded_rtt_median_ms": "ms",
            "test_count": "tests of grade A and B",
        },
    ),
    _judged(
        "state",
        "when it began",
        "",
        {"state": "up, down, unobserved", "cause": "word; none where up", "lasted_s": "s, as far as judged"},
    ),
    _judged(
        "outage",
        "first miss",
        "concern cause imputable_to severity",
        {
            "down_s": "s surely down",
            "down_most_s": "s down at most",
            "open": "1: not over by the last record",
            "confidence": "word",
            "flags": "words",
            "id": "the outage's name",
            "sentence_pt": "in a sentence",
            "sentence_en": "in a sentence",
        },
    ),
    _judged(
        "deadline",
        "when it is due",
        "rule",
        {
            "about": "the fault, visit or complaint",
            "left_s": "s until then, as of the last judgement; below zero: past",
            "open": "1: not decided yet",
            "breached": "1: the finding is breached",
            "verdict": "the finding's",
            "id": "the finding's name, for prova explain",
            "sentence_pt": "the finding in a sentence",
            "sentence_en": "the finding in a sentence",
        },
    ),
)

CONGESTION = (
    _judged(
        "congestion",
        "start of the last local day judged",
        "",
        {
            "kind": "recurring, exceptional, self_inflicted, plan_change, none, unknown",
            "recurring": "1 or 0",
            "unknown": "1: too little evidence",
            "window_count": "windows of hours that come back",
            "time_count": "single times",
            "sentence_pt": "in a sentence",
            "sentence_en": "in a sentence",
        },
    ),
    _judged(
        "congested_hour",
        _DAY,
        "hour",
        {
            "minutes": "minutes of that local hour in a window that comes back",
            "signal": "word: what shows it most",
            "place": "word: between what and what it lies",
            "household": "word: what the household's own traffic has to do with it",
            "confidence": "word",
        },
    ),
    _judged(
        "congested_time",
        "when it began",
        "",
        {
            "lasted_s": "s",
            "many_lines": "other lines of the group that were worse at the same time",
            "signal": "word: what shows it most",
            "place": "word: between what and what it lies",
            "household": "word: what the household's own traffic has to do with it",
            "confidence": "word",
        },
    ),
)

CONTINUAL = tuple(one.name for one in JUDGED)
CONGESTED = ("congested_hour", "congested_time")  # a summary stays as it was on its day
MEASUREMENTS = MappingProxyType({one.name: one for one in (*SEEN, *JUDGED, *CONGESTION)})
