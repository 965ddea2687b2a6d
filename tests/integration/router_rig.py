"""A peer on loopback that answers as routers do: searches by SSDP, descriptions, actions.

Its FRITZ!Box dialect is written from what is published of it (AVM's TR-064 papers, and what users show of their
boxes): no device recorded it.
"""

import asyncio
import hashlib
import itertools
import os
import re
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from probe.router.ask import read_router
from probe.router.reading import Login, RouterReading
from probe.router.ssdp import IGD, TR064

UPNP, DSLFORUM = "urn:schemas-upnp-org", "urn:dslforum-org"
COMMON, IP, PPP = "WANCommonInterfaceConfig", "WANIPConnection", "WANPPPConnection"
CONNECTED = {"NewConnectionStatus": "Connected", "NewLastConnectionError": "ERROR_NONE", "NewUptime": "86400"}
LINK = {
    "NewWANAccessType": "DSL",
    "NewLayer1UpstreamMaxBitRate": "46720000",
    "NewLayer1DownstreamMaxBitRate": "292032000",
    "NewPhysicalLinkStatus": "Up",
}
ADDON_INFOS = {
    "NewByteSendRate": "10",
    "NewTotalBytesSent": "214248160",
    "NewTotalBytesReceived": "3792338136",
    "NewDNSServer1": "192.0.2.53",
    "NewX_AVM_DE_TotalBytesSent64": "214248160",
    "NewX_AVM_DE_TotalBytesReceived64": "8087305432",
}
DEVICE_INFO = {
    "NewManufacturerName": "AVM",
    "NewModelName": "FRITZ!Box 7590",
    "NewSerialNumber": "AABBCCDDEEFF",
    "NewUpTime": "427686",
    "NewDeviceLog": "21.11.26 08:00:00 somebody logged on",
}
OWNER = Login("prova", "only for reading")
_numbers = itertools.count(1)

Handler = Callable[[bytes, asyncio.StreamWriter], Awaitable[None]]


def own_address() -> str:
    """An address of this machine that no other test has: loopback is 127.0.0.0/8, and SSDP has but one port."""
    return f"127.{1 + os.getpid() // 250 % 250}.{1 + os.getpid() % 250}.{next(_numbers)}"


def ok(body: bytes, *, status: str = "200 OK", fields: str = "") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{fields}Connection: close\r\n\r\n".encode() + body


def envelope(xml: str) -> bytes:
    return (
        '<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" '
        f's:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"><s:Body>{xml}</s:Body></s:Envelope>'
    ).encode()


def fault(code: int) -> bytes:
    detail = f'<UPnPError xmlns="urn:schemas-upnp-org:control-1-0"><errorCode>{code}</errorCode></UPnPError>'
    return ok(envelope(f"<s:Fault><faultcode>s:Client</faultcode><detail>{detail}</detail></s:Fault>"), status="500 No")


def answer(service: str, action: str, values: Mapping[str, str]) -> bytes:
    said = "".join(f"<{name}>{value}</{name}>" for name, value in values.items())
    return ok(envelope(f'<u:{action}Response xmlns:u="{service}">{said}</u:{action}Response>'))


def description(space: str, *services: str, maker: str = "Maker", product: str = "Box") -> bytes:
    """`services`: their names; each is controlled at /ctl/NAME."""
    listed = "".join(
        f"<service><serviceType>{space}:service:{name}:1</serviceType><controlURL>/ctl/{name}</controlURL></service>"
        for name in services
    )
    return (
        f'<?xml version="1.0"?><root xmlns="{space}:device-1-0"><device><manufacturer>{maker}</manufacturer>'
        f"<modelName>{product}</modelName><serialNumber>AABBCCDDEEFF</serialNumber><deviceList><device>"
        f"<deviceType>{space}:device:WANDevice:1</deviceType><serviceList>{listed}</serviceList></device></deviceList>"
        "</device></root>"
    ).encode()


