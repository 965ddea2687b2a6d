"""The documentation is a site that builds without a warning, and that takes nothing from elsewhere."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.timeout(600)  # nine seconds alone; CI's machines are shared
_PARTS_OF_A_PAGE = re.compile(r"<(?:script|link|img|iframe)\b[^>]*(?:src|href)=\"([^\"]+)\"")


def built(root: Path, into: Path) -> subprocess.CompletedProcess[str]:
    """What `make docs` does, elsewhere."""
    words = ["-q", "-W", "--keep-going", "-E", "-b", "html", "-c", "docs/site", "-d", str(into / "trees"), "."]
    return subprocess.run(
        [sys.executable, "-m", "sphinx", *words, str(into / "site")],
        cwd=root,
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )


def test_the_site_builds_with_warnings_as_errors_and_takes_nothing_from_elsewhere(tmp_path: Path) -> None:
    done = built(ROOT, tmp_path)
    assert done.returncode == 0, done.stderr
    pages = {str(page.relative_to(tmp_path / "site")) for page in (tmp_path / "site").rglob("*.html")}
    documents = [
        *ROOT.glob("*.md"),
        *(ROOT / "docs").rglob("*.md"),
        ROOT / "probe" / "WIRE.md",
        *ROOT.glob("[a-z]*/README.md"),
    ]
    missing = {str(path.relative_to(ROOT).with_suffix(".html")) for path in documents} - pages
    assert not missing
    foreign = {
        part
        for page in pages
        for part in _PARTS_OF_A_PAGE.findall((tmp_path / "site" / page).read_text())
        if part.startswith(("http:", "https:", "//"))
    }
    assert not foreign


def test_a_link_that_leads_nowhere_ends_the_build(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    shutil.copytree(ROOT / "docs" / "site", tmp_path / "docs" / "site")
    (tmp_path / "docs" / "a.md").write_text("# A part\n")
    (tmp_path / "README.md").write_text(
        "# Product\n\n[right](docs/a.md#a-part), [a](#nothing), [b](docs/nothing.md), [c](docs/a.md#nothing)\n"
    )
    done = built(tmp_path, tmp_path / "built")
    assert done.returncode != 0
    assert done.stderr.count("myst.xref_missing") == 3, done.stderr
