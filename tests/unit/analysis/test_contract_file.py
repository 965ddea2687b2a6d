import tomllib
from copy import deepcopy
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from analysis.contract import Document, Region, Technology
from analysis.contract_file import ContractError, load, parse, template

EXAMPLE = """
operator = "NOS"
service = "Fibra 1000"
technology = "ftth"
dated = 2026-01-15
profile = "pt-nos"
[line]
id = "casa"
timezone = "Europe/Lisbon"
municipality = "Lisboa"
region = "mainland"
[download]
maximum_mbps = 1000
normal_mbps = 1000
minimum_mbps = 400
[upload]
maximum_mbps = 200
normal_mbps = 200
minimum_mbps = 80
[price]
monthly_eur = "39.99"
internet_share_eur = "24.99"
billing_day = 5
"""


def tables(**changed: Any) -> dict[str, Any]:
    """The example with some keys replaced; `download__minimum_mbps` means the key in its table; None takes it away."""
    content = tomllib.loads(EXAMPLE)
    for name, value in changed.items():
        *path, key = name.split("__")
        table = content
        for step in path:
            table = table.setdefault(step, {})
        if value is None:
            table.pop(key)
        else:
            table[key] = deepcopy(value)
    return content


def problems(content: dict[str, Any]) -> list[str]:
    with pytest.raises(ContractError) as refused:
        parse(content)
    return [str(problem) for problem in refused.value.problems]


def test_the_example_is_read_whole() -> None:
    contract = parse(tables())
    terms = contract.terms[0]
    assert (contract.operator, contract.technology, contract.profile) == ("NOS", Technology.FTTH, "pt-nos")
    assert (contract.line.id, contract.line.zone.key, contract.line.region) == (
        "casa",
        "Europe/Lisbon",
        Region.MAINLAND,
    )
    assert (terms.from_on, terms.service) == (date(2026, 1, 15), "Fibra 1000")
    assert (terms.download.maximum_bps, terms.upload.minimum_bps) == (1_000_000_000, 80_000_000)
    assert terms.price is not None
    assert (terms.price.monthly_eur, terms.price.billing_day) == (Decimal("39.99"), 5)
    assert contract.notes == ()


def test_the_template_parses_as_it_is() -> None:
    assert parse(tomllib.loads(template())).terms[0].download.maximum_bps == 1_000_000_000


def test_the_commented_parts_of_the_template_parse_too() -> None:
    lines = template().splitlines()
    optional = [
        line.removeprefix("# ") for line in lines[next(n for n, line in enumerate(lines) if line == "# [price]") :]
    ]
    contract = parse(tomllib.loads(template() + "\n".join(line for line in optional if "=" in line or line[:1] == "[")))
    assert [terms.service for terms in contract.terms] == ["Fibra 1000", "Fibra 500"]


@pytest.mark.parametrize(
    ("written", "bps"), [(1000, 1_000_000_000), (99.5, 99_500_000), ("99.5", 99_500_000), (0.1, 100_000)]
)
def test_a_speed_is_a_number_or_decimal_digits(written: float | str, bps: int) -> None:
    contract = parse(tables(download={"maximum_mbps": written}))
    assert contract.terms[0].download.maximum_bps == bps


def test_a_speed_that_is_not_stated_stays_unknown() -> None:
    speeds = parse(tables(download__normal_mbps=None, download__minimum_mbps=None)).terms[0].download
    assert (speeds.normal_bps, speeds.minimum_bps) == (None, None)


def test_a_change_says_only_what_changed() -> None:
    change = {"from": date(2026, 6, 1), "service": "Fibra 500", "download": {"maximum_mbps": 500, "normal_mbps": 500}}
    contract = parse(tables(change=[change]))
    before, after = contract.terms
    assert (before.download.maximum_bps, after.download.maximum_bps) == (1_000_000_000, 500_000_000)
    assert (after.download.minimum_bps, after.upload, after.price) == (400_000_000, before.upload, before.price)
    assert contract.on(date(2026, 5, 31)) is before
    assert contract.on(date(2026, 6, 1)) is after
    assert contract.on(date(2026, 1, 14)) is None


