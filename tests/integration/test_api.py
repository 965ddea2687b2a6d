"""The reading interface over real sockets: what it answers, to whom, and that nothing breaks it."""

import csv
import http.client
import io
import json
import socket
import ssl
import stat
import subprocess
import threading
import tomllib
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlencode

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker  # type: ignore[import-untyped]
from openapi_spec_validator import OpenAPIV31SpecValidator

from analysis.contract_file import parse
from analysis.fleet import topology_file
from analysis.fleet.placement import GroupKind, Placed, Placement
from analysis.fleet.topology import Topology
from collector.store import Store
from dashboards.api import cursor
from dashboards.api.app import Files, _Reader
from dashboards.api.endpoint import ENDPOINTS, Endpoint
from dashboards.api.fairness import Rate
from dashboards.api.question import Parameter
from dashboards.api.token import Group, Token
from dashboards.api.token_file import TokenFile
from probe.body.notice import Notice, NoticeKind
from probe.body.reachability import Reachability, Role
from probe.body.speed_test import Direction
from probe.record import Record
from prova.home import Home
from tests.build import a_speed_test, a_target
from tests.e2e.served import CONTRACT
from tests.e2e.stores import ALL, NONE, NOW
from tests.integration.api_rig import Client, a_token, served
from tests.unit.analysis.fleet.homes import a_home, told

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
LINES = ("casa", "lar", "sol")
TODAY = urlencode({"from": (NOW - 3 * HOUR).isoformat(), "to": NOW.isoformat()})


def records() -> list[Record]:
    """Two hours of a line, ten minutes of them cut; tests, a start, and words that a spreadsheet would run."""
    found = [told(Notice(kind=NoticeKind.STARTED, detail="=cmd()"), at=NOW - 2 * HOUR)]
    for number in range(120):
        at = NOW - 2 * HOUR + number * MINUTE
        dark = 40 <= number < 50
        targets = (
            a_target(target="192.168.1.1", role=Role.GATEWAY, answers=ALL),
            a_target(target="198.51.100.9", answers=NONE if dark else ALL),
            a_target(target="198.51.100.10", answers=NONE if dark else ALL),
        )
        found.append(told(Reachability(interval_s=5.0, targets=targets), at=at))
        if number % 30 == 5:
            found += [told(a_speed_test(direction=way), at=at + timedelta(seconds=20)) for way in Direction]
    return found


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = a_home(tmp_path_factory.mktemp("api"), dict.fromkeys(LINES, records()))
    placed = (
        Placed(placement=Placement(line="casa", operator="NOS", region="Lisboa", node="olt-1", segment="pon-1")),
        Placed(placement=Placement(line="lar", operator="NOS", region="Lisboa", node="olt-1", segment="pon-2")),
        Placed(placement=Placement(line="sol", operator="NOS")),
    )
    topology_file.keep(Home(folder).topology, Topology(placed))
    return folder


@pytest.fixture(scope="module")
def port(home: Path) -> Iterator[int]:
    with served(home, contracts={"casa": parse(tomllib.loads(CONTRACT))}) as served_at:
        yield served_at


@pytest.fixture(scope="module")
def whole(home: Path, port: int) -> Client:
    return Client(port, a_token(home))


