"""Each tool's own form, in a few lines of it."""

import json
from pathlib import Path

import pytest

from analysis.importer import run
from analysis.importer.mapping_file import known
from analysis.importer.told import Answers, Why
from probe.body.conditions import Path as Way
from probe.body.speed_test import Direction, Failure
from tests.unit.analysis.importer.rig import read

UP = Direction.UPLOAD
OOKLA = {
    "type": "result",
    "timestamp": "2026-03-01T12:00:30Z",
    "ping": {"jitter": 1.0, "latency": 8.5},
    "download": {"bandwidth": 11_750_000, "bytes": 117_500_000, "elapsed": 10_000, "latency": {"iqm": 30.5}},
    "upload": {"bandwidth": 2_500_000, "bytes": 12_500_000, "elapsed": 5_000},
    "interface": {"isVpn": True},
    "server": {"host": "speed.example", "ip": "192.0.2.7", "name": "Example"},
    "result": {"url": "https://ookla.example/1"},
}
OOKLA_CSV = (
    '"server name","server id","idle latency","idle jitter","packet loss","download","upload","download bytes",'
    '"upload bytes","share url","download server count","download latency"'
)


def test_the_generic_form_takes_empty_for_not_measured(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "timestamp,download_mbps,upload_mbps,ping_ms\n"
        "2026-03-01T12:00:00Z,94.5,11.25,8.5\n2026-03-01T13:00:00+01:00,,12,\n2026-03-01T14:00:00Z,0,5,9\n",
    )
    assert found.mbps() == [94.5, None]
    assert found.mbps(UP) == [11.25, 12.0, 5.0]
    assert found.of()[1].failure is Failure.NOT_TOLD, "a speed of zero is a failure"
    assert found.of(UP)[1].idle_rtt_ms is None
    assert found.times(UP) == ["2026-03-01T12:00:00", "2026-03-01T12:00:00", "2026-03-01T14:00:00"]
    assert found.survey.formats == ("generic",)
    assert found.asked == []


def test_the_generic_form_needs_only_one_direction(tmp_path: Path) -> None:
    assert read(tmp_path, "timestamp,upload_mbps\n2026-03-01T12:00:00Z,4\n").mbps(UP) == [4.0]
    assert read(tmp_path, "timestamp;download_mbps\n2026-03-01T12:00:00Z;94,5\n").mbps() == [94.5]


@pytest.mark.parametrize("text", [json.dumps(OOKLA), json.dumps(OOKLA, indent=4), json.dumps([OOKLA], indent=1)])
def test_ookla_json_is_bytes_a_second_and_stamped_at_its_end(tmp_path: Path, text: str) -> None:
    found = read(tmp_path, text)
    assert found.survey.formats == ("ookla-json",)
    assert (found.mbps(), found.mbps(UP)) == ([94.0], [20.0])
    assert (found.times(), found.times(UP)) == (["2026-03-01T12:00:15"], ["2026-03-01T12:00:25"])
    down = found.of()[0]
    assert (down.idle_rtt_ms, down.loaded_rtt_ms, down.duration_s, down.bytes) == (8.5, 30.5, 10.0, 117_500_000)
    assert (down.server, down.address, down.tunnel) == ("speed.example", "192.0.2.7", True)


def test_ooklas_own_words_of_a_failure_are_a_failed_test(tmp_path: Path) -> None:
    log = {
        "type": "log",
        "timestamp": "2026-03-01T11:00:00Z",
        "message": "Timeout occurred in connect",
        "level": "error",
    }
    found = read(tmp_path, [json.dumps(log), json.dumps(OOKLA), json.dumps({**log, "level": "info"})])
    assert [test.failure for test in found.of()] == [Failure.TIMED_OUT, None]
    assert found.left == {Why.NOTHING_MEASURED: 1}


def test_many_documents_in_any_layout_are_each_read(tmp_path: Path) -> None:
    one, two, three = ({**OOKLA, "timestamp": f"2026-03-0{day}T12:00:30Z"} for day in (1, 2, 3))
    text = (
        json.dumps(one)
        + json.dumps(two)
        + "\n"
        + json.dumps(three, indent=2)
        + "\n"
        + json.dumps(one)[:50]
        + "\n"
        + json.dumps(two)
    )
    found = read(tmp_path, text)
    assert [time[:10] for time in found.times()] == ["2026-03-01", "2026-03-02", "2026-03-03", "2026-03-02"]
    assert found.left == {Why.NOT_A_ROW: 1}


