"""Pure. A device description (UPnP Device Architecture 1.1, section 2.3): the services worth asking, and the model.

Serial numbers, identifiers and the name that the household gave the router are not read. Knows nothing of what the
services answer.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from probe.router.location import Location, on_gateway
from probe.router.markup import Element, MarkupError, parse

MAX_SERVICES = 12
_MAX_NAMES, _MAX_MODEL = 400, 80  # characters: looked at, and kept
_TYPE = re.compile(
    r"urn:(schemas-upnp-org|dslforum-org):service:"
    r"(WANCommonInterfaceConfig|WANIPConnection|WANPPPConnection|DeviceInfo):[1-9]"
)
# What in a word of a model's name tells one device from another of its kind: a MAC address, a long number.
_PERSONAL = re.compile(r"(?i)(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}|(?=[0-9a-f]{0,11}[0-9])[0-9a-f]{12}|[0-9]{8}")


class Duty(StrEnum):
    """What a service answers for, by the name of its type."""

    COMMON = "WANCommonInterfaceConfig"
    IP = "WANIPConnection"
    PPP = "WANPPPConnection"
    DEVICE = "DeviceInfo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One service. `wan` numbers the WAN device that it belongs to, from 1; 0 where it belongs to none."""

    type: str
    control: Location
    wan: int = 0

    @property
    def duty(self) -> Duty:
        """What it answers for."""
        return Duty(self.type.split(":")[3])

    @property
    def tr064(self) -> bool:
        """Whether it is a service of TR-064 and not of UPnP."""
        return self.type.startswith("urn:dslforum-org:")


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """Services in the order of the document, may be empty. `avm`: a FRITZ!Box, which knows AVM's further actions."""

    model: str | None
    avm: bool
    services: tuple[Service, ...]


def describe(document: bytes, *, gateway: str, at: Location) -> Description:
    """What the description found `at` a place of the gateway says. Services elsewhere are left out.

    Raises MarkupError where it is no device description.
    """
    root = parse(document)
    device = root.one("device")
    if root.name != "root" or device is None:
        raise MarkupError("no device description")
    url_base = root.value("URLBase")
    base = on_gateway(url_base, gateway=gateway, base=at) if url_base else at
    services = _services(device, gateway=gateway, base=base) if base else iter(())
    maker, product = device.value("manufacturer"), device.value("modelName")
    return Description(
        model=_model(maker, product),
        avm=maker.upper().startswith(("AVM", "FRITZ")) or product.upper().startswith("FRITZ!"),
        services=tuple(islice(services, MAX_SERVICES)),
    )


def _services(device: Element, *, gateway: str, base: Location) -> Iterator[Service]:
    for element, wan in _service_elements(device):
        kind = element.value("serviceType")
        control = on_gateway(element.value("controlURL"), gateway=gateway, base=base) if _TYPE.fullmatch(kind) else None
        if control is not None:
            yield Service(type=kind, control=control, wan=wan)


def _service_elements(root: Element) -> Iterator[tuple[Element, int]]:
    """Every service of a device and of the devices within it, each with the number of its WAN device."""
    waiting = [(root, 0)]
    wans = 0
    while waiting:
        device, wan = waiting.pop(0)
        if ":device:WANDevice:" in device.value("deviceType"):
            wans += 1
            wan = wans
        for services in device.all("serviceList"):
            yield from ((service, wan) for service in services.all("service"))
        for devices in device.all("deviceList"):
            waiting += [(child, wan) for child in devices.all("device")]


def _model(maker: str, product: str) -> str | None:
    whole = product if product.lower().startswith(maker.lower()) else f"{maker} {product}"
    printable = "".join(letter if letter.isprintable() else " " for letter in whole[:_MAX_NAMES])
    return " ".join(word for word in printable.split() if not _PERSONAL.search(word))[:_MAX_MODEL].strip() or None
