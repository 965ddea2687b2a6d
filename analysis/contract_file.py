"""Pure. `contract.toml` as a Contract: strict, with every problem reported at once and how to mend it.

`parse` takes the file's tables; `load` alone touches the disk. Knows nothing of what a rule makes of a contract.
"""

import re
import tomllib
import zoneinfo
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from analysis.contract import Contract, Document, Line, Note, Price, Region, Speeds, Technology, Terms
from analysis.contract_table import Problem, Table
from analysis.profile import load as load_profile
from analysis.profile import names as profile_names
from analysis.wording import Said, say, speed
from probe.body.speed_test import Direction
from probe.record import check_name
from probe.units import mbps_of_bps

_TOP = (
    "operator", "service", "technology", "dated", "profile", "line", "download", "upload", "price", "change",
    "document",
)  # fmt: skip
_CHANGE = ("from", "service", "download", "upload", "price")
_SPEEDS = ("maximum_mbps", "normal_mbps", "minimum_mbps")
_PRICE = ("monthly_eur", "internet_share_eur", "billing_day")
_DOCUMENT = ("file", "sha256", "pages")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_AT = re.compile(r"(.*) \(at (.*)\)")


class ContractError(ValueError):
    """The contract file cannot be used. `problems` is never empty; the text has them all, one a line."""

    def __init__(self, problems: Sequence[Problem], source: str = "") -> None:
        self.problems = tuple(problems)
        what = f"{source or 'The contract'} cannot be used"
        super().__init__("\n  ".join([f"{what}:", *map(str, self.problems)]))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draft:
    """Terms as read so far; None for what is absent or could not be read."""

    from_on: date | None = None
    service: str | None = None
    download: Mapping[str, int | None]
    upload: Mapping[str, int | None]
    price: Price | None = None


def load(path: Path) -> Contract:
    """The contract in the file at `path`. Raises ContractError."""
    try:
        return parse(tomllib.loads(path.read_text(encoding="utf-8")))
    except ContractError as error:
        raise ContractError(error.problems, str(path)) from error
    except (OSError, ValueError) as error:
        raise ContractError([_unreadable(path, error)], str(path)) from error


def parse(mapping: Mapping[str, Any]) -> Contract:
    """The contract in the tables of a contract file. Raises ContractError with every problem there is."""
    problems: list[Problem] = []
    root = Table("", mapping, problems)
    root.allow(_TOP)
    operator = root.text("operator", needed=True, example="NOS")
    technology = root.word("technology", Technology)
    profile = _profile(root)
    line = _line(root.table("line", needed=True))
    drafts = _drafts(root)
    document = _document(root.table("document")) if root.has("document") else None
    if problems or operator is None or technology is None or profile is None or line is None:
        raise ContractError(problems)
    terms = tuple(_terms(draft) for draft in drafts)
    return Contract(
        operator=operator,
        technology=technology,
        profile=profile,
        line=line,
        terms=terms,
        notes=tuple(_notes(technology, profile, terms)),
        document=document,
    )


def template() -> str:
    """A contract file to fill in, in Portuguese and English. It parses as it is."""
    return resources.files("analysis").joinpath("contract_template.toml").read_text(encoding="utf-8")


def _unreadable(path: Path, error: Exception) -> Problem:
    if isinstance(error, FileNotFoundError):
        return Problem(str(path), "there is no such file", f"Make one with: prova contract new {path}")
    if isinstance(error, OSError):
        return Problem(
            str(path), f"it cannot be read ({error.strerror})", "Look after its rights, or name another file"
        )
    if isinstance(error, UnicodeDecodeError):
        return Problem(str(path), "it is not UTF-8 text", "Save it again as UTF-8")
    told = _AT.fullmatch(str(error))
    what, where = (told[1], told[2]) if told else (str(error), str(path))
    return Problem(where, f"it is not TOML: {what}", "Mend that line; `prova contract new` shows how a file looks")


def _profile(root: Table) -> str | None:
    name = root.text("profile", needed=True, example="pt-nos")
    if name is not None and name not in profile_names():
        root.note("profile", f"{name!r} is not known", f"Write one of: {', '.join(profile_names())}")
        return None
    return name


def _line(table: Table) -> Line | None:
    table.allow(("id", "timezone", "municipality", "region"))
    line_id = table.text("id", needed=True, example="casa")
    if line_id is not None:
        try:
            check_name("id", line_id)
        except ValueError as error:
            table.note("id", str(error), 'Write for example id = "casa"')
    zone = _zone(table)
    municipality = table.text("municipality", example="Lisboa")
    region = table.word("region", Region, default=Region.MAINLAND)
    if line_id is None or zone is None or region is None:
        return None
    return Line(id=line_id, zone=zone, municipality=municipality, region=region)


def _document(table: Table) -> Document | None:
    table.allow(_DOCUMENT)
    file = table.text("file", needed=True, example="CST.pdf")
    sha256 = table.text("sha256", needed=True, example="0" * 64)
    if sha256 is not None and not _SHA256.fullmatch(sha256):
        table.note("sha256", f"{sha256!r} is no SHA-256", "Write its 64 digits, as sha256sum tells them")
    pages = table.whole("pages", low=1, high=10_000)
    return None if file is None or sha256 is None else Document(file=file, sha256=sha256, page_count=pages)


