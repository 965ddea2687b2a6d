"""Contract summaries to print: the template of Impl. Reg. (EU) 2019/2243 in the layouts that operators give it.

Every operator, name and figure is made up. Each `Sheet` knows what a reader must find in it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

HEADINGS = {
    "pt": (
        "Resumo do Contrato",
        "Serviços e equipamento",
        "Velocidades do serviço de Internet e vias de recurso",
        "Preço",
        "Duração, renovação e rescisão",
        "Características para utilizadores finais com deficiência",
        "Outras informações pertinentes",
    ),
    "en": (
        "Contract Summary",
        "Services and equipment",
        "Speeds of the internet service and remedies",
        "Price",
        "Duration, renewal and termination",
        "Features for end-users with disabilities",
        "Other relevant information",
    ),
}
PLAIN = "body{font:10pt sans-serif} td,th{border:1px solid #888;padding:3px 8px;font-size:10pt} h2{font-size:12pt}"
REMEDY = {
    "pt": "Em caso de desconformidade significativa, continuada ou recorrente entre o desempenho real e o indicado no"
    " contrato pode apresentar reclamação, pedir a redução do preço ou resolver o contrato sem encargos.",
    "en": "Where actual performance differs significantly, continuously or regularly from what is stated here you may"
    " complain, ask for a lower price or end the contract without charge.",
}


@dataclass(frozen=True)
class Sheet:
    """A document: its body's HTML and what a reader must find. `asked` are items that it may not be certain of."""

    name: str
    html: str
    found: Mapping[str, str]
    asked: frozenset[str] = frozenset()
    absent: frozenset[str] = frozenset()


def sheet(name: str, language: str, parts: Mapping[str, str], found: Mapping[str, str], **more: Any) -> Sheet:
    """A document with every heading of the template; `parts` has what stands below them, in order."""
    title, *headings = HEADINGS[language]
    css = PLAIN + more.pop("css", "")
    filled = {
        "top": "",
        "services": "",
        "speeds": "",
        "price": "",
        "duration": "",
        "features": "-",
        "other": "-",
        **parts,
    }
    pairs = zip(headings, list(filled.values())[1:], strict=True)
    if more.pop("beside", False):
        rows = "".join(f"<tr><th>{heading}</th><td>{text}</td></tr>" for heading, text in pairs)
        body = f'<table class="whole">{rows}</table>'
    else:
        body = "".join(f"<h2>{heading}</h2>{text}" for heading, text in pairs)
    page = f'<html lang="{language}"><meta charset="utf-8"><style>{css}</style><h1>{title}</h1>{filled["top"]}'
    return Sheet(name=name, html=f'{page}<div class="parts">{body}</div></html>', found=found, **more)


def table(*rows: tuple[str, ...]) -> str:
    head, *others = rows
    cells = "".join(f"<th>{cell}</th>" for cell in head)
    lines = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in others)
    return f"<table><tr>{cells}</tr>{lines}</table>"


def speeds(*mbps: str) -> dict[str, str]:
    """Download maximum, normal, minimum, then upload; "-" for one that is not there."""
    names = (f"{way}_{kind}_mbps" for way in ("download", "upload") for kind in ("maximum", "normal", "minimum"))
    return {name: one for name, one in zip(names, mbps, strict=True) if one != "-"}


GIGA = speeds("1000", "1000", "400", "200", "200", "80")
TOP_PT = "<p>Fornecedor: Exemplo Telecomunicações, S.A.</p><p>Serviço: Fibra Mil</p><p>Data: 15/01/2026</p>"
TOP_EN = "<p>Provider: Example Telecom Ltd</p><p>Service: Fibre Thousand</p><p>Date: 15 January 2026</p>"
WHO_PT = {"operator": "Exemplo Telecomunicações, S.A.", "service": "Fibra Mil", "dated": "2026-01-15"}
WHO_EN = {"operator": "Example Telecom Ltd", "service": "Fibre Thousand", "dated": "2026-01-15"}
SERVICES_PT = "<p>Acesso à Internet fixa. Tecnologia: FTTH. Um router Wi-Fi em comodato.</p>"
SERVICES_EN = "<p>Fixed internet access. Technology: FTTH. One router on loan.</p>"
PRICE_PT = "<p>Mensalidade: 39,99 € (IVA incluído). Ativação: 50,00 €, pagamento único.</p>"
PRICE_EN = "<p>Monthly price: €39.99, VAT included. Activation: €50.00, one-off.</p>"
DURATION_PT = "<p>Período de fidelização: 24 meses. Início do contrato: 1 de fevereiro de 2026.</p>"
DURATION_EN = "<p>Minimum contract period: 24 months. Contract start: 1 February 2026.</p>"
REST_PT = {"technology": "ftth", "monthly_eur": "39.99", "lock_in_months": "24", "starts_on": "2026-02-01"}


def portuguese(name: str, speed_part: str, found: Mapping[str, str], **more: Any) -> Sheet:
    parts = {
        "top": TOP_PT,
        "services": SERVICES_PT,
        "speeds": speed_part + f"<p>{REMEDY['pt']}</p>",
        "price": PRICE_PT,
        "duration": DURATION_PT,
        **more.pop("parts", {}),
    }
    return sheet(name, "pt", parts, {**WHO_PT, **REST_PT, **found}, **more)


