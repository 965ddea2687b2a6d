"""Shell. A report as one HTML file that stands alone: no script, nothing loaded from anywhere.

Reads its template and its style sheets from the package. Everything put into the template is escaped but the drawings,
which `svg` has escaped.
"""

from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from dashboards.report.content import Content, Shown
from dashboards.report.told import Tongue
from dashboards.web.drawing.svg import picture
from dashboards.web.language import Language


def page(content: Content, other: str) -> bytes:
    """`other` is the file with the same in the other language."""
    loader = PackageLoader("dashboards.report", "templates")
    templates = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    tongue = Tongue(Language(content.lang))
    text = templates.get_template("report.html").render(
        lang=content.lang,
        title=content.title,
        publisher=content.publisher,
        software=content.software,
        other=other,
        other_lang=next(one.value for one in Language if one is not tongue.language),
        style=Markup(_style()),  # noqa: S704  our own file
        facts=[{"value": value, "said": said} for value, said in content.facts],
        method=content.method,
        figures=[_figure(one) for one in content.figures],
        say=tongue.word,
    )
    return text.encode()


def _style() -> str:
    own = files("dashboards.report").joinpath("style.css").read_text("utf-8")
    return files("dashboards.web").joinpath("static", "page.css").read_text("utf-8") + own


def _figure(one: Shown) -> dict[str, object]:
    drawing = ""
    if one.drawn is not None:
        height, children = one.drawn.height_px, list(one.drawn.children)
        drawing = picture(one.key, title=one.title, description=one.drawn.alt, height=height, children=children)
    return {
        "key": one.key,
        "title": one.title,
        "about": one.about,
        "picture": Markup(drawing),  # noqa: S704  escaped where it was drawn
        "more": one.more,
        "heads": one.heads,
        "rows": one.rows,
        "source": one.source,
    }
