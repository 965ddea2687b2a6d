from probe.route import Route, default, parse_ipv4, parse_ipv6

HEAD = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
IPV4 = (
    HEAD
    + "eth0\t00000000\t010200C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\n"
    + "eth0\t000200C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0\n"
)
ZERO = "0" * 32
IPV6 = (
    f"{ZERO} 00 {ZERO} 00 fe80000000000000000000000000000a 00000400 00000002 00000000 00000003     eth0\n"
    f"fd00000000000000{'0' * 16} 40 {ZERO} 00 {ZERO} 00000100 00000001 00000000 00000001     eth0\n"
    f"{ZERO} 00 {ZERO} 00 {ZERO} ffffffff 00000001 00000000 00200200       lo\n"
)


def gateway(routes: tuple[Route, ...]) -> tuple[str, str] | None:
    found = default(one for one in routes if one.gateway is not None)
    return None if found is None else (str(found.gateway), found.interface)


def test_the_default_route_names_the_gateway() -> None:
    assert gateway(parse_ipv4(IPV4)) == ("192.0.2.1", "eth0")
    assert gateway(parse_ipv6(IPV6)) == ("fe80::a", "eth0")


def test_of_two_default_routes_the_cheaper_one_counts() -> None:
    wifi = "wlan0\t00000000\t0100A8C0\t0003\t0\t0\t50\t00000000\t0\t0\t0\n"
    assert gateway(parse_ipv4(IPV4 + wifi)) == ("192.168.0.1", "wlan0")
    dearer = IPV6.splitlines(keepends=True)[0].replace("0a 00000400", "0b 00000401").replace("eth0", "wlan0")
    assert gateway(parse_ipv6(dearer + IPV6)) == ("fe80::a", "eth0")


def test_a_tunnel_over_the_default_route_leaves_the_router_the_gateway() -> None:
    tunnel = "ppp0\t00000000\t00000000\t0001\t0\t0\t0\t00000000\t0\t0\t0\n"
    assert gateway(parse_ipv4(HEAD + tunnel)) is None
    assert gateway(parse_ipv4(IPV4 + tunnel)) == ("192.0.2.1", "eth0")


def test_half_of_the_internet_is_no_default_route() -> None:
    half = "tun0\t00000000\t010200C0\t0003\t0\t0\t0\t00000080\t0\t0\t0\n"
    assert gateway(parse_ipv4(HEAD + half)) is None


def test_without_routes_there_is_no_gateway() -> None:
    assert gateway(parse_ipv4("")) is None
    assert gateway(parse_ipv4(HEAD)) is None
    assert gateway(parse_ipv6("")) is None