@dataclass
class Peer:
    """Answers searches at port 1900 of an address of its own, and HTTP at a free port."""

    address: str = field(default_factory=own_address)
    port: int = 0
    places: dict[str, str] = field(default_factory=dict)  # search target: path, or a whole URL
    pages: dict[str, bytes | Handler] = field(default_factory=dict)
    actions: dict[str, Mapping[str, str] | bytes | Handler] = field(default_factory=dict)  # "type#action"
    login: Login | None = None  # wanted by services of TR-064
    asked: list[str] = field(default_factory=list)
    logins_tried: int = 0
    serving: dict["asyncio.Task[Any]", asyncio.StreamWriter] = field(default_factory=dict)
    announce_from: str | None = None  # another address, which answers the search in the gateway's place

    def url(self, path: str) -> str:
        return path if "://" in path else f"http://{self.address}:{self.port}{path}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self.serving[task] = writer
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            length = re.search(rb"Content-Length: (\d+)", head)
            body = await reader.readexactly(int(length[1])) if length else b""
            reply = self.reply(head.decode(), body.decode())
            if isinstance(reply, bytes):
                writer.write(reply)
                await writer.drain()
            else:
                await reply(head, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.transport.abort()
            del self.serving[task]

    def reply(self, head: str, body: str) -> bytes | Handler:
        method, path, _ = head.split("\r\n", maxsplit=1)[0].split(" ")
        if method == "GET":
            self.asked.append(path)
            return self.pages.get(path, ok(b"", status="404 Not Found"))
        called = re.search(r'SOAPAction: "([^"]+)"', head)
        assert called
        self.asked.append(called[1])
        service, _, action = called[1].partition("#")
        assert f'<u:{action} xmlns:u="{service}">' in body
        if service.startswith(DSLFORUM) and self.login and not self.logged_in(head, path):
            challenge = 'WWW-Authenticate: Digest realm="F!Box SOAP-Auth", nonce="3E1D5C7B", algorithm=MD5, qop="auth"'
            return ok(b"<HTML>401", status="401 Unauthorized", fields=f"{challenge}\r\n")
        said = self.actions.get(called[1], fault(401))
        return answer(service, action, said) if isinstance(said, Mapping) else said

    def logged_in(self, head: str, path: str) -> bool:
        assert self.login
        said = re.search(r"Authorization: Digest (.*)", head)
        if not said:
            return False
        self.logins_tried += 1
        given = dict(re.findall(r'(\w+)="?([^",\r]+)', said[1]))
        secret = _md5(f"{self.login.user}:F!Box SOAP-Auth:{self.login.password}")
        expected = _md5(f"{secret}:3E1D5C7B:{given['nc']}:{given['cnonce']}:auth:{_md5(f'POST:{path}')}")
        return bool(given["response"] == expected)


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


class _Searched(asyncio.DatagramProtocol):
    def __init__(self, peer: Peer) -> None:
        self.peer = peer

    def connection_made(self, transport: Any) -> None:
        self.transport: asyncio.DatagramTransport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        target = re.search(rb"\r\nST: ([^\r]+)", data)
        place = self.peer.places.get(target[1].decode()) if target else None
        if target and place:
            reply = f"HTTP/1.1 200 OK\r\nST: {target[1].decode()}\r\nLOCATION: {self.peer.url(place)}\r\nEXT:\r\n\r\n"
            self.send(reply.encode(), addr)

    def send(self, datagram: bytes, addr: tuple[str, int]) -> None:
        if self.peer.announce_from is None:
            self.transport.sendto(datagram, addr)
            return
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
            other.bind((self.peer.announce_from, 0))
            for _ in range(50):
                other.sendto(datagram, addr)


@asynccontextmanager
async def running(peer: Peer) -> AsyncIterator[Peer]:
    server = await asyncio.start_server(peer.serve, peer.address, 0)
    peer.port = server.sockets[0].getsockname()[1]
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: _Searched(peer), local_addr=(peer.address, 1900))
    try:
        yield peer
    finally:
        for _ in range(10):  # turns of the loop: a connection made at the last moment reaches `serve`
            await asyncio.sleep(0)
        transport.close()
        server.close()
        await server.wait_closed()
        for writer in peer.serving.values():
            writer.transport.abort()
        await asyncio.gather(*peer.serving)
        await asyncio.sleep(0)  # transports close in the next turn


def a_plain_router() -> Peer:
    common = f"{UPNP}:service:{COMMON}:1"
    return Peer(
        places={IGD: "/root.xml"},
        pages={"/root.xml": ok(description(UPNP, COMMON, IP))},
        actions={
            f"{common}#GetCommonLinkProperties": LINK,
            f"{common}#GetTotalBytesReceived": {"NewTotalBytesReceived": "3792338136"},
            f"{common}#GetTotalBytesSent": {"NewTotalBytesSent": "214248160"},
            f"{UPNP}:service:{IP}:1#GetStatusInfo": CONNECTED,
        },
    )


def a_fritzbox_shape(*, login: Login | None = OWNER) -> Peer:
    unused = {"NewConnectionStatus": "Unconfigured", "NewLastConnectionError": "ERROR_NONE", "NewUptime": "0"}
    tr064 = ok(description(DSLFORUM, "DeviceInfo", COMMON, PPP, maker="AVM", product="FRITZ!Box 7590"))
    return Peer(
        places={IGD: "/igddesc.xml", TR064: "/tr64desc.xml"},
        pages={
            "/igddesc.xml": ok(description(UPNP, COMMON, IP, PPP, maker="AVM Berlin", product="FRITZ!Box 7590")),
            "/tr64desc.xml": tr064,
        },
        actions={
            f"{UPNP}:service:{COMMON}:1#GetCommonLinkProperties": LINK,
            f"{UPNP}:service:{COMMON}:1#GetAddonInfos": ADDON_INFOS,
            f"{UPNP}:service:{IP}:1#GetStatusInfo": unused,
            f"{UPNP}:service:{PPP}:1#GetStatusInfo": CONNECTED,
            f"{DSLFORUM}:service:DeviceInfo:1#GetInfo": DEVICE_INFO,
            f"{DSLFORUM}:service:{COMMON}:1#GetCommonLinkProperties": LINK,
            f"{DSLFORUM}:service:{PPP}:1#GetStatusInfo": CONNECTED,
        },
        login=login,
    )


async def read(peer: Peer, *, login: Login | None = None) -> RouterReading:
    reading = await read_router(peer.address, login=login)
    assert isinstance(reading, RouterReading), reading
    return reading
