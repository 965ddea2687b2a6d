"""The store shown in a real database: caught up, killed, refused, and shown anew."""

import asyncio
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from collector.projection import settings
from collector.projection.feed import Feed, Mark
from collector.projection.influx import Database, DatabaseError, DatabaseRefusalError
from collector.projection.point import lines_of
from collector.projection.project import Place, Shown, catch_up, follow
from collector.settings import SettingsError
from probe.units import epoch_us
from prova.command.collector import command
from prova.exit import mendable
from prova.port import free_port
from tests.integration.influx_rig import BUCKET, Influx, running
from tests.integration.lake_rig import DAY_ON, EVER, NOW_AT, START_AT, House

needs_influx = pytest.mark.component("influxdb")


@pytest.fixture
def house(tmp_path: Path) -> House:
    """Two probes; the first two of three days sealed."""
    house = House(tmp_path / "home")
    house.sender()
    house.sender(line="loja", name="p2")
    house.fill(days=3, per_day=8)
    house.seal(before_on=DAY_ON + timedelta(days=2))
    return house


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Influx]:
    with running(tmp_path_factory.mktemp("influx")) as one:
        yield one


@pytest.fixture
def influx(engine: Influx) -> Influx:
    engine.query(f'DROP DATABASE "{BUCKET}"')
    engine.query(f'CREATE DATABASE "{BUCKET}"')
    return engine


def _show(house: House, url: str, *, most_batches: int = 5, bucket: str = BUCKET) -> tuple[Shown, list[str]]:
    said: list[str] = []
    feed = Feed(house.layout.journal)
    place = Place(house.home / "collector" / "projection.json", url)
    with closing(Database(settings.Influx(url=url, bucket=bucket))) as database:
        return catch_up(feed, database, place, say=said.append, most_batches=most_batches), said


def _shown(influx: Influx) -> set[tuple[str, int]]:
    """(probe, number) of every record in the database."""
    rows = influx.query("SELECT sequence FROM notice, speed_test GROUP BY probe")
    assert len(rows) == len({(row["probe"], row["sequence"]) for row in rows})
    return {(row["probe"], row["sequence"]) for row in rows}


def _stored(house: House) -> set[tuple[str, int]]:
    return {(one.record.probe, one.record.sequence) for one in house.store.records(house.store.lines(), *EVER)}


