"""What must hold of a router's counters and words whatever the router does."""

import contextlib
from datetime import timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from probe.body.speed_test import Direction
from probe.router import soap, ssdp
from probe.router.counters import (
    UNTESTED,
    WRAP_BYTES,
    Calibration,
    Doubt,
    calibrate,
    moved,
    other_traffic,
    renewed,
)
from probe.router.description import describe
from probe.router.digest import authorization
from probe.router.location import Location, on_gateway
from probe.router.markup import MarkupError, parse
from probe.router.message import MessageError, parse_head
from probe.router.reading import Login, RouterReading, Source
from probe.router.uptime import restarted
from tests.build import AT, a_stamp

FASTEST_BPS = 10_000_000_000
COUNTS = st.integers(0, (1 << 64) - 1)
UPTIMES = st.none() | st.integers(0, 1 << 33)
DOUBTS = st.sampled_from(Doubt)


def a_reading(count: int, *, after_s: float, bits: int, wan: int | None, device: int | None = None) -> RouterReading:
    return RouterReading(
        stamp=a_stamp(at=AT + timedelta(seconds=after_s)),
        source=Source.IGD,
        received_bytes=count,
        counter_bits=bits,
        wan_uptime_s=wan,
        device_uptime_s=device,
    )


@given(
    start=COUNTS,
    amount=st.integers(0, 3 * WRAP_BYTES),
    elapsed_s=st.integers(0, 100),
    bits=st.tuples(st.sampled_from([32, 64]), st.sampled_from([32, 64])),
    slack_share=st.floats(0, 1),
    known_uptime=st.booleans(),
)
def test_an_amount_is_the_true_one_or_none(
    start: int, amount: int, elapsed_s: int, bits: tuple[int, int], slack_share: float, known_uptime: bool
) -> None:
    """Whatever wraps: where the bounds hold and nothing restarted, no number but the true one ever comes out."""
    assume(amount * 8 <= FASTEST_BPS * elapsed_s)
    shown = [
        count % WRAP_BYTES if width == 32 else count for count, width in zip((start, start + amount), bits, strict=True)
    ]
    uptimes = (90_000, 90_000 + elapsed_s) if known_uptime else (None, None)
    before = a_reading(shown[0], after_s=0, bits=bits[0], wan=uptimes[0])
    after = a_reading(shown[1], after_s=elapsed_s, bits=bits[1], wan=uptimes[1])
    least_bytes = int(amount * slack_share)
    result = moved(before, after, Direction.DOWNLOAD, fastest_bps=FASTEST_BPS, least_bytes=least_bytes)
    assert isinstance(result, Doubt) or result == amount


@given(
    counts=st.tuples(COUNTS, COUNTS),
    bits=st.tuples(st.sampled_from([32, 64]), st.sampled_from([32, 64])),
    uptimes=st.tuples(UPTIMES, UPTIMES, UPTIMES, UPTIMES),
    elapsed_s=st.integers(0, 5000),
    least_bytes=st.integers(0, 1 << 40),
    fastest_bps=st.integers(0, 1 << 37),
)
def test_no_two_readings_ever_give_a_negative_or_an_absurd_amount(
    counts: tuple[int, int],
    bits: tuple[int, int],
    uptimes: tuple[int | None, int | None, int | None, int | None],
    elapsed_s: int,
    least_bytes: int,
    fastest_bps: int,
) -> None:
    """Resets, lies, two routers under one address: an amount lies within what must and what can have passed."""
    before = a_reading(counts[0], after_s=0, bits=bits[0], wan=uptimes[0], device=uptimes[1])
    after = a_reading(counts[1], after_s=elapsed_s, bits=bits[1], wan=uptimes[2], device=uptimes[3])
    result = moved(before, after, Direction.DOWNLOAD, fastest_bps=fastest_bps, least_bytes=least_bytes)
    if not isinstance(result, Doubt):
        assert least_bytes <= result <= fastest_bps * (elapsed_s + 1) / 8


@given(
    before_s=st.integers(600, 1 << 31),
    count=st.integers(1, WRAP_BYTES - 1),
    again=st.integers(0, WRAP_BYTES - 1),
    elapsed_s=st.integers(0, 500),
    share=st.floats(0, 1),
)
def test_a_connection_that_began_anew_gives_no_amount(
    before_s: int, count: int, again: int, elapsed_s: int, share: float
) -> None:
    before = a_reading(count, after_s=0, bits=32, wan=before_s)
    after = a_reading(again, after_s=elapsed_s, bits=32, wan=int(elapsed_s * share))
    assert isinstance(moved(before, after, Direction.DOWNLOAD, fastest_bps=FASTEST_BPS), Doubt)


