"""The record of processing says what is really kept and sent: every column, every field, every file, every document."""

from pathlib import Path

import pytest

from collector.home import CollectorHome
from collector.identity.files import IdentityHome
from probe.identity import ProbeHome
from prova.home import Home
from prova.privacy.document.documents import documents
from prova.privacy.processing import agreement
from prova.privacy.processing.place import holding, places
from prova.privacy.processing.record_file import load
from tests.processing.kept import MAKERS, kept
from tests.processing.sent import sent

ROOT = Path(__file__).parents[2]
RECORD = load()
PLACES = places(RECORD)


def test_the_record_agrees_with_itself() -> None:
    assert agreement.faults(RECORD) == ()


def test_every_stored_column_and_every_sent_field_is_declared_and_nothing_else_is(tmp_path: Path) -> None:
    told = agreement.differences(PLACES, {**kept(tmp_path), **sent()})
    assert not told, "\n".join(told)


def test_every_module_that_makes_a_table_is_walked() -> None:
    rooms = ("probe", "collector", "analysis", "dashboards", "prova")
    found = {
        str(path.relative_to(ROOT))
        for room in rooms
        for path in (ROOT / room).rglob("*.py")
        if "CREATE TABLE" in path.read_text()
    }
    assert found == MAKERS, "a database is not walked by tests/processing/kept.py, or is no longer there"


_TOP = CollectorHome(Path("/home"))


@pytest.mark.parametrize(
    "layout", [Home(_TOP.root), _TOP, IdentityHome(_TOP), ProbeHome(root=_TOP.root)], ids=lambda one: type(one).__name__
)
def test_every_file_of_a_home_has_a_place_in_the_record(layout: object) -> None:
    named = [getattr(layout, name) for name, one in vars(type(layout)).items() if isinstance(one, property)]
    files = [str(one.relative_to(_TOP.root)) for one in named if isinstance(one, Path)]
    missing = [one for one in files if not holding(one, PLACES)]
    assert not missing, f"declare {', '.join(missing)} in prova/privacy/processing/stores-*.toml"


@pytest.mark.parametrize("name", documents(RECORD))
def test_the_documents_are_what_the_record_says(name: str) -> None:
    written = (ROOT / "docs" / "privacy" / name).read_text(encoding="utf-8")
    assert written == documents(RECORD)[name], "write them anew: prova privacy documents -o docs/privacy"


def test_every_document_that_the_record_names_is_there() -> None:
    named = {one.where for one in RECORD.measure.values()} | {one.where for one in RECORD.term.values()}
    assert [one for one in sorted(named) if not (ROOT / one).exists()] == []
