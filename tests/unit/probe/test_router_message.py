"""HTTP, SSDP and SOAP as bytes."""

import pytest

from probe.router import soap, ssdp
from probe.router.description import Service
from probe.router.location import Location
from probe.router.markup import MarkupError
from probe.router.message import MessageError, chunk_bytes, parse_head, request
from probe.router.ssdp import IGD, TR064, Announcement

SERVICE = Service(type="urn:schemas-upnp-org:service:WANIPConnection:1", control=Location(49000, "/ctl"))


def test_a_request_names_the_gateway_and_asks_for_the_end_of_the_connection() -> None:
    assert request("GET", Location(5000, "/a?b"), gateway="10.0.0.1") == (
        b"GET /a?b HTTP/1.1\r\nHost: 10.0.0.1:5000\r\nConnection: close\r\n\r\n"
    )


def test_a_head_is_read_with_its_fields_in_any_case_and_order() -> None:
    head = parse_head(b"HTTP/1.1 200 OK\r\nContent-LENGTH:  12 \r\nX: 1\r\nx: 2\r\nEmpty:\r\n\r\nbody")
    assert (head.status, head.length, head.chunked) == (200, 12, False)
    assert head.values("x") == ("1", "2")
    assert head.value("empty") == ""
    assert parse_head(b"HTTP/1.0 404\r\n\r\n").length is None
    assert parse_head(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n").chunked


@pytest.mark.parametrize(
    "block",
    [
        b"",
        b"HTTP/2 200 OK\r\n\r\n",
        b"HTTP/1.1 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nno field\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: a\rb\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: a\x00b\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX Y: ab\r\n\r\n",
    ],
)
def test_what_is_no_head_is_refused(block: bytes) -> None:
    with pytest.raises(MessageError):
        parse_head(block)


@pytest.mark.parametrize("length", [b"-1", b"1e9", b"0x10", b"9" * 13, b"1 1"])
def test_a_length_that_is_no_number_is_refused(length: bytes) -> None:
    head = parse_head(b"HTTP/1.1 200 OK\r\nContent-Length: " + length + b"\r\n\r\n")
    with pytest.raises(MessageError):
        _ = head.length


def test_a_chunk_says_its_size() -> None:
    assert chunk_bytes(b"1f;name=value\r\n") == 31
    for line in (b"\r\n", b"-1\r\n", b"0x1\r\n", b"123456789\r\n"):
        with pytest.raises(MessageError):
            chunk_bytes(line)


def test_a_search_names_the_kind_of_device() -> None:
    assert ssdp.search(IGD).startswith(b"M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\n")
    assert f"\r\nST: {IGD}\r\n\r\n".encode() in ssdp.search(IGD)


def test_an_answer_to_a_search_is_read() -> None:
    found = f"HTTP/1.1 200 OK\r\nST: {TR064}\r\nLOCATION: http://10.0.0.1:49000/tr64desc.xml\r\nEXT:\r\n\r\n".encode()
    assert ssdp.answer(found) == Announcement(TR064, "http://10.0.0.1:49000/tr64desc.xml")


@pytest.mark.parametrize(
    "datagram",
    [
        b"\xff\xfe",
        b"NOTIFY * HTTP/1.1\r\nNT: upnp:rootdevice\r\nLOCATION: http://10.0.0.1/\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nST: upnp:rootdevice\r\nLOCATION: http://10.0.0.1/\r\n\r\n",
        f"HTTP/1.1 200 OK\r\nST: {IGD}\r\n\r\n".encode(),
        f"HTTP/1.1 500 No\r\nST: {IGD}\r\nLOCATION: http://10.0.0.1/\r\n\r\n".encode(),
    ],
)
def test_a_datagram_that_is_no_answer_is_dropped(datagram: bytes) -> None:
    assert ssdp.answer(datagram) is None


def test_a_question_carries_no_argument_and_its_own_length() -> None:
    head, _, body = soap.question(SERVICE, "GetStatusInfo", gateway="10.0.0.1").partition(b"\r\n\r\n")
    assert head.startswith(b"POST /ctl HTTP/1.1\r\nHost: 10.0.0.1:49000\r\n")
    assert b'SOAPAction: "urn:schemas-upnp-org:service:WANIPConnection:1#GetStatusInfo"' in head
    assert f"Content-Length: {len(body)}".encode() in head
    assert b"></u:GetStatusInfo>" in body


def in_body(xml: str) -> bytes:
    return f'<s:Envelope xmlns:s="x"><s:Body>{xml}</s:Body></s:Envelope>'.encode()


def test_an_answer_gives_its_values_by_name() -> None:
    answer = in_body('<u:GetStatusInfoResponse xmlns:u="y"><NewUptime>5</NewUptime><A/></u:GetStatusInfoResponse>')
    assert soap.values(answer, "GetStatusInfo") == {"NewUptime": "5", "A": ""}


def test_a_fault_gives_no_values() -> None:
    assert soap.values(in_body("<s:Fault><faultcode>s:Client</faultcode></s:Fault>"), "GetStatusInfo") == {}


@pytest.mark.parametrize("document", [b"<a/>", in_body(""), in_body("<u:GetInfoResponse/>"), b"<html>"])
def test_what_is_no_answer_to_the_question_is_refused(document: bytes) -> None:
    with pytest.raises(MarkupError):
        soap.values(document, "GetStatusInfo")


def test_a_value_longer_than_any_is_cut() -> None:
    said = soap.values(in_body(f"<u:AResponse><B>{'x' * 5000}</B></u:AResponse>"), "A")
    assert len(said["B"]) == 256
