"""Prices, days, names and networks out of a contract summary's lines."""

import pytest

from analysis.summary.duration import bound, dates
from analysis.summary.number import Style
from analysis.summary.page.line import Line
from analysis.summary.party import parties, technologies
from analysis.summary.price import prices
from analysis.summary.reading import Candidate
from tests.unit.analysis.summary_lines import lines

STYLE = Style(",", portuguese=True)
Told = dict[str, tuple[str, str]]


def told(candidates: list[Candidate]) -> Told:
    return {one.item.value: (str(one.value), one.confidence.value) for one in candidates}


def priced(*rows: str) -> Told:
    return told(list(prices(lines(*rows), STYLE)))


def dated(*rows: str, portuguese: bool = True) -> Told:
    return told(list(dates(lines(*rows), portuguese=portuguese)))


@pytest.mark.parametrize(
    "row",
    [
        "Mensalidade: 39,99 €, IVA incluído",
        "Preço: 39,99 €/mês (IVA incluído)",
        "Preço mensal com IVA | 39,99 €",
        "39,99 euros por mês com IVA incluído",
        "Monthly price: EUR 39.99, VAT included",
    ],
)
def test_a_price_a_month_with_vat_is_certain(row: str) -> None:
    assert priced(row) == {"monthly_eur": ("39.99", "certain")}


@pytest.mark.parametrize(
    ("row", "confidence"),
    [
        ("Mensalidade: 32,51 € + IVA", "open"),
        ("Mensalidade: 39,99 €", "likely"),
        ("Mensalidade: 39,99 € (IVA incluído) com desconto de fatura eletrónica", "likely"),
    ],
)
def test_a_price_that_leaves_a_question_is_asked_about(row: str, confidence: str) -> None:
    assert priced(row)["monthly_eur"][1] == confidence


@pytest.mark.parametrize(
    "row",
    [
        "Taxa de instalação: 50,00 € por mês de atraso, IVA incluído. Ativação: 20,00 €",
        "Mensalidade de box adicional: 3,00 € (IVA incluído). Ativação: 20,00 €",
        "Penalização por rescisão: 10,00 € por mês (IVA incluído). Ativação: 20,00 €",
        "Televisão: mensalidade | 20,00 € (IVA incluído) | 30,00 €",
    ],
)
def test_what_is_paid_for_something_else_is_no_monthly_price(row: str) -> None:
    assert "monthly_eur" not in priced(row)


def test_the_day_of_payment_is_not_surely_the_day_of_the_invoice() -> None:
    assert priced("A fatura é emitida no dia 5 de cada mês")["billing_day"] == ("5", "certain")
    assert priced("A fatura deve ser paga até ao dia 20 de cada mês")["billing_day"] == ("20", "likely")


@pytest.mark.parametrize(
    ("row", "item", "day"),
    [
        ("Data: 15/01/2026", "dated", "2026-01-15"),
        ("Data | 15-01-2026", "dated", "2026-01-15"),
        ("Emitido em 15 de janeiro de 2026", "dated", "2026-01-15"),
        ("Dated 15th January 2026", "dated", "2026-01-15"),
        ("Data de ativação: 20.01.2026", "activation_on", "2026-01-20"),
        ("Início do contrato: 2026-02-01", "starts_on", "2026-02-01"),
    ],
)
def test_a_day_is_what_its_own_words_call_it(row: str, item: str, day: str) -> None:
    assert dated(row) == {item: (day, "certain")}


@pytest.mark.parametrize(
    "row",
    [
        "Data de nascimento: 15/01/1980",
        "Promoção válida até 31/12/2026",
        "Data: 31/02/2026",
        "Regulamento de 17/12/2019",
    ],
)
def test_other_days_are_left_alone(row: str) -> None:
    assert dated(row) == {}


def test_day_and_month_that_may_be_the_other_way_round_are_open() -> None:
    assert dated("Date: 03/04/2026", portuguese=False)["dated"][1] == "open"
    assert dated("Data: 03/04/2026")["dated"] == ("2026-04-03", "certain")


@pytest.mark.parametrize(
    ("row", "months"),
    [
        ("Período de fidelização: 24 meses", ("24", "certain")),
        ("Minimum contract period of 12 months", ("12", "certain")),
        ("Contrato sem fidelização", ("0", "certain")),
        ("Duração: 24 meses", ("24", "likely")),
    ],
)
def test_how_long_one_is_bound_is_not_how_long_the_contract_lasts(row: str, months: tuple[str, str]) -> None:
    assert told(list(bound(lines(row)))) == {"lock_in_months": months}


def who(*rows: str) -> Told:
    return told(list(parties(lines(*rows), ())))


def test_names_stand_behind_their_labels() -> None:
    found = who("Prestador de serviços: Exemplo, S.A.", "Serviço | Fibra Mil")
    assert found == {"operator": ("Exemplo, S.A.", "certain"), "service": ("Fibra Mil", "certain")}


def test_without_labels_names_are_likely_and_prose_is_none() -> None:
    found = who("Resumo do contrato", "Exemplo Comunicações, S.A.", "Internet Fibra 1000")
    assert found == {"operator": ("Exemplo Comunicações", "likely"), "service": ("Internet Fibra 1000", "likely")}
    assert who("Operador compromete-se a prestar o serviço") == {}


@pytest.mark.parametrize(
    ("row", "technology"),
    [
        ("Tecnologia: FTTH", ("ftth", "certain")),
        ("Tecnologia: rede híbrida HFC", ("hfc", "certain")),
        ("Internet por cabo coaxial", ("hfc", "likely")),
        ("Technology: fixed wireless access", ("fwa", "certain")),
        ("Fibra 1000", ("ftth", "likely")),
    ],
)
def test_the_network_is_certain_where_it_is_called_so(row: str, technology: tuple[str, str]) -> None:
    assert told(list(technologies(lines(row)))) == {"technology": technology}


def test_an_ethernet_cable_is_no_cable_network() -> None:
    found: list[Line] = lines("Um router e um cabo de rede Ethernet")
    assert list(technologies(found)) == []
