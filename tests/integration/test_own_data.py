"""Everything that is held of a line, given to its person: whole, readable by a program, and nobody else's."""

import csv
import json
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from probe import wire
from prova.main import cli
from tests.integration.erasure_rig import HERS, NAME, OURS, PAPER, TICKET, URL, Filled, filled


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Filled:
    return filled(tmp_path_factory.mktemp("export"))


def _run(whole: Filled, *words: str) -> Result:
    return CliRunner().invoke(cli, ["privacy", *words, "--home", str(whole.home.path)], standalone_mode=False)


def _lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(one) for one in path.read_text().splitlines()]


def test_everything_of_the_line_is_in_it_and_nothing_of_another(whole: Filled, tmp_path: Path) -> None:
    folder = tmp_path / "hers"
    done = _run(whole, "export", "--line", HERS, "-o", str(folder))
    assert done.exception is None, done.output
    told = json.loads((folder / "package.json").read_text())
    assert (told["schema"], told["line"]) == ("prova.own-data/1", HERS)
    records = _lines(folder / "records.jsonl")
    assert [one["id"] for one in records] == whole.house.ids([HERS])
    batches = _lines(folder / "batches.jsonl")
    assert {wire.sha256(str(one["signed"]).encode()) for one in batches} == {one["batch_sha256"] for one in records}
    assert sum(one["log_index"] is not None for one in batches) == 4
    with (folder / "records.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(records) == told["rows"]["records.csv"]
    assert {one["line"] for one in rows} == {HERS}
    assert {URL, ""} == {one["server_url"] for one in rows}
    columns = {one["column"] for one in csv.DictReader((folder / "records-dictionary.csv").read_text().splitlines())}
    assert columns - {"raw"} == set(rows[0])
    assert len(_lines(folder / "witnessed.jsonl")) == len(_lines(folder / "imported.jsonl")) == 1
    assert TICKET in (folder / "home" / "case.toml").read_text()
    assert PAPER in (folder / "home" / "case" / "paper.pdf").read_text()
    access = json.loads((folder / "access.json").read_text())
    assert [one["name"] for one in access["tokens"]] == [NAME, "both"]
    assert [one["name"] for one in access["hooks"]] == ["both", "hers"]
    assert json.loads((folder / "sent-where.json").read_text())["copies"] == [str(whole.copies)]
    text = (folder / "README.txt").read_text()
    assert "OS SEUS DADOS" in text
    assert "YOUR DATA" in text
    assert {one.name for one in folder.iterdir()} <= {
        *_named(text),
        "README.txt",
        "package.json",
        "records-dictionary.csv",
    }
    files = b"".join(one.read_bytes() for one in folder.rglob("*") if one.is_file())
    assert b"secret-of-hers-55" not in files
    assert b'"d":' not in files
    assert f'"line": "{OURS}"'.encode() not in files


def test_a_zip_holds_the_same_and_a_second_request_is_logged_too(whole: Filled, tmp_path: Path) -> None:
    file = tmp_path / "hers.zip"
    assert _run(whole, "export", "--line", HERS, "-o", str(file)).exception is None
    with zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None
        assert len(archive.read("records.jsonl").splitlines()) == len(whole.house.ids([HERS]))
    assert file.stat().st_mode & 0o077 == 0
    assert "is there already" in str(_run(whole, "export", "--line", HERS, "-o", str(file)).exception)
    requests = json.loads(_run(whole, "log", "--json").output)["requests"]
    assert {one["kind"] for one in requests} == {"export"}
    assert requests[0]["state"] == "granted"


def test_what_breaks_leaves_no_half_a_package(whole: Filled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from prova.privacy import held_home

    def breaks(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(held_home, "write", breaks)
        assert _run(whole, "export", "--line", HERS, "-o", str(tmp_path / "hers")).exception is not None
    assert list(tmp_path.iterdir()) == []
    state = json.loads(_run(whole, "log", "--json").output)["requests"][-1]["state"]
    assert state == "received"


def test_a_line_that_nobody_knows_is_refused(whole: Filled, tmp_path: Path) -> None:
    done = _run(whole, "export", "--line", "nobody", "-o", str(tmp_path / "x"))
    assert "Nothing is known of a line nobody" in str(done.exception)


def _named(readme: str) -> set[str]:
    names = {one.split()[0].rstrip("/") for one in readme.splitlines() if one.strip() and not one.startswith(" ")}
    return names | {"imported.jsonl", "imported-round-trips.jsonl"}
