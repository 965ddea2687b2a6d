"""Shell. What `prova doctor --security` saw, printed: for people in one language, for machines in both.

Knows nothing of what is looked at.
"""

import json

import click

from prova.exit import Exit
from prova.home import Home
from prova.security import words
from prova.security.look import look
from prova.security.seen import Seen, State

_MARK = {State.SHUT: "✓", State.OPEN: "✗", State.ADVICE: "·"}
_SUM = {
    "en": ("Nothing stands open.", "{count} things stand open."),
    "pt": ("Nada está aberto.", "{count} coisas estão abertas."),
}


def tell(home: Home, lang: str, *, as_json: bool) -> int:
    """Prints all of it. The exit code: usage where something stands open, so that it is mended."""
    seen = tuple(look(home))
    count = sum(one.state is State.OPEN for one in seen)
    if as_json:
        told = {"schema": "prova.doctor-security/1", "open_count": count, "checks": [_table(one) for one in seen]}
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        for one in seen:
            click.echo(_line(one, lang))
        click.echo(_SUM[lang][bool(count)].format(count=count))
    return Exit.USAGE if count else Exit.DONE


def _line(one: Seen, lang: str) -> str:
    found, mend = words.found(one), words.mend(one)
    mended = "" if mend is None else f". {mend.pt if lang == 'pt' else mend.en}"
    return f"{_MARK[one.state]} {one.check}: {found.pt if lang == 'pt' else found.en}{mended}"


def _table(one: Seen) -> dict[str, object]:
    found, mend = words.found(one), words.mend(one)
    return {
        "check": one.check,
        "state": one.state.value,
        "key": one.key,
        "found": {"pt": found.pt, "en": found.en},
        "mend": None if mend is None else {"pt": mend.pt, "en": mend.en},
    }
