import tomllib
from pathlib import Path

import pytest
from joserfc.jwk import OKPKey

from probe import wire
from probe.backlog.tables import MOST_BYTES
from probe.body.reachability import NoAnswer, ProbeMethod, Reachability, Role, Sample, TargetMinute
from probe.reach.target import Target
from probe.settings import ProbeSettings, SettingsError, load, parse, watched
from tests.build import a_record

LEAST = """
line = "casa"
[collector]
receipt_key_file = "collector.jwk"
"""
EVERYTHING = """
line = "casa"
probe = "p-1a2b3c"
[collector]
host = "collector.example"
port = 8884
username = "p-1a2b3c"
password_file = "secret/password"
receipt_key_file = "/etc/prova/collector.jwk"
tls = true
ca_file = "ca.pem"
[measure]
servers = ["ws://10.0.0.1:8081", "wss://measure.example"]
demonstration = true
tests_per_day = 48
bytes_per_day = 1000
first_test_after_s = 0
duration_s = 2.5
ca_file = "own-ca.pem"
[reachability]
interval_s = 2
targets = ["host.example", "192.0.2.9:8443", "2001:db8::1", "[2001:db8::2]:53"]
gateway = false
[conditions]
router = false
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "settings.toml"
    path.write_text(text)
    return path


def problems(text: str, folder: Path) -> list[str]:
    path = written(folder, text)
    with pytest.raises(SettingsError) as raised:
        load(path)
    lines = str(raised.value).splitlines()
    assert all(line.startswith(f"{path}: ") for line in lines)
    return [line.removeprefix(f"{path}: ") for line in lines]


def test_the_least_file_is_enough_and_watches_nobody_in_the_public_network(tmp_path: Path) -> None:
    settings = load(written(tmp_path, LEAST))
    assert settings.line == "casa"
    assert settings.probe is None
    assert (settings.collector.host, settings.collector.port, settings.collector.tls) == ("127.0.0.1", 1883, False)
    assert settings.measure.servers == ()
    assert (settings.measure.tests_per_day, settings.measure.first_test_after_s) == (24, 5)
    assert (settings.reachability.interval_s, settings.reachability.gateway) == (5, True)
    assert settings.conditions.router
    assert watched(settings) == ()


def test_what_may_wait_on_the_disk_is_bounded_and_can_be_set() -> None:
    least = {"line": "casa", "collector": {"receipt_key_file": "k"}}
    assert parse(least).spool_most_bytes == MOST_BYTES
    assert parse({**least, "spool_most_bytes": 1_000_000}).spool_most_bytes == 1_000_000
    with pytest.raises(SettingsError, match="spool_most_bytes must be a whole number of at least 1000000"):
        parse({**least, "spool_most_bytes": 999_999})


def test_everything_that_can_be_set_is_heeded(tmp_path: Path) -> None:
    settings = load(written(tmp_path, EVERYTHING))
    collector, measure, reachability = settings.collector, settings.measure, settings.reachability
    assert (settings.line, settings.probe) == ("casa", "p-1a2b3c")
    assert (collector.host, collector.port, collector.username) == ("collector.example", 8884, "p-1a2b3c")
    assert (collector.tls, collector.ca_file) == (True, tmp_path / "ca.pem")
    assert measure.servers == ("ws://10.0.0.1:8081", "wss://measure.example")
    assert (measure.demonstration, measure.tests_per_day, measure.bytes_per_day) == (True, 48, 1000)
    assert (measure.first_test_after_s, measure.duration_s) == (0, 2.5)
    assert measure.ca_file == tmp_path / "own-ca.pem"
    assert (reachability.interval_s, reachability.gateway) == (2, False)
    assert not settings.conditions.router


def test_paths_start_from_the_files_folder_unless_they_are_whole(tmp_path: Path) -> None:
    collector = load(written(tmp_path, EVERYTHING)).collector
    assert collector.password_file == tmp_path / "secret" / "password"
    assert collector.receipt_key_file == Path("/etc/prova/collector.jwk")


def test_measuring_servers_and_named_targets_are_watched_each_host_once(tmp_path: Path) -> None:
    text = EVERYTHING.replace('"host.example", ', '"10.0.0.1", "host.example", ')
    assert watched(load(written(tmp_path, text))) == (
        Target("10.0.0.1", Role.SERVER, 8081),
        Target("measure.example", Role.SERVER, 443),
        Target("host.example", Role.INTERNET, None),
        Target("192.0.2.9", Role.INTERNET, 8443),
        Target("2001:db8::1", Role.INTERNET, None),
        Target("2001:db8::2", Role.INTERNET, 53),
    )


@pytest.mark.parametrize(
    ("given", "tls"),
    [
        ({}, False),
        ({"host": "localhost"}, False),
        ({"host": "::1"}, False),
        ({"host": "collector.example"}, True),
        ({"host": "collector.example", "tls": False}, False),
        ({"ca_file": "ca.pem"}, True),
    ],
)
def test_a_password_travels_in_the_clear_only_on_this_machine_or_if_told_so(
    given: dict[str, str], *, tls: bool
) -> None:
    collector = parse({"line": "casa", "collector": {"receipt_key_file": "k", **given}}).collector
    assert (collector.tls, collector.port) == (tls, 8883 if tls else 1883)
    assert collector.hold_s == (180 if given.get("host") == "collector.example" else 0), "routine waits elsewhere"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            'line = "Casa 1"',
            "line 'Casa 1' must be 1 to 63 of a-z, 0-9, '-' and '_', beginning with a letter or digit.",
        ),
        ('lines = "x"', "lines is not a setting; perhaps line was meant."),
        ("probe = 3", "probe must be text that is not empty, but is 3."),
        ("collector = 3", "collector must be a table, but is 3; write [collector] above its settings."),
        ("[collector]\nprot = 1", "collector.prot is not a setting; perhaps collector.port was meant."),
        (
            '[collector]\npassword = "x"',
            "collector.password is not a setting; perhaps collector.password_file was meant.",
        ),
        ("[collector]\nport = 99999", "collector.port must be a whole number from 1 to 65535, but is 99999."),
        ("[collector]\nport = true", "collector.port must be a whole number from 1 to 65535, but is True."),
        ('[collector]\ntls = "yes"', "collector.tls must be true or false, but is 'yes'."),
        ('[collector]\nusername = "a"', "collector.username and password_file go together: give both or neither."),
        (
            '[collector]\nca_file = "a"\ntls = false',
            "collector.ca_file has no use without TLS: set tls = true or leave it out.",
        ),
        (
            '[measure]\nservers = "ws://a"',
            """measure.servers must be a list of texts, as in servers = ["...", "..."], but is 'ws://a'.""",
        ),
        (
            '[measure]\nservers = ["http://a"]',
            "measure.servers cannot be used: 'http://a' must be ws://HOST[:PORT] or wss://HOST[:PORT].",
        ),
        (
            '[measure]\nservers = ["ws://[a"]',
            "measure.servers cannot be used: 'ws://[a' is no address: Invalid IPv6 URL.",
        ),
        ("[measure]\ntests_per_day = 300", "measure.tests_per_day must be a whole number from 0 to 288, but is 300."),
        ("[measure]\nbytes_per_day = -1", "measure.bytes_per_day must be a whole number of at least 0, but is -1."),
        (
            "[measure]\nduration_s = 0",
            "measure.duration_s cannot be used: duration_s must be 1 to 60 seconds, but is 0.0.",
        ),
        (
            '[reachability]\ntargets = ["a b"]',
            "reachability.targets has 'a b', which is no host: write NAME, ADDRESS, NAME:PORT or [ADDRESS]:PORT.",
        ),
        ("[reachability]\ninterval_s = nan", "reachability.interval_s must be a number from 1 to 60, but is nan."),
    ],
)
def test_a_mistake_is_named_with_its_mend(text: str, problem: str, tmp_path: Path) -> None:
    assert problem in problems(text, tmp_path)


def test_all_mistakes_are_told_together(tmp_path: Path) -> None:
    found = problems('prob = "x"\n[collector]\nport = 0\n[measur]\nx = 1\n', tmp_path)
    assert found == [
        'line is missing; add line = "..." at the top.',
        "collector.port must be a whole number from 1 to 65535, but is 0.",
        'collector.receipt_key_file is missing; add receipt_key_file = "..." under [collector].',
        "prob is not a setting; perhaps probe was meant.",
        "measur is not a setting; perhaps measure was meant.",
    ]


def test_broken_toml_says_line_and_column(tmp_path: Path) -> None:
    (problem,) = problems('line = "casa"\n[collector\n', tmp_path)
    assert "line 2, column 11" in problem


def test_a_file_that_is_no_text_is_told_so(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsError, match="is not TOML"):
        load(path)


def test_a_missing_file_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read: No such file"):
        load(tmp_path / "settings.toml")


@pytest.mark.parametrize("text", ["a/b", "a@b", "a?b", "", "[::1", "a:0", "a:99999", "a:b"])
def test_what_is_no_host_is_no_target(text: str) -> None:
    table = {"line": "casa", "collector": {"receipt_key_file": "k"}, "reachability": {"targets": [text]}}
    with pytest.raises(SettingsError, match=r"reachability\.targets"):
        parse(table)


def test_settings_cannot_be_changed_once_read() -> None:
    settings = parse({"line": "casa", "collector": {"receipt_key_file": "k"}})
    assert isinstance(settings, ProbeSettings)
    with pytest.raises(AttributeError):
        settings.line = "praia"  # type: ignore[misc]  # that it is refused is the claim


MLAB = '[measure]\nservers = ["mlab"]\n'


def test_a_method_its_servers_and_its_connections_go_together() -> None:
    text = '[measure]\nservers = ["http://h/speed/"]\nmethod = "librespeed"\nstreams = 4\nfamily = "ipv6"'
    measure = parse(tomllib.loads(LEAST + text)).measure
    assert (measure.method, measure.streams, measure.family) == ("librespeed", 4, "ipv6")


def test_a_server_that_m_lab_assigns_needs_consent_and_is_not_watched() -> None:
    with pytest.raises(SettingsError, match=r"publishes every test together with your IP address.*accept_mlab_policy"):
        parse(tomllib.loads(LEAST + MLAB))
    settings = parse(tomllib.loads(LEAST + MLAB + "accept_mlab_policy = true"))
    assert settings.measure.servers == ("mlab",)
    assert watched(settings) == ()


@pytest.mark.parametrize(
    ("lines", "complaint"),
    [
        ('method = "ftp"', "measure.method must be one of ndt7, msak, librespeed, udp, but is 'ftp'."),
        ('method = "udp"\naccept_mlab_policy = true', "measure.method cannot be udp with 'mlab'"),
        ("accept_mlab_policy = true\nstreams = 17", "measure.streams cannot be used: streams must be 1 to 16"),
        ('accept_mlab_policy = true\nfamily = "ipv5"', "measure.family must be one of any, ipv4, ipv6, but is 'ipv5'."),
    ],
)
def test_what_a_test_cannot_be_is_said(lines: str, complaint: str) -> None:
    with pytest.raises(SettingsError) as error:
        parse(tomllib.loads(LEAST + MLAB + lines))
    assert complaint in str(error.value)


def test_a_target_may_say_in_which_network_it_stands() -> None:
    text = """[reachability]