def english(name: str, speed_part: str, found: Mapping[str, str], **more: Any) -> Sheet:
    parts = {
        "top": TOP_EN,
        "services": SERVICES_EN,
        "speeds": speed_part + f"<p>{REMEDY['en']}</p>",
        "price": PRICE_EN,
        "duration": DURATION_EN,
        **more.pop("parts", {}),
    }
    return sheet(name, "en", parts, {**WHO_EN, **REST_PT, **found}, **more)


BUNDLE_SERVICES = (
    "<h3>Internet fixa</h3><p>Internet Mil, Tecnologia: FTTH.</p><h3>Televisão</h3><p>200 canais, box 4K, streaming a"
    " 25 Mbps.</p><h3>Internet móvel</h3><p>2 cartões SIM com 20 GB, 5G até 1 Gbps.</p>"
)
MOBILE = table(
    ("", "Anunciada", "Máxima estimada"), ("Download", "1 Gbps", "1 Gbps"), ("Upload", "100 Mbps", "75 Mbps")
)
BY_KIND = table(
    ("", "Mínima", "Normalmente<br>disponível", "Máxima"),
    ("Download", "400 Mbps", "1000 Mbps<sup>1</sup>", "1000<sup>2</sup> Mbps"),
    ("Upload", "80 Mbps", "200 Mbps", "200 Mbps"),
)
SPACE = "&#8239;"
SHEETS = (
    portuguese("table", BY_KIND, GIGA),
    portuguese(
        "turned_table",
        table(
            ("Velocidade", "Descarregamento", "Carregamento"),
            ("Máxima", "1.000 Mbps", "200 Mbps"),
            ("Normalmente disponível", "1.000 Mbps", "200 Mbps"),
            ("Mínima", "400 Mbps", "80 Mbps"),
        ),
        GIGA,
    ),
    portuguese(
        "prose",
        f"<p>A velocidade máxima de download é de 1{SPACE}000 Mb/s e a de upload é de 200 Mb/s; a velocidade"
        f" normalmente disponível é de 1{SPACE}000 Mb/s de download e de 200 Mb/s de upload; a velocidade mínima é de"
        " 400 Mb/s de download e de 80 Mb/s de upload.</p>",
        GIGA,
    ),
    portuguese(
        "list_by_way",
        "<h4>Download</h4><ul><li>Velocidade máxima: 1 Gbps</li><li>Velocidade normalmente disponível: 1 Gbps</li>"
        "<li>Velocidade mínima: 400 Mbps</li></ul><h4>Upload</h4><ul><li>Velocidade máxima: 0,2 Gbps</li>"
        "<li>Velocidade normalmente disponível: 200000 kbps</li><li>Velocidade mínima: 80 Mbps</li></ul>",
        GIGA,
    ),
    portuguese(
        "one_line_each",
        "<p>Velocidade máxima de download/upload: 1000/200 Mbps</p><p>Velocidade normalmente disponível de"
        " download/upload: 1000/200 Mbps</p><p>Velocidade mínima de download/upload: 400/80 Mbps</p>",
        GIGA,
    ),
    portuguese(
        "two_storeys",
        "<table><tr><th colspan=3>Download</th><th colspan=3>Upload</th></tr><tr>"
        + "<th>Mínima</th><th>Normal</th><th>Máxima</th>" * 2
        + "</tr><tr><td>400 Mbps</td><td>1000 Mbps</td><td>1000 Mbps</td><td>80 Mbps</td><td>200 Mbps</td>"
        "<td>200 Mbps</td></tr></table>",
        GIGA,
    ),
    portuguese(
        "bundle",
        "<h3>Internet fixa</h3>" + BY_KIND + "<h3>Internet móvel</h3>" + MOBILE,
        {**GIGA, "internet_share_eur": "24.99", "monthly_eur": "69.99", "billing_day": "5"},
        parts={
            "services": BUNDLE_SERVICES,
            "price": table(
                ("Serviço", "Preço mensal (IVA incluído)"),
                ("Internet fixa", "24,99 €"),
                ("Televisão", "20,00 €"),
                ("Internet móvel", "25,00 €"),
                ("Total do pacote", "69,99 €"),
            )
            + "<p>A fatura é emitida no dia 5 de cada mês.</p>",
        },
        asked=frozenset({"internet_share_eur"}),
        css="h2{break-before:page}",
    ),
    portuguese(
        "bundle_columns",
        table(
            ("", "Internet fixa", "Internet móvel"),
            ("Velocidade máxima de download", "1000 Mbps", "300 Mbps"),
            ("Velocidade máxima de upload", "200 Mbps", "50 Mbps"),
            ("Velocidade normalmente disponível de download", "1000 Mbps", "-"),
            ("Velocidade normalmente disponível de upload", "200 Mbps", "-"),
            ("Velocidade mínima de download", "400 Mbps", "-"),
            ("Velocidade mínima de upload", "80 Mbps", "-"),
        ),
        GIGA,
        asked=frozenset(GIGA),
    ),
    portuguese(
        "fixed_wireless",
        "<p>Velocidade máxima estimada de download: 150 Mbps</p><p>Velocidade máxima estimada de upload: 30,5 Mbps</p>",
        {"download_estimated_mbps": "150", "upload_estimated_mbps": "30.5", "technology": "fwa"},
        parts={"services": "<p>Tecnologia: acesso fixo sem fios (FWA), rede 5G.</p>"},
        absent=frozenset(GIGA),
    ),
    portuguese(
        "shares",
        "<p>Velocidade máxima de download: 1000 Mbps</p><p>Velocidade máxima de upload: 200 Mbps</p><p>Velocidade"
        " normalmente disponível: 100 % da velocidade máxima</p><p>Velocidade mínima: 40 % da velocidade máxima</p>",
        GIGA,
        asked=frozenset(name for name in GIGA if "maximum" not in name),
    ),
    portuguese(
        "side_headings",
        BY_KIND,
        GIGA,
        css=".parts{display:grid;grid-template-columns:170px 1fr} h2{grid-column:1;font-size:10pt;align-self:start}"
        " .parts>*:not(h2){grid-column:2}",
    ),
    portuguese(
        "promotion",
        BY_KIND,
        {**GIGA, "promotion_eur": "29.99", "promotion_last_on": "2026-12-31"},
        parts={
            "price": "<p>Mensalidade promocional: 29,99 € até 31/12/2026; depois: mensalidade 39,99 €."
            " IVA incluído.</p>"
        },
        asked=frozenset({"promotion_last_on"}),
    ),
    english(
        "units_in_the_head",
        table(
            ("Speed (Mbit/s)", "Minimum", "Normally available", "Maximum"),
            ("Download", "400", "1,000", "1,000"),
            ("Upload", "80", "200", "200"),
        ),
        GIGA,
        asked=frozenset({"download_maximum_mbps", "download_normal_mbps"}) - frozenset({"-"}),
    ),
    english(
        "newspaper",
        "<ul><li>Maximum download speed: 1000 Mbit/s</li><li>Normally available download speed: 1000 Mbit/s</li>"
        "<li>Minimum download speed: 400 Mbit/s</li><li>Maximum upload speed: 200 Mbit/s</li><li>Normally available"
        " upload speed: 200 Mbit/s</li><li>Minimum upload speed: 80 Mbit/s</li></ul>",
        GIGA,
        css=".parts{column-count:2}",
    ),
    portuguese(
        "narrow_labels",
        table(
            ("Velocidades contratadas", "Valor"),
            *(
                (f"Velocidade {kind} de {way}", value)
                for kind, *values in (
                    ("máxima", "1000 Mbps", "200 Mbps"),
                    ("normalmente disponível", "1000 Mbps", "200 Mbps"),
                    ("mínima", "400 Mbps", "80 Mbps"),
                )
                for way, value in zip(("download", "upload"), values, strict=True)
            ),
        ),
        GIGA,
        css="td:first-child{width:90px}",
    ),
    portuguese(
        "one_table",
        "",
        GIGA,
        css=".whole{width:100%} .whole>tbody>tr>th{width:140px}",
        beside=True,
        parts={"speeds": BY_KIND + f"<p>{REMEDY['pt']}</p>"},
    ),
    english(
        "estimates",
        "<p>Estimated speed: up to 900 Mbps download / up to 110 Mbps upload (estimate, not a guarantee).</p>",
        {"download_estimated_mbps": "900", "upload_estimated_mbps": "110"},
        absent=frozenset(GIGA),
    ),
    english(
        "rows_of_units",
        table(
            ("", "Minimum", "Normally available", "Maximum", "Advertised"),
            ("Download (Mbit/s)", "400", "1000", "1000", "1000"),
            ("Upload (Mbit/s)", "80", "200", "200", "200"),
        ),
        {**GIGA, "download_advertised_mbps": "1000", "upload_advertised_mbps": "200"},
    ),
    portuguese(
        "raised_cents",
        BY_KIND,
        {**GIGA, "monthly_eur": "39"},  # nothing that is taken: it is asked, and not even offered
        parts={"price": "<p>Mensalidade: 39<sup>99</sup> € (IVA incluído).</p>"},
        asked=frozenset({"monthly_eur"}),
    ),
    portuguese(
        "without_vat",
        BY_KIND,
        {**GIGA, "monthly_eur": "32.51"},
        parts={"price": "<p>Mensalidade: 32,51 € + IVA. Custo de ativação: 50 €.</p>"},
        asked=frozenset({"monthly_eur"}),
    ),
    portuguese(
        "months_of_promotion",
        BY_KIND,
        {**GIGA, "promotion_eur": "29.99", "promotion_months": "12"},
        parts={
            "price": "<p>Mensalidade: 29,99 €/mês nos primeiros 12 meses e 39,99 €/mês nos meses seguintes. Inclui IVA"
            " à taxa em vigor. Desconto de 5 €/mês com fatura eletrónica.</p>"
        },
        asked=frozenset({"promotion_months", "promotion_eur", "monthly_eur"}),
    ),
)
