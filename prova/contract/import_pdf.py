"""Shell. `prova contract import`: a contract summary's PDF shown as it was read, then asked about, then written.

Nothing is written before the person agrees, and nothing that is there is written over.
"""

import json
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from analysis.contract import Region, Technology
from analysis.contract_file import parse
from analysis.profile import names as profile_names
from analysis.summary.draft import Place, Settled, Wanted, certain, draft, from_page, wanted
from analysis.summary.page.extract import extract
from analysis.summary.read import read
from analysis.summary.reading import Confidence, Content, Item, Reading, Value
from analysis.summary.reading_json import plain, reading_json
from analysis.summary.typed import typed
from prova.contract_words import shown
from prova.exit import CommandError
from prova.option import LineName, json_option

_WORDS_SHOWN = 100
_ZONES = "Europe/Lisbon, Atlantic/Madeira or Atlantic/Azores"


@click.command("import")
@click.argument("pdf", type=click.Path(path_type=Path))
@click.option(
    "--output", type=click.Path(path_type=Path), default="contract.toml", show_default=True, help="Never overwritten."
)
@click.option("--yes", is_flag=True, help="Ask nothing: write if every value that is needed is certain, else refuse.")
@click.option("--line", type=LineName(), default="casa", show_default=True, help="Your name for the line.")
@click.option("--timezone", help=f"Where the line is: {_ZONES}. No contract summary says it.")
@click.option("--region", type=click.Choice([one.value for one in Region]), help="Whose regional holidays apply.")
@click.option("--municipality", help="Whose municipal holiday applies.")
@click.option("--profile", type=click.Choice(profile_names()), default="pt-nos", show_default=True, help="Whose rules.")
@json_option
def command(*, pdf: Path, output: Path, yes: bool, as_json: bool, timezone: str | None, **place: Any) -> None:
    """Read a contract summary (CST) as the operator sent it: show what it says, ask what is unsure, write the file."""
    if output.exists() and not as_json:
        raise CommandError(f"{output} is there already. Name another file with --output.")
    reading = read(extract(pdf))
    if as_json:
        click.echo(json.dumps(reading_json(reading), ensure_ascii=False, indent=2))
        return
    _show(reading)
    settled = _certain(reading, timezone) if yes else _asked(reading)
    where = timezone or _ask_text(f"Time zone of the line ({_ZONES})", "Europe/Lisbon")
    text = draft(reading, settled, Place(timezone=where, **place))
    click.echo("\n" + shown(parse(tomllib.loads(text))))
    if not yes:
        click.confirm(f"Write {output}?", abort=True, err=True)
    _write(output, text)
    click.echo(f"Written: {output}. Keep {pdf}: the file knows it by its digest.")
    click.echo(f"Next: prova up --contract {output} --server wss://HOST")


def _show(reading: Reading) -> None:
    """Everything that was read, and what was not found."""
    pages = "1 page" if reading.page_count == 1 else f"{reading.page_count} pages"
    click.echo(f"{reading.name}: {pages}, sha256 {reading.sha256}")
    if not reading.is_summary:
        click.echo("The headings of a contract summary are not there: is it the right document?")
    for item, value in reading.values.items():
        first = value.candidates[0]
        of = "?" if value.value is None else _text(value.value)
        click.echo(f"  {item.value:24} {of:14} {value.confidence}: {value.reason} (page {first.page})")
        for one in value.candidates:
            click.echo(f"{'':28}“{one.words[:_WORDS_SHOWN]}”")
    absent = [item.value for item in Item if item not in reading.values]
    click.echo(f"Not found: {', '.join(absent) or 'nothing'}")
    for page, words in reading.left:
        click.echo(f"Not taken (page {page}): “{words[:_WORDS_SHOWN]}”")


