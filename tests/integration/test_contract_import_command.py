"""`prova contract import`: what is shown, what is asked, what is written; and files that nobody should be sent."""

import json
import sys
import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from analysis.contract import Technology
from analysis.contract_file import load
from analysis.summary.page.drawn import drawn
from analysis.summary.page.extract import SummaryError, ask, extract
from analysis.summary.page.paper import Refusal
from prova.command.contract import command
from prova.exit import CommandError
from tests.plain_pdf import Text, assembled, bomb, locked, pdf

HEAD = [
    (50, 800, 18, "Resumo do Contrato"),
    (50, 770, 10, "Fornecedor: Exemplo Telecomunicações, S.A."),
    (50, 755, 10, "Serviço: Fibra Mil"),
    (50, 740, 10, "Data: 15/01/2026"),
    (50, 710, 13, "Serviços e equipamento"),
    (50, 690, 10, "Tecnologia: FTTH"),
    (50, 660, 13, "Velocidades do serviço de Internet e vias de recurso"),
]
TAIL = [
    (50, 540, 13, "Preço"),
    (50, 520, 10, "Mensalidade: 39,99 € (IVA incluído)"),
    (50, 490, 13, "Duração, renovação e rescisão"),
    (50, 470, 10, "Período de fidelização: 24 meses"),
]


def rows(*lines: tuple[str, ...]) -> list[Text]:
    return [
        (50 + 130 * column, 640 - 20 * row, 10, text)
        for row, line in enumerate(lines)
        for column, text in enumerate(line)
        if text
    ]


TABLE = rows(
    ("", "Mínima", "Normalmente disponível", "Máxima"),
    ("Download", "400 Mbps", "1000 Mbps", "1000 Mbps"),
    ("Upload", "80 Mbps", "200 Mbps", "200 Mbps"),
)
WHOLE = pdf([*HEAD, *TABLE, *TAIL])
TWO_MAXIMA = pdf([*HEAD, *TABLE, *rows((), (), (), ("Velocidade máxima de download: 500 Mbps",)), *TAIL])


def ran(folder: Path, data: bytes, *options: str, answers: str = "") -> Result:
    """The command on a PDF called CST.pdf; the contract file is contract.toml beside it."""
    (folder / "CST.pdf").write_bytes(data)
    arguments = ["import", str(folder / "CST.pdf"), "--output", str(folder / "contract.toml"), *options]
    return CliRunner().invoke(command, arguments, input=answers)


def test_a_certain_summary_becomes_a_contract_file_without_a_question(tmp_path: Path) -> None:
    result = ran(tmp_path, WHOLE, "--yes", "--timezone", "Europe/Lisbon", "--municipality", "Lisboa")
    assert result.exit_code == 0, result.output
    contract = load(tmp_path / "contract.toml")
    terms = contract.terms[0]
    assert (contract.operator, contract.technology) == ("Exemplo Telecomunicações, S.A.", Technology.FTTH)
    assert (terms.from_on, terms.service) == (date(2026, 1, 15), "Fibra Mil")
    assert (terms.download.maximum_bps, terms.upload.minimum_bps) == (10**9, 80 * 10**6)
    assert terms.price is not None
    assert terms.price.monthly_eur == Decimal("39.99")
    assert contract.document is not None
    assert contract.document.sha256 == extract(tmp_path / "CST.pdf").sha256
    assert "Download | 400 Mbps | 1000 Mbps | 1000 Mbps" in result.output


def test_nothing_is_written_before_the_person_agrees(tmp_path: Path) -> None:
    result = ran(tmp_path, WHOLE, "--timezone", "Europe/Lisbon", answers="\nn\n")
    assert result.exit_code == 1
    assert not (tmp_path / "contract.toml").exists()
    result = ran(tmp_path, WHOLE, "--timezone", "Europe/Lisbon", answers="\ny\n")
    assert result.exit_code == 0, result.output
    assert (tmp_path / "contract.toml").exists()


