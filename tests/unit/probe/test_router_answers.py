import pytest

from probe.body.rung import LinkStatus, WanStatus
from probe.router import answers
from probe.router.answers import Connection, Counts, Link
from probe.router.description import Duty, Service
from probe.router.location import Location
from probe.router.reading import RouterReading, Source
from tests.build import a_stamp

AT = Location(80, "/ctl")


def test_a_connection_tells_status_uptime_and_last_error() -> None:
    said = {"NewConnectionStatus": "Connected", "NewLastConnectionError": "ERROR_NONE", "NewUptime": "86400"}
    assert answers.connection(said) == Connection(WanStatus.CONNECTED, 86_400, "ERROR_NONE")
    assert answers.connection({"NewConnectionStatus": "PendingDisconnect"}).status is WanStatus.PENDING_DISCONNECT


@pytest.mark.parametrize("uptime", ["", "-1", "1.5", "a day", "1e9", "٣", "9" * 21])
def test_what_is_no_whole_number_was_not_said(uptime: str) -> None:
    assert answers.connection({"NewUptime": uptime}) == Connection(None, None, None)


def test_words_of_no_vocabulary_were_not_said() -> None:
    said = {"NewConnectionStatus": "Up and well", "NewLastConnectionError": "<script>"}
    assert answers.connection(said) == Connection(None, None, None)


def test_the_connection_in_use_is_the_liveliest() -> None:
    used, unused = Connection(WanStatus.CONNECTED, 5, None), Connection(WanStatus.UNCONFIGURED, 0, None)
    silent = Connection(None, None, None)
    assert sorted([used, silent, unused], key=answers.liveliness) == [silent, unused, used]


def test_a_link_tells_status_and_rates() -> None:
    said = {
        "NewLayer1UpstreamMaxBitRate": "40000000",
        "NewLayer1DownstreamMaxBitRate": "100000000",
        "NewPhysicalLinkStatus": "Up",
    }
    assert answers.link(said) == Link(LinkStatus.UP, 100_000_000, 40_000_000)


@pytest.mark.parametrize("rate", ["0", "4294967295", "", "fast"])
def test_a_rate_that_stands_for_unknown_was_not_said(rate: str) -> None:
    assert answers.link({"NewLayer1DownstreamMaxBitRate": rate}).down_bps is None


def test_counters_have_32_bits_unless_they_show_more() -> None:
    assert answers.counts({"NewTotalBytesReceived": "5", "NewTotalBytesSent": "0"}) == Counts(5, 0, 32)
    assert answers.counts({"NewTotalBytesReceived": "5", "NewTotalBytesSent": "4294967296"}).bits == 64
    assert answers.counts({"NewTotalBytesSent": "7"}) == Counts(None, 7, 32)
    assert answers.counts({}) == Counts(None, None, None)


def test_the_counters_of_64_bits_are_preferred() -> None:
    said = {
        "NewTotalBytesReceived": "3792338136",
        "NewTotalBytesSent": "214248160",
        "NewX_AVM_DE_TotalBytesReceived64": "8087305432",
        "NewX_AVM_DE_TotalBytesSent64": "214248160",
    }
    assert answers.counts(said) == Counts(8_087_305_432, 214_248_160, 64)
    assert answers.counts(said | {"NewX_AVM_DE_TotalBytesSent64": ""}) == Counts(3_792_338_136, 214_248_160, 32)


def test_tr_064_is_asked_only_for_what_upnp_does_not_offer() -> None:
    upnp = Service(type="urn:schemas-upnp-org:service:WANIPConnection:1", control=AT)
    ppp = Service(type="urn:dslforum-org:service:WANPPPConnection:1", control=AT)
    device = Service(type="urn:dslforum-org:service:DeviceInfo:1", control=AT)
    assert answers.of_duty((ppp, upnp, device), Duty.IP, Duty.PPP) == (upnp,)
    assert answers.of_duty((ppp, device), Duty.IP, Duty.PPP) == (ppp,)
    assert answers.of_duty((ppp, upnp, device), Duty.DEVICE) == (device,)


def test_a_device_tells_its_uptime() -> None:
    assert answers.device_uptime_s({"NewUpTime": "427686", "NewSerialNumber": "1"}) == 427_686


def test_a_reading_refuses_impossible_values() -> None:
    with pytest.raises(ValueError, match="wan_uptime_s"):
        RouterReading(stamp=a_stamp(), source=Source.IGD, wan_uptime_s=-1)
    with pytest.raises(ValueError, match="counter_bits"):
        RouterReading(stamp=a_stamp(), source=Source.IGD, received_bytes=1)
    with pytest.raises(ValueError, match="counter_bits"):
        RouterReading(stamp=a_stamp(), source=Source.IGD, counter_bits=32)