@needs_influx
def test_every_record_of_journal_and_lake_is_shown_once_with_its_values(house: House, influx: Influx) -> None:
    shown, said = _show(house, influx.url)
    assert (_shown(influx), said) == (_stored(house), [])
    assert shown.point_count == len(_stored(house))
    rows = influx.query("SELECT * FROM speed_test WHERE line = 'casa'")
    assert {row["sequence"]: row["rate_bps"] for row in rows} == {n: n * 10**6 for n in range(4, 25, 4)}
    starts = {one.record.sequence: epoch_us(one.record.started.at) for one in house.store.records(["casa"], *EVER)}
    assert all(row["time"] // 1000 == starts[row["sequence"]] for row in rows)


@needs_influx
def test_shown_twice_it_is_there_once_and_what_comes_later_follows(house: House, influx: Influx) -> None:
    _show(house, influx.url)
    assert _show(house, influx.url)[0].point_count == 0
    (house.home / "collector" / "projection.json").unlink()
    _show(house, influx.url)
    house.fill(days=1, per_day=4, from_at=START_AT - timedelta(days=9))  # a spool that comes late
    assert _show(house, influx.url)[0].point_count == 8
    assert _shown(influx) == _stored(house)


@needs_influx
def test_a_database_killed_with_9_is_caught_up_with_and_nothing_is_missing(house: House, influx: Influx) -> None:
    _show(house, influx.url)
    influx.kill()
    house.fill(days=1, per_day=8, from_at=START_AT + timedelta(days=3))
    with pytest.raises(DatabaseError, match="503"):
        _show(house, influx.url)
    influx.start()
    _show(house, influx.url)
    assert _shown(influx) == _stored(house)


@needs_influx
def test_a_point_that_the_database_refuses_is_left_out_alone(house: House, influx: Influx) -> None:
    other = f'speed_test,line=z,probe=z rate_bps="text" {epoch_us(START_AT) * 1000}'  # the field's type, for its week
    influx.write(BUCKET, other.encode())
    shown, said = _show(house, influx.url)
    assert shown.refused_count == len(said) == 12
    assert all("field type conflict" in one for one in said)
    assert len(influx.query("SELECT sequence FROM notice")) == 36
    assert shown.through == Feed(house.layout.journal).newest()


@needs_influx
def test_a_bucket_that_is_not_there_is_told_with_its_mend(house: House, influx: Influx) -> None:
    with pytest.raises(DatabaseRefusalError, match="Look after url, org, bucket"):
        _show(house, influx.url, bucket="elsewhere")


def test_a_database_that_does_not_answer_leaves_the_place_where_it_was(house: House) -> None:
    with pytest.raises(DatabaseError, match="does not answer"):
        _show(house, f"http://127.0.0.1:{free_port()}")
    assert not (house.home / "collector" / "projection.json").exists()


def test_the_feed_gives_every_record_wherever_it_begins_and_knows_another_store(house: House, tmp_path: Path) -> None:
    feed = Feed(house.layout.journal)
    portions = list(feed.after(Mark(), most_batches=3))
    assert {(one.probe, one.sequence) for portion in portions for one in portion.records} == _stored(house)
    assert portions[-1].through.batch == feed.newest()
    for number, portion in enumerate(portions):
        assert feed.holds(portion.through)
        rest = [one for later in portions[number + 1 :] for one in later.records]
        again = [one for later in feed.after(portion.through, most_batches=100) for one in later.records]
        assert again == rest
    assert not feed.holds(Mark(portions[0].through.batch, "0" * 64))
    assert not feed.holds(Mark(feed.newest() + 1, portions[0].through.sha256))


def test_records_of_one_instant_stay_apart_and_no_tag_is_an_id(house: House) -> None:
    record = next(one.record for one in house.store.records(["casa"], *EVER))
    lines = {line.rsplit(" ", 1)[1] for n in (1, 2, 999) for line in lines_of(replace(record, sequence=n))}
    assert len(lines) == 3
    tags = {
        part.split("=")[0]
        for one in house.store.records(["casa"], *EVER)
        for line in lines_of(one.record)
        for part in line.split(" ")[0].split(",")[1:]
    }
    assert tags == {"line", "probe", "direction", "method"}


@needs_influx
def test_the_command_shows_what_is_there_and_tells_a_dead_database(house: House, influx: Influx) -> None:
    own = house.layout.projection_settings
    own.write_text(f'[influxdb]\nurl = "{influx.url}"\nbucket = "{BUCKET}"\n')
    for _ in range(2):
        done = CliRunner().invoke(command, ["project", "--once", "--from-start", "--home", str(house.home)])
        assert (done.exit_code, "48 points written, 0 refused" in done.stderr) == (0, True)
    assert _shown(influx) == _stored(house)
    own.write_text(f'[influxdb]\nurl = "http://127.0.0.1:{free_port()}"\nbucket = "{BUCKET}"\n')
    done = CliRunner().invoke(command, ["project", "--once", "--home", str(house.home)])
    assert done.exception is not None
    told = mendable(done.exception)
    assert told is not None
    assert (told[1], "does not answer" in told[0]) == (4, True)


@needs_influx
async def test_it_follows_through_a_database_that_was_away(house: House, influx: Influx) -> None:
    stop, away = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()
    influx.kill()
    place = Place(house.layout.projection_place, influx.url)

    def say(words: str) -> None:
        loop.call_soon_threadsafe(away.set)

    with closing(Database(settings.Influx(url=influx.url, bucket=BUCKET))) as database:
        task = asyncio.create_task(
            follow(Feed(house.layout.journal), database, place, stop=stop, say=say, now=lambda: NOW_AT)
        )
        await asyncio.wait_for(away.wait(), 60)
        await asyncio.to_thread(influx.start)
        async with asyncio.timeout(60):
            while place.read().batch < Feed(house.layout.journal).newest():
                await asyncio.sleep(0.05)
        stop.set()
        await asyncio.wait_for(task, 30)
    assert _shown(influx) == _stored(house)


def test_every_problem_of_the_settings_is_told(tmp_path: Path) -> None:
    file = tmp_path / "projection.toml"
    file.write_text('[influxdb]\nurls = "x"\nbucket = ""\n')
    with pytest.raises(SettingsError) as told:
        settings.load(file)
    assert [line.split(": ", 1)[1] for line in str(told.value).splitlines()] == [
        "influxdb.urls is not a setting; perhaps url was meant.",
        "influxdb.url must be text that is not empty.",
        "influxdb.bucket must be text that is not empty.",
    ]
    file.write_text('[influxdb]\nurl = "http://127.0.0.1:8086"\nbucket = "b"\ntoken_file = "t"\n')
    assert settings.load(file).token_file == tmp_path / "t"