def test_no_answer_at_all_writes_nothing(tmp_path: Path) -> None:
    result = ran(tmp_path, WHOLE)
    assert result.exit_code == 1
    assert not (tmp_path / "contract.toml").exists()


def test_what_does_not_agree_is_asked_about_and_never_taken(tmp_path: Path) -> None:
    result = ran(tmp_path, TWO_MAXIMA, "--yes", "--timezone", "Europe/Lisbon")
    assert isinstance(result.exception, CommandError)
    assert "download_maximum_mbps" in str(result.exception)
    assert not (tmp_path / "contract.toml").exists()
    result = ran(tmp_path, TWO_MAXIMA, "--timezone", "Europe/Lisbon", answers="x\n1000\n\ny\n")
    assert result.exit_code == 0, result.output
    assert "'x' will not do: write Mbit/s above 0" in result.output
    text = (tmp_path / "contract.toml").read_text()
    assert "maximum_mbps = 1000  # as the customer said" in text


def test_what_is_not_found_is_said_and_not_filled_in(tmp_path: Path) -> None:
    without = pdf([*HEAD, *rows(("Velocidade máxima de download: 1000 Mbps",)), *TAIL])
    result = ran(tmp_path, without, "--yes", "--timezone", "Europe/Lisbon")
    assert isinstance(result.exception, CommandError)
    assert "upload_maximum_mbps" in str(result.exception)
    answers = "200\n\n\n\n\n\ny\n"
    result = ran(tmp_path, without, "--timezone", "Europe/Lisbon", answers=answers)
    assert result.exit_code == 0, result.output
    speeds = tomllib.loads((tmp_path / "contract.toml").read_text())
    assert (speeds["download"], speeds["upload"]) == ({"maximum_mbps": 1000}, {"maximum_mbps": 200})


def test_fixed_wireless_has_its_estimated_maximum_and_no_other_speed(tmp_path: Path) -> None:
    top = [one if "FTTH" not in one[3] else (*one[:3], "Tecnologia: acesso fixo sem fios") for one in HEAD]
    lines = rows(
        ("Velocidade máxima estimada de download: 150 Mbps",), ("Velocidade máxima estimada de upload: 30 Mbps",)
    )
    result = ran(tmp_path, pdf([*top, *lines, *TAIL]), "--yes", "--timezone", "Atlantic/Azores", "--region", "azores")
    assert result.exit_code == 0, result.output
    contract = load(tmp_path / "contract.toml")
    assert contract.technology is Technology.FWA
    assert contract.terms[0].download.maximum_bps == 150 * 10**6
    assert contract.terms[0].download.normal_bps is None


def test_a_promotion_becomes_a_change_of_price_on_the_day_after_its_last(tmp_path: Path) -> None:
    price = [
        (50, 520, 10, "Mensalidade promocional: 29,99 € até 31/12/2026; depois: mensalidade 39,99 € (IVA incluído)")
    ]
    tail = [one for one in TAIL if one[1] != 520] + price
    result = ran(tmp_path, pdf([*HEAD, *TABLE, *tail]), "--timezone", "Europe/Lisbon", answers="\n\ny\n")
    assert result.exit_code == 0, result.output
    prices = [terms.price for terms in load(tmp_path / "contract.toml").terms]
    assert [price and price.monthly_eur for price in prices] == [Decimal("29.99"), Decimal("39.99")]
    assert load(tmp_path / "contract.toml").terms[1].from_on == date(2027, 1, 1)


def test_a_file_that_is_there_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "contract.toml").write_text("mine")
    result = ran(tmp_path, WHOLE, "--yes", "--timezone", "Europe/Lisbon")
    assert isinstance(result.exception, CommandError)
    assert (tmp_path / "contract.toml").read_text() == "mine"