def test_ookla_csv_without_a_time_is_asked_for_one(tmp_path: Path) -> None:
    row = '"Example","1","8.5","1.0","0","11750000","2500000","117500000","12500000","u","1","30.5"'
    found = read(tmp_path, [OOKLA_CSV, row])
    assert found.asked == ["--mapping"]
    assert "no time" in found.survey.questions[0].sentence


def test_ookla_csv_with_a_time_of_its_keeper_is_read(tmp_path: Path) -> None:
    row = '"Example","1","8.5","1.0","0","11750000","2500000","117500000","12500000","u","1","30.5"'
    lines = [f'"Timestamp",{OOKLA_CSV}', f'"2026/03/01 12:00:00.00" ,{row}']
    found = read(tmp_path, lines, timezone="UTC")
    assert (found.mbps(), found.mbps(UP)) == ([94.0], [20.0])
    assert found.of()[0].loaded_rtt_ms == 30.5


CLI = "1234,Example,Lisboa,2026-03-01T12:00:00.123456Z,5.3,8.5,94000000.5,11000000.1,,192.0.2.1"
CLI_HEADER = "Server ID,Sponsor,Server Name,Timestamp,Distance,Ping,Download,Upload,Share,IP Address"


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        ([CLI_HEADER, CLI], "speedtest-cli-csv"),
        ([CLI], "speedtest-cli-csv"),
        ([CLI.rsplit(",", 2)[0]], "speedtest-cli-csv-8"),
    ],
)
def test_speedtest_cli_is_bits_a_second_in_utc(tmp_path: Path, lines: list[str], name: str) -> None:
    found = read(tmp_path, lines)
    assert found.survey.formats == (name,)
    assert found.mbps() == [94.0] or found.mbps() == [94.000000]
    assert (found.of()[0].rate_bps, found.of(UP)[0].rate_bps) == (94_000_000, 11_000_000)
    assert found.times() == ["2026-03-01T12:00:00"]
    assert found.of()[0].server == "Example"


def test_speedtest_cli_json(tmp_path: Path) -> None:
    document = {
        "download": 94e6, "upload": 11e6, "ping": 8.5, "server": {"host": "h.example:8080", "sponsor": "E", "url": "u"},
        "timestamp": "2026-03-01T12:00:00.1Z", "bytes_sent": 1, "bytes_received": 2, "client": {"ip": "192.0.2.1"},
    }  # fmt: skip
    found = read(tmp_path, json.dumps(document))
    assert found.survey.formats == ("speedtest-cli-json",)
    assert (found.mbps(), found.mbps(UP), found.of()[0].server) == ([94.0], [11.0], "h.example:8080")


def test_speedtest_trackers_export_is_asked_for_its_zone(tmp_path: Path) -> None:
    lines = [
        "ID,Service,Download,Upload,Ping,Packet loss,Download latency avg,Result URL,Scheduled,Created at",
        '7,ookla,94000000,11000000,8.5,0,30.5,https://x.example,Yes,"2026-03-01 12:00:00"',
        '8,ookla,,,,,,,Yes,"2026-03-01 13:00:00"',
    ]
    assert read(tmp_path, lines).asked == ["--timezone"]
    found = read(tmp_path, lines, timezone="Europe/Lisbon")
    assert (found.mbps(), found.mbps(UP), found.of()[0].loaded_rtt_ms) == ([94.0], [11.0], 30.5)
    assert found.left == {Why.NOTHING_MEASURED: 1}


