"""Shell. Reads the pages' words and templates from the package once, and turns a sheet into HTML.

Everything put into a template is escaped but the drawings, which `svg` has escaped.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined

from dashboards.web.frame.navigation import navigation
from dashboards.web.frame.shown import Where
from dashboards.web.place import Sheet
from dashboards.web.text import Catalogue, joined, parse
from dashboards.web.voice import Voice


@dataclass(frozen=True, slots=True)
class Renderer:
    """The words and the templates, loaded; `places` are all pages, in the order of their links."""

    catalogue: Catalogue
    templates: Environment
    places: tuple[Where, ...]

    def page(self, sheet: Sheet, voice: Voice, *, signed_in: bool = False) -> str:
        """The whole document; who is `signed_in` finds the way out on it."""
        return self._render("frame.html", sheet, voice, signed_in=signed_in)

    def parts(self, sheet: Sheet, voice: Voice) -> str:
        """Only what changes from one moment to the next."""
        return self._render(_template(sheet), sheet, voice)

    def _render(self, name: str, sheet: Sheet, voice: Voice, *, signed_in: bool = False) -> str:
        pages = navigation(self.places, sheet.frame.where, voice)
        template = self.templates.get_template(name)
        return template.render(
            frame=sheet.frame,
            page=sheet.page,
            pages=pages,
            template=_template(sheet),
            say=voice.say,
            signed_in=signed_in,
        )


def _template(sheet: Sheet) -> str:
    return f"page/{sheet.frame.where.name}.html"


def load(places: Sequence[Where]) -> Renderer:
    """Raises what is a mistake of ours: a missing file, a catalogue that is not whole."""
    loader = PackageLoader("dashboards.web", "templates")
    templates = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, auto_reload=False)
    return Renderer(words(), templates, tuple(places))


def words() -> Catalogue:
    """Every word of every page: the files of `words/` as one catalogue. Raises CatalogueError."""
    written = sorted(files("dashboards.web").joinpath("words").iterdir(), key=lambda file: file.name)
    return joined(parse(file.read_text("utf-8")) for file in written)