def test_changes_apply_in_the_order_of_their_dates() -> None:
    later, earlier = {"from": date(2026, 9, 1), "price": {"billing_day": 9}}, {"from": date(2026, 6, 1), "service": "B"}
    contract = parse(tables(change=[later, earlier]))
    assert [terms.from_on for terms in contract.terms] == [date(2026, 1, 15), date(2026, 6, 1), date(2026, 9, 1)]
    last = contract.terms[-1]
    assert last.service == "B"
    assert last.price is not None
    assert (last.price.monthly_eur, last.price.billing_day) == (Decimal("39.99"), 9)


def test_the_paper_that_it_was_read_from_stands_in_the_contract() -> None:
    assert parse(tables()).document is None
    contract = parse(tables(document={"file": "CST.pdf", "sha256": "0" * 64, "pages": 2}))
    assert contract.document == Document(file="CST.pdf", sha256="0" * 64, page_count=2)


def test_the_documented_file_parses_as_it_stands() -> None:
    text = (Path(__file__).parents[3] / "docs" / "contracts.md").read_text()
    contract = parse(tomllib.loads(text.split("```toml\n")[1].split("```")[0]))
    assert len(contract.terms) == 2
    assert contract.document is not None


def test_two_numbers_where_the_conditions_have_one_are_noted_and_kept() -> None:
    contract = parse(tables(download__normal_mbps=900))
    assert contract.terms[0].download.normal_bps == 900_000_000
    (note,) = contract.notes
    assert note.where == "2026-01-15 download"
    assert "900 Mbit/s" in note.pt
    assert "900 Mbit/s" in note.en


def test_fixed_wireless_is_noted() -> None:
    (note,) = parse(tables(technology="fwa")).notes
    assert "3.11" in note.pt
    assert "3.11" in note.en