def test_speedtest_trackers_api_is_bytes_a_second(tmp_path: Path) -> None:
    result = {
        "id": 1, "service": "ookla", "ping": 8.5, "download": 11_750_000, "upload": 2_500_000,
        "status": "completed", "scheduled": True, "created_at": "2026-03-01 12:00:00",
        "data": {"server": {"host": "s.example"}, "interface": {"isVpn": False}},
    }  # fmt: skip
    failed = {
        **result,
        "id": 2,
        "status": "failed",
        "download": None,
        "upload": None,
        "data": {"message": "No route to host"},
    }
    waiting = {**result, "id": 3, "status": "running"}
    found = read(tmp_path, json.dumps({"data": [result, failed, waiting], "meta": {}}, indent=2), timezone="UTC")
    assert found.mbps() == [94.0, None]
    assert (found.of()[1].failure, found.of()[0].server, found.of()[0].tunnel) == (Failure.NO_ROUTE, "s.example", False)
    assert found.left == {Why.OTHER_TEST: 1}


def test_librespeed_of_the_own_network_says_so(tmp_path: Path) -> None:
    lines = [
        "Timestamp,Server Name,Address,Ping,Jitter,Download,Upload,Share,IP",
        "2026-03-01T12:00:00.5+01:00,Home,http://192.168.1.5/,1.0,0.1,940.5,930,,192.0.2.1",
        "2026-03-01T13:00:00.5+01:00,Home,http://speedtest/,1.0,0.1,940.5,930,,192.0.2.1",
        "2026-03-01T14:00:00.5+01:00,Out,https://s.example/,1.0,0.1,94.5,11,,192.0.2.1",
    ]
    found = read(tmp_path, lines)
    assert found.mbps() == [940.5, 940.5, 94.5]
    assert [test.address for test in found.of()] == ["192.168.1.5", None, None]
    assert [test.path for test in found.of()] == [None, Way.ON_LINK, None]
    assert found.times()[0] == "2026-03-01T11:00:00"


def test_librespeed_json(tmp_path: Path) -> None:
    document = [{
        "timestamp": "2026-03-01T12:00:00Z", "server": {"name": "S", "url": "https://s.example"}, "client": {"ip": ""},
        "bytes_sent": 1, "bytes_received": 2, "ping": 8, "jitter": 1, "upload": 11.5, "download": 94.25, "share": "",
    }]  # fmt: skip
    found = read(tmp_path, json.dumps(document))
    assert found.survey.formats == ("librespeed-json",)
    assert (found.mbps(), found.mbps(UP)) == ([94.25], [11.5])


def test_librespeeds_own_table(tmp_path: Path) -> None:
    lines = [
        "id,timestamp,ip,ispinfo,extra,ua,lang,dl,ul,ping,jitter,log",
        '1,2026-03-01 12:00:00,192.0.2.1,"{""a"":1}",,"Agent, a","pt",94.25,11.5,8.0,1.0,',
    ]
    found = read(tmp_path, lines, timezone="UTC")
    assert (found.mbps(), found.mbps(UP)) == ([94.25], [11.5])


def test_myspeed(tmp_path: Path) -> None:
    lines = [
        "id,serverId,ping,download,upload,error,type,time,created",
        "1,42,8,94.25,11.5,,auto,21,2026-03-01T12:00:00.000Z",
        "2,42,-1,-1,-1,Network unreachable,auto,0,2026-03-01T13:00:00.000Z",
    ]
    found = read(tmp_path, lines)
    assert found.mbps() == [94.25, None]
    assert found.of()[1].failure is Failure.NO_ROUTE


def test_fast_cli_takes_a_direction_not_asked_for_as_not_measured(tmp_path: Path) -> None:
    document = {"downloadSpeed": 350, "uploadSpeed": 0, "downloadUnit": "Kbps", "uploadUnit": "Mbps", "latency": 9}
    assert read(tmp_path, json.dumps(document)).asked == ["--mapping"]
    found = read(tmp_path, json.dumps({**document, "timestamp": "2026-03-01T12:00:00Z"}))
    assert (found.mbps(), found.mbps(UP)) == ([0.35], [])


