"""Shell. Reads the page's words and templates from the package once, and turns a page into HTML.

Everything put into a template is escaped but the drawings, which `svg` has escaped.
"""

from dataclasses import dataclass
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined

from dashboards.web.shown import Page
from dashboards.web.text import Catalogue, parse
from dashboards.web.voice import Voice


@dataclass(frozen=True, slots=True)
class Renderer:
    """The words and the templates, loaded."""

    catalogue: Catalogue
    templates: Environment

    def page(self, page: Page, voice: Voice) -> str:
        """The whole document."""
        return self._render("page.html", page, voice)

    def parts(self, page: Page, voice: Voice) -> str:
        """Only what changes from one moment to the next."""
        return self._render("parts.html", page, voice)

    def _render(self, name: str, page: Page, voice: Voice) -> str:
        return self.templates.get_template(name).render(page=page, say=voice.say)


def load() -> Renderer:
    """Raises what is a mistake of ours: a missing file, a catalogue that is not whole."""
    words = files("dashboards.web").joinpath("text.toml").read_text("utf-8")
    loader = PackageLoader("dashboards.web", "templates")
    templates = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, auto_reload=False)
    return Renderer(parse(words), templates)