MISTAKES = [
    ({"downlod": {}}, "downlod: unknown key. The nearest known key is 'download'."),
    ({"zzz": 1}, "zzz: unknown key. Known here: operator, service, technology, dated, profile, line, download,"),
    ({"download__maximum": 1}, "download.maximum: unknown key. The nearest known key is 'maximum_mbps'."),
    ({"line__zone": "x"}, "line.zone: unknown key. The nearest known key is 'timezone'."),
    ({"operator": None}, 'operator: missing. Add for example operator = "NOS".'),
    ({"operator": 7}, 'operator: 7 is not a text. Write it in quotes, for example operator = "NOS".'),
    ({"service": " "}, "service: ' ' is not a text."),
    ({"technology": "dsl"}, "technology: 'dsl' is not known. Write one of: ftth, hfc, fwa."),
    ({"technology": None}, 'technology: missing. Add for example technology = "ftth".'),
    ({"profile": "de-bnetza"}, "profile: 'de-bnetza' is not known. Write one of: pt-nos"),
    ({"dated": "2026-01-15"}, "dated: 2026-01-15 is not a date. Write it without quotes"),
    ({"line": None}, "line: missing. Add a table [line]."),
    ({"line": 3}, "line: not a table. Write it as a table [line]."),
    ({"line__id": "A Casa"}, "line.id: id 'A Casa' must be 1 to 63 of a-z"),
    ({"line__timezone": "Europe/Lisboa"}, "line.timezone: 'Europe/Lisboa' is not a time zone. Write for example"),
    ({"line__region": "porto"}, "line.region: 'porto' is not known. Write one of: mainland, azores, madeira."),
    ({"download": None}, "download: missing. Add a table [download]."),
    ({"download__maximum_mbps": None}, "download.maximum_mbps: missing. Add for example maximum_mbps = 1000."),
    ({"download__maximum_mbps": "99,5"}, "download.maximum_mbps: '99,5' is not a speed. Write Mbit/s as a number"),
    ({"download__maximum_mbps": True}, "download.maximum_mbps: True is not a speed."),
    ({"download__maximum_mbps": float("nan")}, "download.maximum_mbps: nan is not a speed."),
    ({"download__minimum_mbps": 0}, "download.minimum_mbps: 0 Mbit/s is not a speed. Write a number above 0"),
    ({"download__minimum_mbps": -1}, "download.minimum_mbps: -1 Mbit/s is not a speed."),
    ({"download__maximum_mbps": 10**9}, "download.maximum_mbps: 1000000000 Mbit/s is more than any line has."),
    ({"download__normal_mbps": 1001}, "download.normal_mbps: 1001 is above maximum_mbps, 1000."),
    ({"download__minimum_mbps": 1001}, "download.minimum_mbps: 1001 is above normal_mbps, 1000."),
    (
        {"upload__normal_mbps": None, "upload__minimum_mbps": 201},
        "upload.minimum_mbps: 201 is above maximum_mbps, 200.",
    ),
    ({"price__monthly_eur": 39.9}, "price.monthly_eur: 39.9 is not a price. Write euros in quotes, with a point: "),
    ({"price__monthly_eur": "39,99"}, """price.monthly_eur: '39,99' is not a price."""),
    ({"price__monthly_eur": "39.999"}, "price.monthly_eur: 39.999 is not a price. Write euros and whole cents"),
    ({"price__monthly_eur": None}, 'price.monthly_eur: missing. Add for example monthly_eur = "39.99".'),
    ({"price__internet_share_eur": "40"}, "price.internet_share_eur: it is above monthly_eur."),
    ({"price__billing_day": 32}, "price.billing_day: 32 will not do. Write a whole number from 1 to 31."),
    ({"document": {"file": "CST.pdf"}}, "document.sha256: missing. Add for example sha256 = "),
    ({"document": {"file": "CST.pdf", "sha256": "abc"}}, "document.sha256: 'abc' is no SHA-256. Write its 64 digits"),
    ({"change": {}}, "change: not a list of tables. Write each as [[change]]."),
    ({"change": [{"service": "B"}]}, "change[1].from: missing. Add for example from = 2026-01-15."),
    ({"change": [{"from": date(2026, 6, 1)}]}, "change[1]: it changes nothing. Add what changed"),
    ({"change": [{"from": date(2026, 1, 15), "service": "B"}]}, "change[1].from: 2026-01-15 is not after dated"),
    (
        {"change": [{"from": date(2026, 6, 1), "service": "B"}, {"from": date(2026, 6, 1), "service": "C"}]},
        "change[2].from: 2026-06-01 stands in another change too. Join the two.",
    ),
    (
        {"change": [{"from": date(2026, 6, 1), "download": {"maximum_mbps": 900}}]},
        "change[1].download.normal_mbps: 1000 is above maximum_mbps, 900.",
    ),
    ({"change": [{"from": date(2026, 6, 1), "technology": "hfc"}]}, "change[1].technology: unknown key."),
]


@pytest.mark.parametrize(("mistake", "sentence"), MISTAKES, ids=lambda value: value if isinstance(value, str) else "")
def test_each_mistake_has_its_place_and_its_mend(mistake: dict[str, Any], sentence: str) -> None:
    told = problems(tables(**mistake))
    assert any(problem.startswith(sentence) for problem in told), told


@pytest.mark.parametrize("name", ["line", "download"])
def test_a_missing_table_is_one_problem(name: str) -> None:
    assert len(problems(tables(**{name: None}))) == 1


def test_all_problems_are_reported_together() -> None:
    told = problems(tables(downlod={}, technology="dsl", price__monthly_eur=39.99, line__timezone="Lisbon"))
    assert len(told) == 4


def test_a_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "contract.toml"
    file.write_text(EXAMPLE, encoding="utf-8")
    assert load(file) == parse(tables())


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b'operator = "NOS\n', "line 1, column 16: it is not TOML"),
        (b"operator = \n", "it is not TOML"),
        (b'operator = "\xff"\n', "it is not UTF-8 text. Save it again as UTF-8."),
        (b"", "operator: missing"),
    ],
)
def test_a_broken_file_says_where(tmp_path: Path, content: bytes, told: str) -> None:
    file = tmp_path / "contract.toml"
    file.write_bytes(content)
    with pytest.raises(ContractError) as refused:
        load(file)
    assert str(refused.value).startswith(f"{file} cannot be used:")
    assert told in str(refused.value)


def test_no_file_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match=r"there is no such file\. Make one with: prova contract new"):
        load(tmp_path / "contract.toml")


def test_a_folder_is_no_contract(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match="it cannot be read"):
        load(tmp_path)