def test_ndt7_client_and_its_raw_messages(tmp_path: Path) -> None:
    old = {
        "ServerFQDN": "ndt.example",
        "ServerIP": "192.0.2.9",
        "Download": {"Value": 94.5, "Unit": "Mbit/s"},
        "Upload": {"Value": 11, "Unit": "Mbit/s"},
        "MinRTT": {"Value": 8.5, "Unit": "ms"},
    }
    new = {
        "ServerFQDN": "ndt.example",
        "Download": {"Throughput": {"Value": 94.5, "Unit": "Mbit/s"}},
        "Upload": {"Throughput": {"Value": 11, "Unit": "Mbit/s"}},
    }
    for document in (old, new):
        assert read(tmp_path, json.dumps(document)).asked == ["--mapping"]
        found = read(tmp_path, json.dumps({**document, "time": "2026-03-01T12:00:00Z"}))
        assert (found.mbps(), found.mbps(UP)) == ([94.5], [11.0])
    raw = {"ConnectionInfo": {"UUID": "x"}, "TCPInfo": {"BytesAcked": 1}}
    assert read(tmp_path, json.dumps(raw)).left == {Why.OTHER_TEST: 1}


def test_murakami_fails_one_direction_at_a_time_and_mixes_tests(tmp_path: Path) -> None:
    ndt = {
        "TestName": "ndt7", "TestStartTime": "2026-03-01T12:00:00.5", "ServerName": "s",
        "ServerIP": "192.0.2.9", "DownloadValue": 94.5, "DownloadUnit": "Mbit/s", "DownloadError": None,
        "UploadValue": None, "UploadUnit": None, "UploadError": "connection refused", "MinRTTValue": 8.5,
    }  # fmt: skip
    ookla = {
        "TestName": "ookla-speedtest", "TestStartTime": "2026-03-01T13:00:00", "DownloadBandwidth": 11_750_000,
        "DownloadUnit": "Bit/s", "DownloadBytes": 117_500_000, "DownloadElapsed": 10_000,
        "UploadBandwidth": 2_500_000, "UploadBytes": 12_500_000,
        "UploadElapsed": 5_000, "PingLatency": 8.5,
    }  # fmt: skip
    found = read(tmp_path, [json.dumps(ndt), json.dumps(ookla), json.dumps({"TestName": "dash", "iteration": 0})])
    assert found.survey.formats == ("murakami-ndt", "murakami-ookla")
    assert (found.mbps(), found.mbps(UP)) == ([94.5, 94.0], [None, 20.0])
    assert found.of(UP)[0].failure is Failure.REFUSED
    assert found.left == {Why.OTHER_TEST: 1}


def test_a_bandwidth_that_contradicts_its_bytes_and_time_is_left_out(tmp_path: Path) -> None:
    wrong = {**OOKLA, "download": {"bandwidth": 94_000_000, "bytes": 117_500_000, "elapsed": 10_000}}
    found = read(tmp_path, json.dumps(wrong))
    assert found.left == {Why.CONTRADICTED_UNIT: 1}
    assert (found.mbps(), found.mbps(UP)) == ([], [20.0])


MBA = (
    "unit_id,dtime,target,address,fetch_time,bytes_total,bytes_sec,bytes_sec_interval,warmup_time,warmup_bytes,"
    "sequence,threads,successes,failures,location_id"
)


def mba(unit: int, at: str, sequence: int, rate: int, *, ok: int = 1) -> str:
    took_s = 5 * (sequence + 1)
    rates = f"{took_s * 1_000_000},{rate * took_s},{rate},{rate}"
    return f"{unit},{at},t.example,192.0.2.9,{rates},0,0,{sequence},3,{ok},{1 - ok},1"


def test_an_mba_test_is_its_last_row_and_its_direction_the_files_name(tmp_path: Path) -> None:
    rows = [
        MBA,
        *(mba(7, "2014-09-01 12:00:00", n, 1_000_000 + n) for n in range(3)),
        mba(7, "2014-09-01 13:00:00", 0, 0, ok=0),
    ]
    assert read(tmp_path, rows).asked == ["--format"]
    found = read(tmp_path, rows, name="curr_httpgetmt_2014_09.csv")
    assert [test.rate_bps for test in found.of()] == [8_000_016, None]
    assert found.of()[0].duration_s == 15.0
    assert read(tmp_path, rows, format="mba-upload").mbps(UP) == [8.000016, None]