@given(st.lists(st.tuples(st.integers(0, 10**12), COUNTS | DOUBTS)), COUNTS | DOUBTS, st.integers(0, 10**12))
def test_no_history_of_tests_lets_an_untrusted_counter_give_a_number(
    history: list[tuple[int, int | Doubt]], counted: int | Doubt, test_bytes: int
) -> None:
    known = UNTESTED
    for size, seen in history:
        known = renewed(known, calibrate(size, seen))
    others = other_traffic(counted, known, test_bytes=test_bytes)
    if not known.trusted or isinstance(counted, Doubt):
        assert others is None
    elif others is not None:
        assert 0 <= others <= counted


@given(st.integers(10_000_000, 10**11), st.floats(1.0, 1.066), st.integers(0, 10**11))
def test_other_traffic_is_right_to_within_the_tolerance(test_bytes: int, share: float, others: int) -> None:
    """The truth is found for every line overhead, once a quiet test had calibrated the counter."""
    own = round(test_bytes * share)
    known = renewed(UNTESTED, calibrate(test_bytes, own))
    assert known.trusted
    found = other_traffic(own + others, known, test_bytes=test_bytes)
    assert found is not None
    assert abs(found - others) <= 2


@given(DOUBTS, st.floats(0.5, 2))
def test_a_doubted_counter_is_not_trusted(doubt: Doubt, share: float) -> None:
    assert not Calibration(doubt, share).trusted


@given(
    age_s=st.integers(0, 1 << 31),
    elapsed_s=st.floats(0, 1e6),
    restart_share=st.none() | st.floats(0, 1),
    late_s=st.tuples(st.floats(0, 2), st.floats(0, 2)),
)
def test_a_restart_is_never_told_wrongly(
    age_s: int, elapsed_s: float, restart_share: float | None, late_s: tuple[float, float]
) -> None:
    """Against a router that counts truly, in whole seconds, read up to two seconds late."""
    age_now = age_s + elapsed_s if restart_share is None else elapsed_s * (1 - restart_share)
    told = restarted(int(age_s + late_s[0]), int(age_now + late_s[1]), elapsed=elapsed_s)
    assert told in (restart_share is not None, None)


@given(st.binary(max_size=400) | st.text(max_size=200).map(str.encode))
def test_no_bytes_make_a_parser_fail_in_a_way_of_its_own(document: bytes) -> None:
    assert ssdp.answer(document) is None or document.startswith(b"HTTP/1.")
    for read in (
        lambda: parse(document),
        lambda: describe(document, gateway="10.0.0.1", at=Location(80, "/")),
        lambda: soap.values(document, "GetInfo"),
    ):
        with contextlib.suppress(MarkupError):
            read()
    with contextlib.suppress(MessageError):
        _ = parse_head(document).length


_MARKS = st.lists(
    st.sampled_from(
        ["<a>", "</a>", "<a/>", "<!DOCTYPE a>", "<![CDATA[", "]]>", "&#0;", "&#65;", "&lt;", "&x;", "<?p?>", "x", '"']
    ),
    max_size=30,
).map("".join)


@given(_MARKS)
def test_no_markup_makes_the_parser_fail_in_a_way_of_its_own(text: str) -> None:
    try:
        root = parse(text.encode())
    except MarkupError:
        return
    assert "DOCTYPE" not in text or "CDATA" in text
    assert root.name == "a"


@given(st.text(max_size=60) | st.from_regex(r"(http:)?//[0-9a-z.@:\[\]]{0,30}/[ -~]{0,20}", fullmatch=True))
def test_every_place_accepted_is_safe_in_a_request_to_the_gateway(url: str) -> None:
    location = on_gateway(url, gateway="10.0.0.1", base=Location(80, "/root.xml"))
    if location is not None:
        assert 0 < location.port < 65536
        assert location.path.startswith("/")
        assert location.path.isascii()
        assert location.path.isprintable()
        assert not set(' "<>\\') & set(location.path)


@given(st.lists(st.text(alphabet=st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=80)), st.text())
def test_no_challenge_breaks_out_of_the_field_that_answers_it(challenges: list[str], rest: str) -> None:
    dressed = [f'Digest realm="r", nonce="n", {challenge}' for challenge in challenges]
    said = authorization(dressed, Login("u", rest), method="POST", path="/", client_nonce="c")
    assert said is None or said.count('"') % 2 == 0
    assert said is None or "\n" not in said