def test_json_shows_the_reading_and_writes_nothing(tmp_path: Path) -> None:
    result = ran(tmp_path, TWO_MAXIMA, "--json")
    told = json.loads(result.output)
    assert told["schema"] == "prova.reading/1"
    assert told["values"]["upload_maximum_mbps"]["value"] == "200"
    double = told["values"]["download_maximum_mbps"]
    assert (double["value"], double["confidence"]) == (None, "open")
    assert {one["value"] for one in double["read_from"]} == {"1000", "500"}
    assert "billing_day" in told["not_found"]
    assert not (tmp_path / "contract.toml").exists()


def test_a_document_cannot_command_the_terminal_or_the_file(tmp_path: Path) -> None:
    top = [one if "Serviço:" not in one[3] else (*one[:3], 'Serviço: Fibra "Mil" \x1b[31m # x') for one in HEAD]
    result = ran(tmp_path, pdf([*top, *TABLE, *TAIL]), "--yes", "--timezone", "Europe/Lisbon")
    assert result.exit_code == 0, result.output
    assert "\x1b" not in result.output
    assert load(tmp_path / "contract.toml").terms[0].service == 'Fibra "Mil" [31m # x'


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (b"operator = NOS", Refusal.NOT_PDF),
        (b"", Refusal.NOT_PDF),
        (locked(WHOLE, "segredo"), Refusal.ENCRYPTED),
        (b"%PDF-1.7\n" + WHOLE[2000:2400], Refusal.DAMAGED),
        (assembled([b"q 595 0 0 842 0 0 cm Q"]), Refusal.NO_TEXT),
        (pdf([*HEAD, *TABLE], mode=3), Refusal.NO_TEXT),  # words that a machine guessed behind a picture
        (assembled([b""] * 3000), Refusal.TOO_MANY_PAGES),
        (bomb(6_000_000), Refusal.TOO_MUCH_TEXT),
        (assembled([b"BT ET"]).replace(b"/Kids [4 0 R]", b"/Kids [2 0 R]"), Refusal.DAMAGED),  # in circles
    ],
    ids=["no_pdf", "empty", "locked", "torn", "picture", "invisible", "pages", "text", "circle"],
)
def test_what_gives_no_text_says_why(data: bytes, refusal: Refusal) -> None:
    assert drawn(data) is refusal


@pytest.mark.parametrize(
    ("data", "sentence"),
    [(bomb(200_000_000), "is damaged|more time or memory|more text"), (pdf([*HEAD, *TABLE], mode=3), "it is a scan")],
    ids=["bomb", "scan"],
)
def test_a_file_that_cannot_be_read_is_one_sentence(data: bytes, sentence: str, tmp_path: Path) -> None:
    (tmp_path / "CST.pdf").write_bytes(data)
    with pytest.raises(SummaryError, match=sentence) as refused:
        extract(tmp_path / "CST.pdf")
    assert str(refused.value).startswith(str(tmp_path / "CST.pdf"))
    assert "\n" not in str(refused.value)


def test_a_process_that_takes_too_much_memory_is_refused(tmp_path: Path) -> None:
    hungry = (sys.executable, "-c", "import analysis.summary.page.child as c; c._bound(); bytearray(2**31)")
    assert ask(WHOLE, command=hungry).refusal is Refusal.DAMAGED
    killed = (sys.executable, "-c", "import os; os.kill(os.getpid(), 9)")
    assert ask(WHOLE, command=killed).refusal is Refusal.TOO_HARD
    lying = (sys.executable, "-c", "print('{}x')")
    assert ask(WHOLE, command=lying).refusal is Refusal.DAMAGED


def test_a_file_without_a_password_to_open_it_is_read() -> None:
    assert drawn(locked(WHOLE, "")) == drawn(WHOLE)


def test_no_file_and_a_file_too_large_are_said(tmp_path: Path) -> None:
    with pytest.raises(SummaryError, match="No such file"):
        extract(tmp_path / "CST.pdf")
    with (tmp_path / "CST.pdf").open("wb") as file:
        file.truncate(26 * 2**20)
    with pytest.raises(SummaryError, match="larger than 25 MB"):
        extract(tmp_path / "CST.pdf")
