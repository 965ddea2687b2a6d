"""Shell. A package's report as files: JSON, a page and a PDF in each language, and the program that checks them.

From the package's files alone. Holds no judgement.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from importlib.resources import files as resources

from analysis.extract.package.compose import CHECKSUMS, checksums
from analysis.extract.package.file_digest import digest
from analysis.extract.report.package import package
from analysis.extract.report.report import as_json, report
from dashboards.report.content import content
from dashboards.report.page import page
from dashboards.report.paper import paper
from dashboards.report.told import Tongue
from dashboards.web.language import Language

PROGRAM, LINES_PROGRAM = "recompute.py", "recompute_lines.py"
STEM = {Language.PORTUGUESE: "report", Language.ENGLISH: "report.en"}


def reported(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The public package's `files` by path, the report's among them, and checksums of all.

    Raises PackageError, PaperError.
    """
    return _with(files, drawn(files))


def with_program(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The restricted package's, with the program that goes back to its lines."""
    return _with(files, {LINES_PROGRAM: _program(LINES_PROGRAM)})


def _with(files: Mapping[str, bytes], own: Mapping[str, bytes]) -> dict[str, bytes]:
    every = {path: raw for path, raw in {**files, **own}.items() if path != CHECKSUMS}
    sums = checksums({path: digest(raw) for path, raw in every.items()})
    return {**dict(sorted(every.items())), CHECKSUMS: sums}


def _program(name: str) -> bytes:
    return resources("analysis.extract.report").joinpath(name).read_bytes()


def drawn(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The report's files alone. Raises PackageError, PaperError."""
    told = package(files)
    made = report(told)
    # The day after the period's last: the same for the same package.
    at = datetime.combine(told.period.last + timedelta(days=1), time(), UTC)
    found = {"report.json": as_json(made)}
    for language in Language:
        other = next(STEM[one] for one in Language if one is not language)
        own = content(made, Tongue(language))
        found[f"{STEM[language]}.html"] = page(own, f"{other}.html")
        found[f"{STEM[language]}.pdf"] = paper(own, at=at)
    return {**found, PROGRAM: _program(PROGRAM)}
