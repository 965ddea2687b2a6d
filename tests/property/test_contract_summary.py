"""Whatever figures are printed in a contract summary's speed section are read back as printed, or asked about."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.summary.page.advance import guess
from analysis.summary.page.paper import Paper, Piece
from analysis.summary.read import read
from analysis.summary.reading import Confidence

KINDS = ("minimum", "normal", "maximum")
WAYS = ("download", "upload")
WORDS = {
    "pt": {
        "minimum": ("Mínima", "velocidade mínima", "Mín."),
        "normal": ("Normalmente disponível", "velocidade normalmente disponível", "Normal"),
        "maximum": ("Máxima", "velocidade máxima", "Máx."),
        "download": ("Download", "Descarregamento", "download"),
        "upload": ("Upload", "Carregamento", "upload"),
        "of": "de",
        "section": "Velocidades do serviço de Internet e vias de recurso",
        "next": "Preço",
        "price": ("Mensalidade: 39,99 € (IVA incluído)", "Mensalidade: 39.99 € (IVA incluído)", "Mensalidade: 40 €"),
    },
    "en": {
        "minimum": ("Minimum", "minimum speed", "Min."),
        "normal": ("Normally available", "normally available speed", "Normal"),
        "maximum": ("Maximum", "maximum speed", "Max."),
        "download": ("Download", "download", "Downstream"),
        "upload": ("Upload", "upload", "Upstream"),
        "of": "for",
        "section": "Speeds of the internet service and remedies",
        "next": "Price",
        "price": ("Monthly price: €39.99, VAT included", "Monthly price: 39,99 €, VAT included", "Monthly price: €40"),
    },
}
NOISE = {
    "pt": (
        "A velocidade mínima é a que o operador se compromete a assegurar em qualquer momento.",
        "A velocidade normalmente disponível verifica-se em 95 % de cada período de 24 horas.",
        "Pode apresentar reclamação se a velocidade ficar abaixo da velocidade mínima contratada.",
        "A caixa de televisão usa até 25 Mbps por canal.",
        "O router tem Wi-Fi até 1800 Mbps.",
        "As velocidades medem-se por cabo, numa porta de 1 Gbps.",
    ),
    "en": (
        "The minimum speed is what the provider undertakes to give at any time.",
        "The normally available speed is there for 95 % of any period of 24 hours.",
        "You may complain where the speed falls below the minimum speed of the contract.",
        "The television box takes up to 25 Mbps for a channel.",
        "The router has Wi-Fi up to 1800 Mbps.",
        "Speeds are measured by cable, at a port of 1 Gbps.",
    ),
}
MOBILE = {
    "pt": (("Internet móvel",), ("", "Anunciada", "Máxima estimada"), ("Download", "500 Mbps", "310 Mbps")),
    "en": (("Mobile internet",), ("", "Advertised", "Estimated maximum"), ("Download", "500 Mbps", "310 Mbps")),
}
FIXED = {"pt": ("Internet fixa",), "en": ("Fixed internet",)}
_HEADINGS = {words[name] for words in WORDS.values() for name in ("section", "next")}
Row = tuple[str, ...]


@dataclass(frozen=True)
class Manner:
    """How a document prints its numbers."""

    language: str
    decimal: str
    thousands: str
    unit: str
    glue: str

    def number(self, mbps: Decimal) -> str:
        factor = {"G": Decimal("0.001"), "M": Decimal(1), "k": Decimal(1000)}[self.unit[0]]
        whole, _, cents = f"{(mbps * factor).normalize():f}".partition(".")
        grouped = f"{int(whole):,}".replace(",", self.thousands)
        return grouped + (self.decimal + cents if cents else "")

    def speed(self, mbps: Decimal) -> str:
        return self.number(mbps) + self.glue + self.unit


@st.composite
def manners(draw: st.DrawFn) -> Manner:
    decimal = draw(st.sampled_from([",", "."]))
    others = [one for one in ("", " ", "\u00a0", "\u202f", "\u2009", ".", ",", "'") if one != decimal]
    return Manner(
        language=draw(st.sampled_from(["pt", "en"])),
        decimal=decimal,
        thousands=draw(st.sampled_from(others)),
        unit=draw(st.sampled_from(["Mbps", "Mb/s", "Mbit/s", "Gbps", "Gbit/s", "kbps", "kbit/s"])),
        glue=draw(st.sampled_from([" ", "", "\u00a0", "\u202f"])),
    )


_MBPS = st.one_of(
    st.sampled_from([Decimal(n) for n in (1, 10, 24, 30, 100, 200, 250, 400, 500, 940, 1000, 2000, 2500, 10000)]),
    st.decimals(min_value=1, max_value=9999, places=1),
    st.integers(1, 10000).map(Decimal),
)
_PROMISES = st.tuples(_MBPS, _MBPS, _MBPS).map(sorted)


def by_kind(manner: Manner, told: dict[str, Decimal], form: int, of: dict[str, str]) -> Iterator[Row]:
    kinds = KINDS if form % 2 else KINDS[::-1]
    yield ("", *(of[kind] for kind in kinds))
    for way in WAYS:
        yield (of[way], *(manner.speed(told[f"{way}_{kind}"]) for kind in kinds))


def by_way(manner: Manner, told: dict[str, Decimal], form: int, of: dict[str, str]) -> Iterator[Row]:
    ways = WAYS if form % 2 else WAYS[::-1]
    yield ("", *(of[way] for way in ways))
    for kind in KINDS:
        yield (of[kind], *(manner.speed(told[f"{way}_{kind}"]) for way in ways))


def each_alone(manner: Manner, told: dict[str, Decimal], form: int, of: dict[str, str]) -> Iterator[Row]:
    for way in WAYS:
        for kind in KINDS:
            label = f"{of[kind]} {of['of']} {of[way]}"
            value = manner.speed(told[f"{way}_{kind}"])
            yield (label, value) if form % 2 else (f"{label}: {value}",)


def under_ways(manner: Manner, told: dict[str, Decimal], form: int, of: dict[str, str]) -> Iterator[Row]:
    for way in WAYS:
        yield (of[way],)
        for kind in KINDS:
            value = manner.speed(told[f"{way}_{kind}"])
            yield (of[kind], value) if form % 2 else (f"{of[kind]}: {value}",)


def in_a_line(manner: Manner, told: dict[str, Decimal], form: int, of: dict[str, str]) -> Iterator[Row]:
    for one in KINDS if form % 2 else WAYS:
        others = WAYS if form % 2 else KINDS
        pairs = [(other, f"{one}_{other}" if one in WAYS else f"{other}_{one}") for other in others]
        if form % 4 < 2:
            yield (f"{of[one]}: " + ", ".join(f"{of[other]} {manner.speed(told[key])}" for other, key in pairs),)
        else:
            yield (f"{of[one]}: " + ", ".join(f"{manner.speed(told[key])} ({of[other]})" for other, key in pairs),)


def wrapped(manner: Manner, told: dict[str, Decimal], form: int, of: dict[str, str]) -> Iterator[Row]:
    """Labels too long for their column, broken in one of four ways."""
    kind_first = ("{kind}|{of} {way}", "{kind} {of}|{way}", "{kind}|{way}", "{way}|{kind}")[form]
    for way in WAYS:
        for kind in KINDS:
            label = kind_first.format(kind=of[kind], way=of[way], of=of["of"])
            yield (label, manner.speed(told[f"{way}_{kind}"]))


def with_strokes(manner: Manner, told: dict[str, Decimal], form: int, of: dict[str, str]) -> Iterator[Row]:
    for kind in KINDS:
        both = f"{manner.number(told[f'download_{kind}'])}/{manner.speed(told[f'upload_{kind}'])}"
        named = f" {of['of']} {of['download']}/{of['upload']}" if form % 2 else ""
        yield (f"{of[kind]}{named}: {both}",)


LAYOUTS = (by_kind, by_way, each_alone, under_ways, in_a_line, with_strokes, wrapped)


def laid_out(rows: Sequence[Row], tall: float, pitch: float) -> tuple[Piece, ...]:
    """The rows as a table of even columns, a heading's row in larger type.

    A label that a stroke "|" divides is wrapped at it; its value stands at the share `tall` of the label's height.
    """
    pieces = []
    y = 800.0
    for row in rows:
        size = 14.0 if row[0] in _HEADINGS else 10.0
        lines = row[0].split("|")
        for number, line in enumerate(lines):
            if line:
                pieces.append(_piece(40.0, y - 12 * number, size, line))
        height = 12.0 * (len(lines) - 1)
        pieces += [
            _piece(x, y - tall * height, size, text)
            for x, text in zip((340.0, 520.0, 700.0), row[1:], strict=False)
            if text
        ]
        y -= height + pitch
    return tuple(pieces)


def _piece(x: float, y: float, size: float, text: str) -> Piece:
    return Piece(page=1, x=x, end_x=x + guess(text) * size, y=y, size=size, text=text)


@st.composite
def documents(draw: st.DrawFn) -> tuple[tuple[Piece, ...], dict[str, Decimal]]:
    manner = draw(manners())
    words = WORDS[manner.language]
    down, up = draw(_PROMISES), draw(_PROMISES)
    told = {f"download_{kind}": one for kind, one in zip(KINDS, down, strict=True)}
    told |= {f"upload_{kind}": one for kind, one in zip(KINDS, up, strict=True)}
    variant = draw(st.integers(0, 2))
    of = {name: one if isinstance(one, str) else one[variant] for name, one in words.items()}
    layout = draw(st.sampled_from(LAYOUTS))
    rows = list(layout(manner, told, draw(st.integers(0, 3)), of))
    noise = [(line,) for line in draw(st.lists(st.sampled_from(NOISE[manner.language]), max_size=3))]
    cut = draw(st.sampled_from([0, len(noise)]))
    mobile = draw(st.booleans())
    body = [*noise[:cut], *([FIXED[manner.language]] if mobile else []), *rows, *noise[cut:]]
    body += MOBILE[manner.language] if mobile else ()
    price = draw(st.sampled_from(words["price"]))
    whole = ((str(words["section"]),), *body, (str(words["next"]),), (str(price),))
    return laid_out(
        whole, draw(st.sampled_from([0.0, 0.5, 1.0])), draw(st.sampled_from([12.0, 14.0, 20.0, 30.0]))
    ), told


def read_back(pieces: tuple[Piece, ...]) -> dict[str, tuple[object, Confidence]]:
    paper = Paper(name="x.pdf", sha256="0" * 64, page_count=1, pieces=pieces)
    return {item.value: (value.value, value.confidence) for item, value in read(paper).values.items()}


def claim(document: tuple[tuple[Piece, ...], dict[str, Decimal]]) -> None:
    pieces, told = document
    found = read_back(pieces)
    for name, mbps in told.items():
        value, confidence = found.get(f"{name}_mbps", (None, Confidence.OPEN))
        if confidence is not Confidence.OPEN:
            assert value == mbps, (name, confidence, [piece.text for piece in pieces])


@settings(max_examples=100)
@given(documents())
def test_a_printed_speed_is_read_as_it_stands_or_asked_about(
    document: tuple[tuple[Piece, ...], dict[str, Decimal]],
) -> None:
    claim(document)


@pytest.mark.slow
@settings(max_examples=10_000)
@given(documents())
def test_of_ten_thousand_summaries_none_is_read_wrong(document: tuple[tuple[Piece, ...], dict[str, Decimal]]) -> None:
    claim(document)
