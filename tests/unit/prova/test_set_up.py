"""What the page's set-up writes: all or nothing, older files kept, and what was chosen read back."""

import tomllib
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from analysis.contract import Technology
from analysis.contract_file import load
from analysis.summary.reading import Content, Item
from dashboards.web.page.setup.deed import Agreed, Look, Plan, ServerKind, SetUpError, Watched
from probe.condition.link import Link
from prova.contract.written import written
from prova.exit import CommandError
from prova.page.chosen import Chosen, parse
from prova.page.chosen import written as chosen_text
from prova.page.line_look import port
from prova.page.set_up import HomeSetUp, replace_all

AT = datetime(2026, 11, 22, 8, tzinfo=UTC)
AGREED = Agreed(
    values={
        Item.OPERATOR: 'NOS "casa"',
        Item.SERVICE: "Fibra\\1000",
        Item.TECHNOLOGY: "ftth",
        Item.DATED: date(2026, 1, 15),
        Item.DOWNLOAD_MAXIMUM: Decimal(1000),
        Item.DOWNLOAD_MINIMUM: Decimal("99.5"),
        Item.UPLOAD_MAXIMUM: Decimal(200),
        Item.MONTHLY: Decimal("39.9"),
        Item.BILLING_DAY: 5,
    },
    region="azores",
    timezone="Atlantic/Azores",
    municipality="Horta",
)


def there(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def test_what_was_typed_becomes_a_contract_file() -> None:
    text, contract = written(AGREED, line="casa", profile="pt-nos")
    assert contract.operator == 'NOS "casa"'
    assert contract.terms[0].download.minimum_bps == 99_500_000
    assert tomllib.loads(text)["price"] == {"monthly_eur": "39.90", "billing_day": 5}
    assert tomllib.loads(text)["line"]["timezone"] == "Atlantic/Azores"


def test_of_fixed_wireless_the_maximum_is_the_estimated_one() -> None:
    values: dict[Item, Content] = dict(AGREED.values)
    del values[Item.DOWNLOAD_MINIMUM]
    wireless = Agreed(values=values | {Item.TECHNOLOGY: "fwa"}, region="mainland", timezone="Europe/Lisbon")
    assert written(wireless, line="casa", profile="pt-nos")[1].technology is Technology.FWA


def test_files_are_replaced_together_kept_beside_and_put_back(tmp_path: Path) -> None:
    old, new = tmp_path / "old.toml", tmp_path / "new.toml"
    old.write_text("before")
    undo = replace_all({old: "after", new: "first"}, AT)
    assert (old.read_text(), new.read_text()) == ("after", "first")
    assert (tmp_path / "old.toml.before-20261122T080000").read_text() == "before"
    assert {one.stat().st_mode & 0o777 for one in (old, new)} == {0o600}
    undo()
    assert (old.read_text(), new.exists()) == ("before", False)


def test_where_one_file_cannot_be_written_none_is(tmp_path: Path) -> None:
    old = tmp_path / "old.toml"
    old.write_text("before")
    with pytest.raises(OSError, match="No such file"):
        replace_all({old: "after", tmp_path / "missing" / "new.toml": "x"}, AT)
    assert [path.name for path in tmp_path.iterdir()] == ["old.toml"]
    assert old.read_text() == "before"


async def test_a_probe_that_cannot_go_on_leaves_all_as_it_was(tmp_path: Path) -> None:
    async def renew(*_: object) -> None:
        raise CommandError("The settings cannot be read.")

    contract, chosen = tmp_path / "contract.toml", tmp_path / "setup.toml"
    setup = HomeSetUp(home=tmp_path, line="casa", contract=contract, chosen_file=chosen, renew=renew)
    with pytest.raises(SetUpError, match="cannot be read"):
        await setup.take_up(Plan(agreed=AGREED, kind=ServerKind.DEMONSTRATION))
    assert [name for name in there(tmp_path) if not name.startswith("audit")] == []


async def test_what_was_confirmed_is_written_and_handed_on(tmp_path: Path) -> None:
    told: list[object] = []

    async def renew(agreed: object, chosen: object) -> None:
        told.extend((agreed, chosen))

    contract, chosen_file = tmp_path / "contract.toml", tmp_path / "setup.toml"
    setup = HomeSetUp(home=tmp_path, line="casa", contract=contract, chosen_file=chosen_file, renew=renew)
    watched = (Watched("192.0.2.1", "one"), Watched("192.0.2.2"))
    await setup.take_up(Plan(agreed=AGREED, kind=ServerKind.OWN, server="wss://h", watched=watched))
    chosen = Chosen(servers=("wss://h",), watched=("one@192.0.2.1", "192.0.2.2"))
    assert told == [load(contract), chosen]
    assert parse(chosen_file.read_text(), "setup.toml") == chosen


def test_a_months_data_is_bounded_as_the_probe_is(tmp_path: Path) -> None:
    async def renew(*_: object) -> None:
        """Never called."""

    setup = HomeSetUp(home=tmp_path, line="casa", contract=Path("c"), chosen_file=Path("s"), renew=renew)
    assert setup.month_bytes(1_000_000_000, 200_000_000) == 24 * 30 * 3 * 1_200_000_000 // 8
    assert setup.month_bytes(10**11, 10**11) == 700_000_000_000


@pytest.mark.parametrize("text", ["servers = 1", "targets = [1]", "servers = [", "x"])
def test_a_damaged_choice_is_told_with_its_file(text: str) -> None:
    with pytest.raises(CommandError, match=r"setup\.toml"):
        parse(text, "setup.toml")


def test_a_choice_is_read_as_it_was_written() -> None:
    chosen = Chosen(servers=("mlab",), mlab_accepted=True, watched=('a"b@h',))
    assert parse(chosen_text(chosen), "setup.toml") == chosen


@pytest.mark.parametrize(
    ("link_bps", "maximum_bps", "look"),
    [
        (100_000_000, 1_000_000_000, Look.PORT_SLOW),
        (1_000_000_000, 1_000_000_000, Look.PORT_FAST),
        (None, 1_000_000_000, Look.PORT_UNKNOWN),
        (100_000_000, None, Look.PORT_UNKNOWN),
    ],
)
def test_a_port_is_held_against_the_contract(link_bps: int | None, maximum_bps: int | None, look: Look) -> None:
    assert port(Link(interface="e0", link_type=None, link_bps=link_bps), maximum_bps).look is look