def _zone(table: Table) -> zoneinfo.ZoneInfo | None:
    name = table.text("timezone", needed=True, example="Europe/Lisbon")
    if name is None:
        return None
    known = _zones()
    if name in known:
        return zoneinfo.ZoneInfo(name)
    near = get_close_matches(name, sorted(known), n=1)
    meant = near[0] if near else "Europe/Lisbon"
    table.note("timezone", f"{name!r} is not a time zone", f'Write for example timezone = "{meant}"')
    return None


@cache
def _zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())  # a walk over hundreds of files


def _drafts(root: Table) -> list[_Draft]:
    """The first terms and those after each change, sorted by date."""
    first = _draft(root, _Draft(download={}, upload={}), root.day("dated"), needed=True)
    drafts, days = [first], {first.from_on}
    changes = [(table, table.day("from")) for table in root.tables("change")]
    for table, from_on in sorted(changes, key=lambda one: one[1] or date.min):
        table.allow(_CHANGE)
        if not any(table.has(key) for key in _CHANGE[1:]):
            table.note("", "it changes nothing", f"Add what changed: one of {', '.join(_CHANGE[1:])}")
        if from_on is not None and first.from_on is not None and from_on <= first.from_on:
            table.note(
                "from", f"{from_on} is not after dated = {first.from_on}", "Write the day the change took effect"
            )
        elif from_on is not None and from_on in days:
            table.note("from", f"{from_on} stands in another change too", "Join the two")
        days.add(from_on)
        drafts.append(_draft(table, drafts[-1], from_on, needed=False))
    return drafts


def _draft(table: Table, before: _Draft, from_on: date | None, *, needed: bool) -> _Draft:
    """The terms in `table`; what it does not say is as `before`."""
    service = table.text("service", needed=needed, example="Fibra 1000")
    return _Draft(
        from_on=from_on,
        service=service if table.has("service") else before.service,
        download=_speeds(table.table("download", needed=needed), before.download),
        upload=_speeds(table.table("upload", needed=needed), before.upload),
        price=_price(table.table("price"), before.price) if table.has("price") else before.price,
    )


def _speeds(table: Table, before: Mapping[str, int | None]) -> Mapping[str, int | None]:
    table.allow(_SPEEDS)
    needed = () if before else _SPEEDS[:1]
    told = {key: table.mbps(key, needed=key in needed) for key in _SPEEDS if table.has(key) or key in needed}
    speeds = {**before, **told}
    maximum, normal, minimum = (speeds.get(key) for key in _SPEEDS)
    if maximum is not None and normal is not None and normal > maximum:
        above = f"{mbps_of_bps(normal):g} is above maximum_mbps, {mbps_of_bps(maximum):g}"
        table.note("normal_mbps", above, "Look it up in the contract summary; the maximum is highest")
    ceiling, name = (normal, "normal_mbps") if normal is not None else (maximum, "maximum_mbps")
    if ceiling is not None and minimum is not None and minimum > ceiling:
        above = f"{mbps_of_bps(minimum):g} is above {name}, {mbps_of_bps(ceiling):g}"
        table.note("minimum_mbps", above, "Look it up in the contract summary; the minimum is lowest")
    return speeds


def _price(table: Table, before: Price | None) -> Price | None:
    table.allow(_PRICE)
    monthly = table.euros("monthly_eur", needed=before is None)
    share = table.euros("internet_share_eur")
    billing_day = table.whole("billing_day", low=1, high=31)
    if before is not None:
        monthly = monthly if table.has("monthly_eur") else before.monthly_eur
        share = share if table.has("internet_share_eur") else before.internet_share_eur
        billing_day = billing_day if table.has("billing_day") else before.billing_day
    if monthly is None:
        return None
    if share is not None and share > monthly:
        table.note("internet_share_eur", "it is above monthly_eur", "Write the share of the internet access alone")
    return Price(monthly_eur=monthly, internet_share_eur=share, billing_day=billing_day)


def _terms(draft: _Draft) -> Terms:
    assert draft.from_on is not None
    assert draft.service is not None
    return Terms(
        from_on=draft.from_on,
        service=draft.service,
        download=_promise(draft.download),
        upload=_promise(draft.upload),
        price=draft.price,
    )


def _promise(speeds: Mapping[str, int | None]) -> Speeds:
    maximum, normal, minimum = (speeds.get(key) for key in _SPEEDS)
    assert maximum is not None
    return Speeds(maximum_bps=maximum, normal_bps=normal, minimum_bps=minimum)


def _notes(technology: Technology, profile: str, terms: Sequence[Terms]) -> Iterator[Note]:
    if technology is Technology.FWA:
        yield _note("technology", say("note.fixed_wireless"))
        return
    rule = next((rule for rule in load_profile(profile).rules if "equals_maximum" in rule.parameters), None)
    for one in terms if rule is not None else ():
        for direction in Direction:
            speeds = one.speeds(direction)
            if speeds.normal_bps is not None and speeds.normal_bps != speeds.maximum_bps:
                yield _note(
                    f"{one.from_on} {direction.value}",
                    say(
                        "note.normal_is_not_maximum",
                        direction=direction.value,
                        normal=speed(speeds.normal_bps),
                        maximum=speed(speeds.maximum_bps),
                    ),
                )


def _note(where: str, said: Said) -> Note:
    return Note(where, said.pt, said.en)
