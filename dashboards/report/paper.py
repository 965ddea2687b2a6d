"""Shell. A report as a PDF: tagged, archivable (PDF/A-2a, PDF/UA-1), the same bytes each time.

Laid out by typst with the fonts of its own package, from nothing but what it is given. Holds no words.
"""

import json
from datetime import datetime
from importlib.resources import files
from typing import Any, Literal

from dashboards.report.content import Content, Shown
from dashboards.report.told import Tongue
from dashboards.web.drawing.svg import standalone
from dashboards.web.language import Language

_WIDTH_PX = 620
_STANDARDS: list[Literal["a-2a", "ua-1"]] = ["a-2a", "ua-1"]
_WORDS = ("subtitle", "not_certified", "summary", "method", "contents", "table_of")


class PaperError(Exception):
    """The report cannot be laid out. The text says how to mend it."""


def paper(content: Content, *, at: datetime) -> bytes:
    """Dated `at`. Raises PaperError where typst is missing."""
    try:
        import typst
    except ImportError as error:
        raise PaperError(f"A report needs {error.name}. Install Prova with its part [analysis].") from error
    own = files("dashboards.report")
    data = _data(content, own.joinpath("paper.css").read_text("utf-8"))
    return bytes(
        typst.compile(
            own.joinpath("report.typ").read_bytes(),
            format="pdf",
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            ignore_system_fonts=True,
            pdf_standards=[*_STANDARDS],
            timestamp=int(at.timestamp()),
        )
    )


def _data(content: Content, style: str) -> dict[str, Any]:
    tongue = Tongue(Language(content.lang))
    words = {name: tongue.word(name) for name in _WORDS}
    words["publisher"] = tongue.word("publisher", name=content.publisher) if content.publisher else ""
    return {
        "lang": content.lang,
        "title": content.title,
        "software": tongue.word("made_with", version=content.software),
        "words": words,
        "facts": content.facts,
        "method": content.method,
        "figures": [_figure(one, style) for one in content.figures],
    }


def _figure(one: Shown, style: str) -> dict[str, Any]:
    return {
        "title": one.title,
        "about": one.about,
        "more": one.more,
        "heads": one.heads,
        "rows": one.rows,
        "source": one.source,
        "alt": one.drawn.alt if one.drawn else "",
        "svg": standalone(
            width_px=_WIDTH_PX, height=one.drawn.height_px, style=style, children=list(one.drawn.children)
        )
        if one.drawn
        else "",
    }