targets = ["192.0.2.1", { host = "host.example:53", network = "as64500" }]
names = ["example.pt", "*.example.pt"]
resolvers = ["192.0.2.53"]
name_servers = [{ host = "ns.example", zone = "pt" }]
signed_name = "example.pt"
broken_name = "broken.example"
time_servers = ["ntp.example"]
own_networks = ["10.1.0.0/16"]
capture = true
"""
    reach = parse(tomllib.loads(LEAST + text)).reachability
    assert [(one.host, one.port, one.network) for one in reach.targets] == [
        ("192.0.2.1", None, None),
        ("host.example", 53, "as64500"),
    ]
    assert reach.names == ("example.pt", "*.example.pt")
    assert [(one.host, one.role) for one in reach.resolvers] == [("192.0.2.53", Role.RESOLVER)]
    assert [(one.host, one.zone, one.role) for one in reach.name_servers] == [("ns.example", "pt", Role.NAME_SERVER)]
    assert (reach.time_servers, reach.capture) == (("ntp.example",), True)
    assert (reach.signed_name, reach.broken_name) == ("example.pt", "broken.example")
    assert [str(one) for one in reach.own_networks] == ["10.1.0.0/16"]


def test_nobody_outside_is_asked_unless_the_settings_say_whom() -> None:
    reach = parse(tomllib.loads(LEAST)).reachability
    assert (reach.targets, reach.resolvers, reach.name_servers, reach.time_servers, reach.names) == ((),) * 5
    assert not reach.capture
    assert reach.signed_name is reach.broken_name is None


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ('targets = [{ hst = "a" }]', 'reachability.targets.host is missing; add host = "..."'),
        ('targets = [{ host = "a b" }]', "reachability.targets has 'a b', which is no host"),
        ("targets = [3]", "reachability.targets must be a list of texts or tables"),
        ('names = ["a..b"]', "reachability.names has 'a..b', which is no name"),
        ('signed_name = "a b"', "reachability.signed_name is 'a b', which is no name"),
        ('resolvers = ["dns.example"]', "a resolver is named by its number"),
        ('name_servers = ["ns.example"]', 'write { host = "ns.example", zone = "..." }'),
        ('name_servers = [{ host = "ns.example", zone = "a b" }]', "write a host without a port, and a zone"),
        ('time_servers = ["a:123"]', "reachability.time_servers has 'a:123', which is no host"),
        ('own_networks = ["10.1.0.0/99"]', "reachability.own_networks has '10.1.0.0/99', which is no network"),
        (f"targets = {['a' + str(n) for n in range(11)]}", "at most 10 are asked"),
    ],
)
def test_a_mistake_in_whom_to_ask_is_named(line: str, complaint: str) -> None:
    with pytest.raises(SettingsError) as error:
        parse(tomllib.loads(LEAST + "[reachability]\n" + line))
    assert complaint in str(error.value)


def test_the_fullest_minute_of_trouble_fits_the_wire() -> None:
    """Everybody that the settings can name, both IP versions, 60 samples each."""
    long_name = ".".join(["x" * 60] * 4)
    samples = tuple(Sample(59_999, None, NoAnswer.UNREACHABLE) for _ in range(60))
    minute = TargetMinute(
        target=long_name,
        role=Role.NAME_SERVER,
        method=ProbeMethod.ICMP,
        loopback=False,
        samples=samples,
        address="2001:db8:1111:2222:3333:4444:5555:6666",
        address_family=6,
        network="n" * 40,
    )
    everybody = 2 + 2 + 2 * 10 + (3 + 4) + 2 * 4  # gateways, first hops, targets, resolvers, name servers
    servers = 2 * 2
    body = Reachability(interval_s=1, targets=(minute,) * (everybody + servers))
    key = OKPKey.generate_key("Ed25519", private=True)
    sealed = wire.seal_batch("casa", "p1", [wire.encode_record(a_record(body=body))], previous_sha256=None, key=key)
    assert len(sealed) <= wire.MAX_BATCH_BYTES
