"""Shell. The documentation as a site: every document of the repository where it stands, linked as it is linked there.

`make docs` builds it with warnings as errors: a link or an anchor that leads nowhere ends the build. It deliberately holds no
page of its own, and nothing that a reader's browser would fetch from elsewhere.
"""

from pathlib import Path

from sphinx.application import Sphinx

ROOT = Path(__file__).parents[2]
ROOMS = ("probe", "collector", "analysis", "dashboards", "prova")

project = "Prova"
author = copyright = "the authors of Prova"  # noqa: A001
root_doc = "README"
extensions = ["myst_parser"]
include_patterns = ["*.md", "*/README.md", "docs/*.md", "docs/decisions/*.md", "docs/privacy/*.md", "probe/WIRE.md"]
exclude_patterns = [".*", ".*/**", "build", "dist", "tests", "bench"]
nitpicky = True
highlight_language = "none"
myst_heading_anchors = 4
html_theme = "alabaster"
html_theme_options = {"description": "Proof of what a line delivers", "page_width": "70rem", "fixed_sidebar": True}
html_sidebars = {"**": ["about.html", "searchfield.html", "navigation.html"]}
html_copy_source = html_show_sphinx = False
templates_path = ["."]
html_additional_pages = {"index": "redirect.html"}

_PARTS = {
    "Using it": ["docs/*.md"],
    "People's data": ["docs/privacy/*.md"],
    "Inside": ["ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"],
    "The rooms": [*(f"{room}/README.md" for room in ROOMS), "probe/WIRE.md"],
    "Decisions": ["docs/decisions/README.md", "docs/decisions/0*.md"],
}


def _contents() -> str:
    """The list of all documents, in parts; what a glob finds is in it without being named."""
    parts = []
    for caption, patterns in _PARTS.items():
        found = [str(path.relative_to(ROOT).with_suffix("")) for glob in patterns for path in sorted(ROOT.glob(glob))]
        names = "\n".join(f"/{name}" for name in found)
        parts.append(f"```{{toctree}}\n:hidden:\n:caption: {caption}\n:maxdepth: 1\n\n{names}\n```")
    return "\n\n".join(parts)


def _add_contents(app: Sphinx, document: str, source: list[str]) -> None:
    """The first page, which knows no site, gets the list of contents as it is read."""
    if document == app.config.root_doc:
        source[0] += f"\n\n{_contents()}\n"


def setup(app: Sphinx) -> None:
    app.connect("source-read", _add_contents)
