"""Pure. Findings in words: figures as people read them, put into the sentences of `profiles/`.

Portuguese and English always carry the same figures. What is claimed as *less than* is rounded up, what is claimed as
*more than* down, so that rounding never adds to a claim. Knows nothing of how a figure was found.
"""

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo

from analysis.finding import Sentence
from probe.units import BPS_PER_MBPS

_FILES = (
    "sentences.toml",
    "sentences-bundle.toml",
    "sentences-congestion.toml",
    "sentences-dossier.toml",
    "sentences-due.toml",
    "sentences-event.toml",
    "sentences-extract.toml",
    "sentences-fleet.toml",
    "sentences-letter.toml",
    "sentences-names.toml",
    "sentences-outage.toml",
    "sentences-reason.toml",
    "sentences-service.toml",
    "sentences-tell.toml",
    "sentences-treatment.toml",
)
_SECONDS_TOLD_BELOW_S = 600
_MONTHS_PT = (
    "janeiro", "fevereiro", "março", "abril", "maio", "junho",
    "julho", "agosto", "setembro", "outubro", "novembro", "dezembro",
)  # fmt: skip
_MONTHS_EN = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    """A part of a sentence in both languages."""

    pt: str
    en: str


def sentence(key: str, **parts: Said | str) -> Sentence:
    """The sentence `key`, filled in. Raises KeyError for an unknown key or a part that is missing."""
    said = say(key, **parts)
    return Sentence(pt=said.pt, en=said.en)


def say(key: str, **parts: Said | str) -> Said:
    """The entry `key` of the sentences, filled in. Raises KeyError as `sentence` does."""
    entry = _sentences()[key]
    return Said(
        pt=entry["pt"].format_map({name: part if isinstance(part, str) else part.pt for name, part in parts.items()}),
        en=entry["en"].format_map({name: part if isinstance(part, str) else part.en for name, part in parts.items()}),
    )


def reason(name: str) -> Said:
    """A reason (`finding.Reason`) in words; one that is not known here is told as it is."""
    key = f"reason.{name}"
    return say(key) if key in _sentences() else Said(pt=name.replace("_", " "), en=name.replace("_", " "))


def count(key: str, n: int, **parts: Said | str) -> Said:
    """`n` of something, in the right number: `count.<key>.one` or `.other`."""
    return say(f"count.{key}.{'one' if n == 1 else 'other'}", n=str(n), **parts)


def speed(bps: float) -> Said:
    """Mbit/s, cut (never rounded up) to one decimal, to two below 10 Mbit/s; whole numbers without decimals.

    >>> speed(94_360_000)
    Said(pt='94,3 Mbit/s', en='94.3 Mbit/s')
    """
    digits = 1 if bps >= 10 * BPS_PER_MBPS else 2
    cut = math.floor(bps / 10 ** (6 - digits))
    return _decimal(f"{cut / 10**digits:.{digits}f}", " Mbit/s")


def percent(share: float, *, up: bool = False) -> Said:
    """A share in percent with one decimal, cut; or raised, where it bounds from above.

    >>> percent(0.8829), percent(0.11735, up=True), percent(0.05)
    (Said(pt='88,2 %', en='88.2 %'), Said(pt='11,8 %', en='11.8 %'), Said(pt='5 %', en='5 %'))
    """
    tenths = round(share * 1000, 6)  # without the last bits of a binary fraction
    return _decimal(f"{(math.ceil(tenths) if up else math.floor(tenths)) / 10:.1f}", " %")


def stretch(seconds: float, *, up: bool = False) -> str:
    """Elapsed time in hours and minutes, below ten minutes in minutes and seconds; the rest is cut, or raised.

    >>> stretch(10138.9, up=True), stretch(3600), stretch(900), stretch(95.4), stretch(45)
    ('2 h 49 min', '1 h', '15 min', '1 min 35 s', '45 s')
    """
    cut = math.ceil if up else math.floor
    whole_s = cut(round(seconds, 6))  # without the last bits of a binary fraction
    if whole_s < _SECONDS_TOLD_BELOW_S:
        return _two(whole_s, "min", "s")
    return _two(cut(whole_s / 60), "h", "min")


def day(on: date) -> Said:
    """A date in full.

    >>> day(date(2026, 3, 1))
    Said(pt='1 de março de 2026', en='1 March 2026')
    """
    return Said(
        pt=f"{on.day} de {_MONTHS_PT[on.month - 1]} de {on.year}", en=f"{on.day} {_MONTHS_EN[on.month - 1]} {on.year}"
    )


def moment(at: datetime, zone: ZoneInfo) -> Said:
    """Local time of day to the minute, with its preposition; with its offset in an hour that a clock change repeats.

    >>> moment(datetime.fromisoformat("2026-11-21T01:30Z"), ZoneInfo("Europe/Lisbon"))
    Said(pt='à 01:30', en='at 01:30')
    """
    local = at.astimezone(zone)
    repeated = local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset()
    told = f"{local:%H:%M}" + (f" (UTC{_offset(local.utcoffset())})" if repeated else "")
    return Said(pt=f"{'à' if local.hour == 1 else 'às'} {told}", en=f"at {told}")


def instant(at: datetime, zone: ZoneInfo) -> Said:
    """A day and a local time of day, after a preposition.

    >>> instant(datetime.fromisoformat("2026-11-21T17:30Z"), ZoneInfo("Europe/Lisbon"))
    Said(pt='21 de novembro de 2026, às 17:30', en='21 November 2026, at 17:30')
    """
    on, time = day(at.astimezone(zone).date()), moment(at, zone)
    return Said(pt=f"{on.pt}, {time.pt}", en=f"{on.en}, {time.en}")


def euros(amount: Decimal) -> Said:
    """Euros and cents, cut to the cent.

    >>> euros(Decimal("12.509"))
    Said(pt='12,50 €', en='EUR 12.50')
    """
    cents = f"{amount.quantize(Decimal('0.01'), ROUND_DOWN)}"
    return Said(pt=f"{cents.replace('.', ',')} €", en=f"EUR {cents}")


def _two(count: int, large: str, small: str) -> str:
    """A count of the small unit, in both; sixty of it are one large."""
    many, few = divmod(count, 60)
    parts = (f"{many} {large}" if many else "", f"{few} {small}" if few or not many else "")
    return " ".join(part for part in parts if part)


def _offset(offset: timedelta | None) -> str:
    hours = (offset or timedelta()) / timedelta(hours=1)
    return f"{hours:+g}"


def _decimal(number: str, unit: str) -> Said:
    short = number.rstrip("0").rstrip(".")
    return Said(pt=short.replace(".", ",") + unit, en=short + unit)


@cache
def _sentences() -> Mapping[str, Mapping[str, str]]:
    """Every entry by its dotted key."""
    folder = resources.files("analysis").joinpath("profiles")
    texts = (folder.joinpath(name).read_text(encoding="utf-8") for name in _FILES)
    return dict(entry for text in texts for entry in _flat("", tomllib.loads(text)))


def _flat(prefix: str, table: Mapping[str, object]) -> list[tuple[str, Mapping[str, str]]]:
    if {"pt", "en"} <= table.keys():
        return [(prefix, {name: str(words) for name, words in table.items()})]
    return [
        entry
        for name, inner in table.items()
        if isinstance(inner, dict)
        for entry in _flat(f"{prefix}.{name}" if prefix else name, inner)
    ]