@pytest.mark.parametrize("endpoint", [one for one in ENDPOINTS if one.item != "none"], ids=lambda one: one.name)
def test_every_answer_is_as_the_served_description_says(whole: Client, endpoint: Endpoint) -> None:
    document = whole.get("/v1/openapi.json").json
    time = "from=2026-11-20&to=2026-11-21" if endpoint.name == "congestion" else TODAY  # of whole days alone
    answer = whole.get(endpoint.path + (f"?{time}" if Parameter.FROM in endpoint.bounds.allowed else ""))
    assert answer.status == 200, answer.body
    assert answer.json["items"], "an empty answer would prove nothing"
    described = document["paths"][endpoint.path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    schema = {**described, "components": document["components"]}
    Draft202012Validator(schema, format_checker=FormatChecker()).validate(answer.json)


def test_the_description_is_openapi_3_1_and_needs_no_token(port: int) -> None:
    document = Client(port).get("/v1/openapi.json").json
    OpenAPIV31SpecValidator(document).validate()
    assert document["openapi"] == "3.1.0"


@pytest.mark.parametrize("name", ["records", "tests", "outages", "findings", "coverage", "health", "lines", "events"])
def test_pages_together_are_the_whole_and_nothing_twice(whole: Client, name: str) -> None:
    time = "" if name in {"health", "lines"} else f"&{TODAY}"
    pages = whole.items(f"/v1/{name}?limit=2{time}")
    at_once = whole.items(f"/v1/{name}?limit={200 if name == 'health' else 1000}{time}")
    assert pages == at_once
    assert len({json.dumps(one, sort_keys=True) for one in pages}) == len(pages)


def test_the_records_of_the_answer_are_those_of_the_store(whole: Client, home: Path) -> None:
    store = Store(home / "collector" / "journal.sqlite3")
    kept = [one.record.id for one in store.records(LINES, NOW - 3 * HOUR, NOW)]
    assert [one["id"] for one in whole.items(f"/v1/records?limit=100&{TODAY}")] == kept


def test_records_are_found_by_kind_and_by_id(whole: Client) -> None:
    kinds = {one["kind"] for one in whole.items(f"/v1/records?kind=notice&kind=speed_test&{TODAY}")}
    assert kinds == {"notice", "speed_test"}
    (one,) = whole.items(f"/v1/records?line=casa&id=p-casa/2&{TODAY}")
    assert one["kind"] == "reachability"


def test_the_outage_and_the_time_it_took_are_told(whole: Client) -> None:
    (outage,) = whole.items(f"/v1/outages?line=casa&{TODAY}")
    (coverage,) = whole.items(f"/v1/coverage?line=casa&{TODAY}")
    assert 590 <= coverage["down_s"] == outage["down_s"]["lower"] <= 600
    assert coverage["up_s"] + coverage["down_s"] + coverage["unobserved_s"] == 3 * 3600


def test_findings_are_of_lines_with_a_contract_and_can_be_chosen(whole: Client) -> None:
    found = whole.items(f"/v1/findings?{TODAY}")
    assert {one["line"] for one in found} == {"casa"}
    chosen = whole.items(f"/v1/findings?rule=speed.normal&direction=upload&{TODAY}")
    assert {(one["rule"], one["direction"]) for one in chosen} == {("speed.normal", "upload")}


def test_one_goes_down_from_the_region_to_the_record(whole: Client) -> None:
    (region,) = whole.items("/v1/groups?by=region")
    segments = whole.items(f"/v1/groups?by=segment&region={region['name']}")
    assert [one["name"] for one in segments] == ["pon-1", "pon-2"]
    assert [one["line"] for one in whole.items("/v1/lines?segment=pon-2")] == ["lar"]
    assert whole.items(f"/v1/records?segment=pon-2&{TODAY}")[0]["line"] == "lar"


@pytest.mark.parametrize(
    "token",
    [None, "", "prova_000000000000_" + "A" * 43, "prova_é", "x" * 5000],
    ids=["none", "empty", "unknown", "strange", "long"],
)
def test_without_a_token_that_holds_nothing_is_told(port: int, token: str | None) -> None:
    head = {} if token is None else {"Authorization": f"Bearer {token}".encode().decode("latin-1")}
    answer = Client(port).get("/v1/lines", **head)
    assert answer.status in {401, 429}
    assert answer.fields["content-type"] == "application/problem+json"
    if answer.status == 401:
        assert answer.fields["www-authenticate"].startswith("Bearer")
    assert b"casa" not in answer.body


def test_a_token_opens_its_lines_and_groups_and_does_not_say_what_else_there_is(home: Path, port: int) -> None:
    one = Client(port, a_token(home, lines=("casa",)))
    assert [item["line"] for item in one.items("/v1/lines")] == ["casa"]
    refused = [one.get(f"/v1/lines?line={line}") for line in ("lar", "nowhere")]
    assert [answer.status for answer in refused] == [404, 404]
    assert refused[0].body.replace(b"lar", b"nowhere") == refused[1].body
    for endpoint in ENDPOINTS:
        answer = one.get(f"{endpoint.path}?{TODAY if Parameter.FROM in endpoint.bounds.allowed else ''}")
        assert answer.status == 200
        assert b"lar" not in answer.body.replace(b"similar", b"")
        assert b"p-sol" not in answer.body
    group = Client(port, a_token(home, groups=(Group(GroupKind.SEGMENT, "pon-2"),)))
    assert [item["line"] for item in group.items("/v1/lines")] == ["lar"]


def test_a_token_ends_by_its_day_and_when_it_is_taken_back(home: Path, port: int) -> None:
    over = Client(port, a_token(home, now=NOW - timedelta(days=2)))
    assert over.get("/v1/lines").status in {401, 429}
    client = Client(port, a_token(home))
    assert client.get("/v1/lines").status == 200
    assert client.token is not None
    TokenFile(Home(home).tokens).revoke(client.token.split("_")[1], at=NOW)
    assert client.get("/v1/lines").status in {401, 429}


def test_tokens_are_kept_as_digests_in_a_file_of_their_owner(home: Path, whole: Client) -> None:
    path = Home(home).tokens
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert whole.token is not None
    assert whole.token.split("_", 2)[2] not in path.read_text()


def test_addresses_are_told_to_a_token_that_says_so_and_to_no_other(home: Path, whole: Client, port: int) -> None:
    personal = Client(port, a_token(home, personal=True))
    for target in (f"/v1/records?{TODAY}", f"/v1/tests?{TODAY}", f"/v1/outages?{TODAY}", f"/v1/download?{TODAY}"):
        for address in (b"203.0.113.7", b"198.51.100", b"192.168.1.1"):
            assert address not in whole.get(target).body
    assert b"203.0.113.7" in personal.get(f"/v1/tests?{TODAY}").body
    assert b"198.51.100.9" in personal.get(f"/v1/records?{TODAY}").body
    assert "server_address" in personal.get(f"/v1/download?{TODAY}").body.decode().splitlines()[0]


def test_an_answer_that_is_known_is_not_sent_again(whole: Client) -> None:
    first = whole.get("/v1/lines")
    again = whole.get("/v1/lines", If_None_Match=first.fields["etag"])
    assert (again.status, again.body) == (304, b"")
    assert whole.get("/v1/lines?line=casa", If_None_Match=first.fields["etag"]).status == 200


def test_a_long_answer_is_packed_for_who_takes_it(whole: Client) -> None:
    plain = whole.get(f"/v1/records?{TODAY}")
    packed = whole.get(f"/v1/records?{TODAY}", Accept_Encoding="gzip")
    assert packed.fields["content-encoding"] == "gzip"
    assert len(packed.body) * 4 < len(plain.body)
    assert packed.json == plain.json


def test_every_fault_of_a_question_is_told_at_once(whole: Client) -> None:
    answer = whole.get("/v1/records?from=yesterday&limit=0&colour=red&line=A%20B&line=casa")
    assert answer.status == 400
    assert {one["parameter"] for one in answer.json["errors"]} == {"from", "limit", "colour", "line"}
    assert answer.json["title"] == "The question cannot be read"


@pytest.mark.parametrize(
    "target",
    [
        "/v1/records?cursor=x",
        "/v1/records?from=2026-01-01&to=2026-12-01",
        "/v1/records?from=2026-11-21&to=2026-11-20",
        "/v1/records?from=2026-11-21T09:00:00",
        "/v1/records?from=1&to=9999-12-31",
        "/v1/groups?by=street",
        "/v1/download?column=raw",
        "/v1/lines?line=casa&segment=a&segment=b",
        "/v1/lines?operator=",
        "/v1/lines?on=20261121",
        "/v1/lines?" + "line=casa&" * 200,
    ],
)
def test_a_question_that_cannot_be_read_is_a_problem_in_a_sentence(whole: Client, target: str) -> None:
    answer = whole.get(target)
    assert answer.status == 400
    assert answer.json["detail"].endswith(".")


def test_a_cursor_of_another_question_is_refused(whole: Client) -> None:
    word = whole.get(f"/v1/records?limit=2&{TODAY}").json["next_cursor"]
    assert whole.get(f"/v1/records?limit=2&line=casa&{TODAY}&cursor={word}").status == 400


@pytest.mark.parametrize("number", [-1, 2**54, 2**63, 10**40, True, None, 1.5])
@pytest.mark.parametrize("name", ["records", "tests"])
def test_a_cursor_that_was_made_up_breaks_nothing(whole: Client, name: str, number: int) -> None:
    question = {"from": ["2026-11-20"], "to": ["2026-11-21"]}
    key = ("casa", number, number, "p-casa") if name == "records" else ("casa", number, "p-casa/1")
    word = cursor.written(key, question)
    answer = whole.get(f"/v1/{name}?from=2026-11-20&to=2026-11-21&cursor={word}")
    assert answer.status == (200 if number == 2**54 else 400)


def test_a_page_that_reads_much_for_little_ends_early_and_goes_on(whole: Client) -> None:
    span = urlencode({"from": (NOW - timedelta(days=30)).isoformat(), "to": NOW.isoformat(), "direction": "upload"})
    monthly = whole.items(f"/v1/tests?limit=5&{span}")
    assert len(monthly) == len(whole.items(f"/v1/tests?{TODAY}&direction=upload")) == 12
    pages = whole.get(f"/v1/coverage?{span.partition('&direction')[0]}&limit=100").json
    assert [one["line"] for one in pages["items"]] == list(LINES)


def test_nothing_but_reading_is_answered(whole: Client) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS"):
        assert whole.get("/v1/lines", method=method).status == 405
    head = whole.get("/v1/lines", method="HEAD")
    assert (head.status, head.body) == (200, b"")
    assert whole.get("/v2/lines").status == 404


def test_one_who_asks_much_is_told_to_wait_and_others_are_not(home: Path) -> None:
    with served(home, rate=Rate(per_s=0.001, burst=3)) as port:
        greedy, other = Client(port, a_token(home)), Client(port, a_token(home))
        assert [greedy.get("/v1/probes").status for _ in range(5)] == [200, 200, 200, 429, 429]
        assert int(greedy.get("/v1/probes").fields["retry-after"]) > 0
        assert other.get("/v1/probes").status == 200


def test_who_tries_many_tokens_is_slowed_down(home: Path) -> None:
    with served(home) as port:
        stranger = Client(port, "prova_000000000000_" + "A" * 43)
        assert 429 in [stranger.get("/v1/lines").status for _ in range(20)]
        assert Client(port, a_token(home)).get("/v1/lines").status == 200


def test_a_table_is_the_same_in_each_of_its_forms(whole: Client, home: Path) -> None:
    table = Store(home / "collector" / "journal.sqlite3").table(LINES, NOW - 3 * HOUR, NOW)
    parquet = pq.read_table(io.BytesIO(whole.get(f"/v1/download?format=parquet&{TODAY}").body))
    arrow = pa.ipc.open_stream(whole.get(f"/v1/download?format=arrow&{TODAY}").body).read_all()
    rows = list(csv.DictReader(io.StringIO(whole.get(f"/v1/download?{TODAY}").body.decode(), newline="")))
    names = ["line", "probe", "sequence", "kind", "rate_bps"]
    assert parquet.select(names).to_pylist() == table.select(names).to_pylist()
    assert arrow.select(names).to_pylist() == table.select(names).to_pylist()
    assert [row["sequence"] for row in rows] == [str(number) for number in table["sequence"].to_pylist()]
    assert "raw" not in parquet.schema.names


def test_no_text_in_a_csv_is_run_by_a_spreadsheet(home: Path, port: int) -> None:
    personal = Client(port, a_token(home, personal=True))
    answer = personal.get(f"/v1/download?column=notice_detail&{TODAY}")
    assert "'=cmd()" in answer.body.decode()
    assert answer.fields["content-disposition"].startswith("attachment")


def test_a_download_asks_for_memory_of_a_day_of_a_line_whatever_is_asked_for(home: Path) -> None:
    layout = Home(home)
    files = Files(home=home, topology=layout.topology, changes=layout.changes, tokens=layout.tokens)
    reader = _Reader(files, lambda: NOW)
    endpoint = next(one for one in ENDPOINTS if one.name == "download")
    asked = reader.read(endpoint, {"from": ["2026-10-15"], "to": [NOW.isoformat()]})
    token = Token(id="x", sha256="", name="x", made_at=NOW, until_at=NOW + HOUR)
    pieces = [len(piece) for piece in reader.download(token, asked)]
    assert len(pieces) == 1 + len(LINES)  # the header, and the one day of each line on which there is anything


def test_a_store_that_cannot_be_read_is_a_problem_without_a_path(tmp_path: Path) -> None:
    token = a_token(tmp_path)
    with served(tmp_path) as port:
        answer = Client(port, token).get("/v1/lines")
        assert answer.status == 503
        assert str(tmp_path) not in answer.body.decode()
        assert Client(port).get("/healthz").status == 503
        assert Client(port).get("/livez").status == 200


def test_a_topology_that_changes_is_seen_at_the_next_question(tmp_path: Path) -> None:
    a_home(tmp_path, {"casa": []})
    with served(tmp_path) as port:
        client = Client(port, a_token(tmp_path))
        assert client.items("/v1/lines")[0]["node"] is None
        placed = Placed(placement=Placement(line="casa", node="olt-9"), from_on=date(2026, 1, 1))
        topology_file.keep(Home(tmp_path).topology, Topology((placed,)))
        assert client.items("/v1/lines")[0]["node"] == "olt-9"


WORDS = st.one_of(
    st.sampled_from(
        ["casa", "2026-11-21", "2026-11-21T00:00:00Z", "csv", "parquet", "region", "met", "1", "1000", "", "-1", "0"]
    ),
    st.text(max_size=40),
)
NAMES = st.one_of(st.sampled_from([one.value for one in Parameter]), st.text(max_size=10))


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from([one.path for one in ENDPOINTS] + ["/v1/openapi.json", "/", "/v1/", "/v1/lines/x"]),
    st.lists(st.tuples(NAMES, WORDS), max_size=5),
)
def test_no_question_breaks_it(whole: Client, path: str, words: list[tuple[str, str]]) -> None:
    answer = whole.get(f"{path}?{urlencode(words, errors='surrogatepass')}")
    assert answer.status in {200, 304, 400, 404}
    if answer.status >= 400:
        assert answer.json["status"] == answer.status


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=60).filter(lambda raw: not set(raw) & set(b"\r\n ")))
def test_no_bytes_in_an_address_break_it(whole: Client, raw: bytes) -> None:
    with socket.create_connection(("127.0.0.1", whole.port), timeout=30) as sock:
        sock.sendall(b"GET /v1/records?" + raw + b" HTTP/1.1\r\nHost: h\r\nConnection: close\r\n")
        sock.sendall(f"Authorization: Bearer {whole.token}\r\n\r\n".encode())
        status = sock.makefile("rb").readline().split()[1]
    assert status in {b"200", b"400"}


def test_several_ask_at_once_and_all_are_answered(whole: Client) -> None:
    answers: list[int] = []

    def ask() -> None:
        answers.append(whole.get(f"/v1/tests?{TODAY}").status)

    askers = [threading.Thread(target=ask) for _ in range(12)]
    for one in askers:
        one.start()
    for one in askers:
        one.join(60)
    assert answers == [200] * 12


@pytest.mark.component("openssl")
def test_it_speaks_tls_where_it_is_given_a_certificate(home: Path, tmp_path: Path) -> None:

    key, chain = tmp_path / "key.pem", tmp_path / "chain.pem"
    name = ("-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1")
    made = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1")
    subprocess.run(
        ["openssl", "req", "-x509", *made, *name, "-keyout", str(key), "-out", str(chain)],
        check=True,
        capture_output=True,
        timeout=30,
    )
    context = ssl.create_default_context(cafile=str(chain))
    with served(home, tls=(chain, key)) as port:
        connection = http.client.HTTPSConnection("127.0.0.1", port, context=context, timeout=30)
        connection.request("GET", "/v1/lines", headers={"Authorization": f"Bearer {a_token(home)}"})
        assert connection.getresponse().status == 200
        connection.close()
