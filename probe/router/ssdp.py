"""Pure. The search for a gateway's description, and the answers to it (UPnP Device Architecture 1.1, section 1.3).

Knows nothing of sockets, nor whether an announced place may be visited.
"""

from dataclasses import dataclass

from probe.router.message import MessageError, parse_head

PORT = 1900
MULTICAST = "239.255.255.250"
IGD = "urn:schemas-upnp-org:device:InternetGatewayDevice:1"  # later versions answer to the first
TR064 = "urn:dslforum-org:device:InternetGatewayDevice:1"
TARGETS = (IGD, TR064)
ANSWER_WITHIN_S = 1  # MX: each device waits a random part of it


@dataclass(frozen=True, slots=True)
class Announcement:
    """What kind of device answered, and the URL of its description, unchecked."""

    target: str
    url: str


def search(target: str) -> bytes:
    """The datagram that asks devices of a kind to answer."""
    lines = (
        "M-SEARCH * HTTP/1.1",
        f"HOST: {MULTICAST}:{PORT}",
        'MAN: "ssdp:discover"',
        f"MX: {ANSWER_WITHIN_S}",
        f"ST: {target}",
    )
    return "".join(f"{line}\r\n" for line in (*lines, "")).encode()


def answer(datagram: bytes) -> Announcement | None:
    """What a datagram announces; None where it is no answer to one of the searches."""
    try:
        head = parse_head(datagram)
    except MessageError:
        return None
    target, url = head.value("st"), head.value("location")
    if head.status != 200 or target not in TARGETS or not url:
        return None
    return Announcement(target, url)
