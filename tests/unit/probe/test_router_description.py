import pytest

from probe.router.description import MAX_SERVICES, Duty, Service, describe
from probe.router.location import Location
from probe.router.markup import MarkupError

GATEWAY = "192.168.1.1"
AT = Location(5000, "/rootDesc.xml")
COMMON = "urn:schemas-upnp-org:service:WANCommonInterfaceConfig:1"
IP = "urn:schemas-upnp-org:service:WANIPConnection:2"


def a_service(kind: str, control: str = "/ctl") -> str:
    return f"<service><serviceType>{kind}</serviceType><controlURL>{control}</controlURL></service>"


def a_wan_device(*services: str) -> str:
    return (
        "<device><deviceType>urn:schemas-upnp-org:device:WANDevice:1</deviceType>"
        f"<serviceList>{services[0]}</serviceList><deviceList><device><serviceList>{''.join(services[1:])}"
        "</serviceList></device></deviceList></device>"
    )


def a_root(*, within: str = "", before: str = "", maker: str = "Maker", product: str = "Box") -> bytes:
    return (
        f'<root xmlns="urn:schemas-upnp-org:device-1-0">{before}<device><manufacturer>{maker}</manufacturer>'
        f"<modelName>{product}</modelName><friendlyName>The family's router</friendlyName>"
        f"<serialNumber>SN123456789</serialNumber><UDN>uuid:1</UDN>{within}</device></root>"
    ).encode()


def test_services_are_found_however_deep_and_numbered_by_their_wan_device() -> None:
    wans = a_wan_device(a_service(COMMON), a_service(IP, "/ip1")) + a_wan_device(
        a_service(COMMON, "/c2"), a_service(IP, "/ip2")
    )
    described = describe(a_root(within=f"<deviceList>{wans}</deviceList>"), gateway=GATEWAY, at=AT)
    assert set(described.services) == {
        Service(type=COMMON, control=Location(5000, "/ctl"), wan=1),
        Service(type=IP, control=Location(5000, "/ip1"), wan=1),
        Service(type=COMMON, control=Location(5000, "/c2"), wan=2),
        Service(type=IP, control=Location(5000, "/ip2"), wan=2),
    }
    assert [service.duty for service in described.services].count(Duty.IP) == 2


def test_services_that_are_not_asked_are_left_out() -> None:
    others = a_service("urn:schemas-upnp-org:service:Layer3Forwarding:1") + a_service(f"{IP}\r\nX: 1") + a_service("")
    described = describe(a_root(within=f"<serviceList>{others}</serviceList>"), gateway=GATEWAY, at=AT)
    assert described.services == ()


def test_a_service_elsewhere_is_left_out() -> None:
    lists = f"<serviceList>{a_service(IP, 'http://192.0.2.1/ctl')}{a_service(COMMON)}</serviceList>"
    described = describe(a_root(within=lists), gateway=GATEWAY, at=AT)
    assert [service.type for service in described.services] == [COMMON]


def test_a_base_url_holds_where_it_is_the_gateways() -> None:
    within = f"<serviceList>{a_service(IP, 'ctl')}</serviceList>"
    own = describe(a_root(within=within, before="<URLBase>http://192.168.1.1:80/x/</URLBase>"), gateway=GATEWAY, at=AT)
    assert own.services[0].control == Location(80, "/x/ctl")
    other = describe(a_root(within=within, before="<URLBase>http://192.0.2.1/</URLBase>"), gateway=GATEWAY, at=AT)
    assert other.services == ()


def test_the_number_of_services_is_bounded() -> None:
    within = f"<serviceList>{a_service(IP) * 100}</serviceList>"
    assert len(describe(a_root(within=within), gateway=GATEWAY, at=AT).services) == MAX_SERVICES


@pytest.mark.parametrize(
    ("maker", "product", "model"),
    [
        ("Sagemcom", "F@ST 5370", "Sagemcom F@ST 5370"),
        ("AVM Berlin", "FRITZ!Box 7590", "AVM Berlin FRITZ!Box 7590"),
        ("OpenWrt", "OpenWrt router", "OpenWrt router"),
        ("Maker", "Box 00:11:22:aa:bb:cc", "Maker Box"),
        ("Maker", "Box-001122AABBCC v2", "Maker v2"),
        ("Maker", "Box 1234567890", "Maker Box"),
        ("", "", None),
        ("x" * 100_000, "y" * 100_000, "x" * 80),
        ("Maker", "Box\n\tof steel\x85", "Maker Box of steel"),
    ],
)
def test_the_model_names_the_kind_and_not_the_device(maker: str, product: str, model: str | None) -> None:
    assert describe(a_root(maker=maker, product=product), gateway=GATEWAY, at=AT).model == model


def test_nothing_personal_is_kept() -> None:
    described = describe(a_root(), gateway=GATEWAY, at=AT)
    assert "family" not in repr(described)
    assert "123456789" not in repr(described)


@pytest.mark.parametrize("document", [b"<root/>", b"<html><device/></html>", b"<a>"])
def test_what_is_no_description_is_refused(document: bytes) -> None:
    with pytest.raises(MarkupError):
        describe(document, gateway=GATEWAY, at=AT)