def test_an_mba_table_of_many_households_is_asked_for_one(tmp_path: Path) -> None:
    rows = [MBA, mba(7, "2014-09-01 12:00:00", 0, 10**6), mba(8, "2014-09-01 12:00:00", 0, 10**7)]
    name = "curr_httppostmt_2014_09.csv"
    assert read(tmp_path, rows, name=name).asked == ["--unit"]
    found = read(tmp_path, rows, name=name, unit="8")
    assert found.mbps(UP) == [80.0]
    assert found.left == {Why.OTHER_HOUSEHOLD: 1}


def test_breitbandmessung_has_commas_and_two_columns_of_time(tmp_path: Path) -> None:
    text = (
        '"Messzeitpunkt";"Download (Mbit/s)";"Upload (Mbit/s)";"Laufzeit (ms)";"Test-ID";"Version";"Uhrzeit"\r\n'
        '"13.05.2026";"94,73";"1.090,59";"8";"id";"4.49";"01:00:46"\r\n'
    )
    assert read(tmp_path, text).asked == ["--timezone"]
    found = read(tmp_path, text, timezone="Europe/Berlin")
    assert (found.mbps(), found.mbps(UP), found.times()) == ([94.73], [1090.59], ["2026-05-12T23:00:46"])
    assert found.of()[0].idle_rtt_ms == 8.0


def test_two_scripts_whose_logs_are_open_data(tmp_path: Path) -> None:
    lines = [
        "datetimestart,datetimestop,provider,server,distance,ping,download,upload",
        "2026-03-01 12:00:01,2026-03-01 12:00:29,P,'Q' S,5.31,19.1,32.37,1.11",
    ]
    found = read(tmp_path, lines, timezone="Australia/Brisbane")
    assert (found.mbps(), found.times()) == ([32.37], ["2026-03-01T02:00:01"])
    found = read(tmp_path, ['1410625600,31.27,5.85,"Mbit","[\'http://s.example/\']"'] * 3)
    assert (found.mbps(), found.times()[0]) == ([31.27] * 3, "2014-09-13T16:26:40")


@pytest.mark.parametrize(
    "header",
    [
        "ID,Market,ISP,Headline.speed,Technology,Download.speed..Mbit.s..24.hour,Upload.speed..Mbit.s.24.hour,Packet.loss....24.hour",
        "Id,Market,ISP,Technology,Headline.speed,Download.speed..Mbit.s..24.hrs,Upload.speed..Mbit.s.24.hour,Packet.loss....24.hour",
    ],
)
def test_an_ofcom_panel_is_summed_up_and_none_of_it_is_a_test(tmp_path: Path, header: str) -> None:
    path = tmp_path / "panel.csv"
    path.write_text(
        f"{header}\n1,3,A,60,Cable,58.5,3.0,0.010%\n2,3,A,20,ADSL2+,#NULL!,0.8,0.160%\n3,3,B,20,FTTC,40,NA,0.002\n"
    )
    looked = run.look(path, Answers(), None, lambda _: None)
    report = run.report(looked)
    assert looked.survey.formats == ("ofcom-panel",)
    assert report.panel is not None
    assert report.panel["download_mean_mbps"].median == 49.25
    assert report.panel["download_mean_mbps"].missing_count == 1
    assert report.panel["upload_mean_mbps"].median == 1.9
    assert report.panel["loss_mean_share"].count == 2, "without its sign a share may be of one or of a hundred"
    assert report.tally is not None
    assert report.tally.left == {Why.SUMMARY: 3}


def test_what_nobody_knows_is_asked_about_with_what_it_begins_with(tmp_path: Path) -> None:
    found = read(tmp_path, "when;down;up\n1;2;3\n")
    assert found.asked == ["--mapping"]
    assert "when, down, up" in found.survey.questions[0].sentence
    assert read(tmp_path, "").asked == ["--mapping"]
    assert read(tmp_path, "timestamp,download_mbps\n", format="ookla-csv").asked == ["--format"]


def test_every_mapping_that_comes_with_prova_is_in_the_document() -> None:
    document = (Path(__file__).parents[4] / "docs" / "importers.md").read_text()
    missing = [name for name in run.names() if f"`{name}`" not in document]
    assert not missing
    assert len({one.name for one in known()}) == len(known())