def _certain(reading: Reading, timezone: str | None) -> Settled:
    """Only what is certain. Raises CommandError where that is not enough."""
    settled = certain(reading)
    technology = settled.values.get(Item.TECHNOLOGY)
    asked = (*wanted(None), *(wanted(Technology(str(technology))) if technology else ()))
    missing = [one.item.value for one in asked if one.item not in settled.values and (one.needed or _is_speed(one))]
    missing += [] if timezone else ["the time zone (--timezone)"]
    if missing:
        raise CommandError(f"Not certain: {', '.join(missing)}. Run it again without --yes, and answer.")
    return replace(settled, values=_without_half_promotion(settled.values))


def _is_speed(one: Wanted) -> bool:
    return one.item.value.endswith("_mbps")


def _asked(reading: Reading) -> Settled:
    """What is certain, and the person's own word on the rest."""
    settled = certain(reading)
    values, how = dict(settled.values), dict(settled.how)
    technology = None
    for step in range(2):
        for one in wanted(technology):
            if one.item in values or not (one.usual or one.item in reading.values):
                continue
            _settle(one, reading, values, how)
        if step == 0:
            technology = Technology(str(values[Item.TECHNOLOGY]))
    if Item.PROMOTION in reading.values:
        for item in (Item.PROMOTION, Item.PROMOTION_ENDS):
            if item not in values:
                _settle(Wanted(item, needed=False, usual=False), reading, values, how)
    return Settled(_without_half_promotion(values), how)


def _without_half_promotion(values: Any) -> dict[Item, Content]:
    """A promotion whose price or end is not settled is none: the file would not know when it changes."""
    both = Item.PROMOTION in values and Item.PROMOTION_ENDS in values
    return {item: one for item, one in values.items() if both or item not in (Item.PROMOTION, Item.PROMOTION_ENDS)}


def _settle(one: Wanted, reading: Reading, values: dict[Item, Content], how: dict[Item, str]) -> None:
    """Ask for one value; an empty answer to what is not needed leaves it out."""
    known = reading.values.get(one.item)
    answer = _ask(one, known)
    if answer is None:
        return
    values[one.item] = answer
    as_read = known is not None and known.value == answer
    how[one.item] = f"{from_page(reading, one.item)} (confirmed)" if as_read else "as the customer said"


def _ask(one: Wanted, known: Value | None) -> Content | None:
    default = "" if known is None or known.confidence is Confidence.OPEN else _text(known.value)
    why = "not found" if known is None else known.reason
    leave = "" if one.needed or default else "; Enter leaves it out"
    question = f"{one.item.value} ({why}{leave})"
    while True:
        answer = _ask_text(question, default, needed=one.needed)
        if not answer or (answer == "-" and not one.needed):
            return None
        try:
            return typed(one.item, answer)
        except ValueError:
            click.echo(f"  {answer!r} will not do: {_form(one.item)}.", err=True)


def _ask_text(question: str, default: str, *, needed: bool = True) -> str:
    asked = default or (None if needed else "")
    return str(click.prompt(question, default=asked, show_default=bool(default), err=True)).strip()


def _form(item: Item) -> str:
    if item.value.endswith("_mbps"):
        return "write Mbit/s above 0, for example 1000 or 99.5"
    if item.value.endswith("_eur"):
        return "write euros and cents, for example 39.99"
    if item.value.endswith("_on") or item is Item.DATED:
        return "write a day as 2026-01-31"
    if item is Item.TECHNOLOGY:
        return f"write one of {', '.join(one.value for one in Technology)}"
    return "write a whole number" if item is Item.BILLING_DAY else "write a few words"


def _text(value: Content | None) -> str:
    return str(plain(value))


def _write(output: Path, text: str) -> None:
    try:
        with output.open("x", encoding="utf-8") as made:
            made.write(text)
    except FileExistsError as error:
        raise CommandError(f"{output} is there already. Name another file with --output.") from error
    except OSError as error:
        raise CommandError(f"{output} cannot be written: {error.strerror}. Name another with --output.") from error
