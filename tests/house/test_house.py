"""The house checks itself: rooms, kinds of module, sizes, documentation."""

import ast
import re
import subprocess
import tomllib
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("probe", "collector", "analysis", "dashboards", "prova")
KINDS = ("Vocabulary", "Pure", "Shell")
MODULES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py") if path.name != "__init__.py")
# What a pure module or a vocabulary may not even name: clocks, disks, sockets, processes, tasks, logs, databases.
_IMPURE = {
    "asyncio",
    "logging",
    "multiprocessing",
    "os",
    "random",
    "secrets",
    "select",
    "selectors",
    "shutil",
    "signal",
}
_IMPURE |= {"socket", "sqlite3", "ssl", "subprocess", "tempfile", "threading", "time", "aiomqtt", "uvicorn", "amqtt"}


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


@cache
def kind_of(path: Path) -> str | None:
    first = (ast.get_docstring(parsed(path)) or "").split("\n")[0]
    return next((kind for kind in KINDS if first.startswith(f"{kind}. ")), None)


@cache
def imported(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


@cache
def shells() -> frozenset[str]:
    return frozenset(name_of(path)[:-3].replace("/", ".") for path in MODULES if kind_of(path) == "Shell")


def test_the_rooms_are_the_five_and_no_other() -> None:
    tracked = subprocess.run(["git", "ls-files", "*.py"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    # A site of documents is told how to be built in its own language's file.
    outside = set(tracked.splitlines()) - {"docs/site/conf.py"}
    assert {line.split("/")[0] for line in outside} <= {*ROOMS, "tests", "bench"}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_says_its_kind_in_its_first_line(path: Path) -> None:
    assert kind_of(path), (
        f"{name_of(path)}: begin the docstring with one of {', '.join(KINDS)}, a full stop, and what it is"
    )


@pytest.mark.parametrize("path", [path for path in MODULES if kind_of(path) != "Shell"], ids=name_of)
def test_a_pure_module_names_nothing_impure(path: Path) -> None:
    impure = {name for name in imported(path) if name.split(".")[0] in _IMPURE}
    assert not impure, f"{name_of(path)} is {kind_of(path)} and may not import {', '.join(sorted(impure))}"


@pytest.mark.parametrize("path", [path for path in MODULES if kind_of(path) != "Shell"], ids=name_of)
def test_a_pure_module_imports_no_shell(path: Path) -> None:
    found = imported(path) & shells()
    assert not found, f"{name_of(path)}: {sorted(found)} does input and output"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_files_and_functions_stay_small(path: Path) -> None:
    text = path.read_text()
    assert text.count("\n") <= 400, f"{name_of(path)} has over 400 lines: is it still one noun or one verb?"
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            assert length <= 40, f"{name_of(path)}: {node.name} has {length} lines, over 40"


@pytest.mark.parametrize("path", [path for path in MODULES if kind_of(path) != "Shell"], ids=name_of)
def test_what_is_public_and_pure_is_documented(path: Path) -> None:
    for node in parsed(path).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), f"{name_of(path)}: {node.name} has no docstring"


def test_no_room_has_an_attic() -> None:
    attic = re.compile(r"(common|utils?|helpers?|misc|manager)$")
    assert not [name_of(path) for path in MODULES if attic.search(path.stem)]


@pytest.mark.parametrize("room", ROOMS)
def test_a_folder_holds_at_most_twenty_modules(room: str) -> None:
    for folder in {path.parent for path in MODULES if path.is_relative_to(ROOT / room)}:
        modules = [path for path in folder.glob("*.py") if path.name != "__init__.py"]
        assert len(modules) <= 20, f"{name_of(folder)} holds {len(modules)} modules: divide it"


@pytest.mark.parametrize("room", ROOMS)
def test_the_rooms_readme_names_every_module(room: str) -> None:
    readme = (ROOT / room / "README.md").read_text()
    missing = [name_of(path) for path in MODULES if path.is_relative_to(ROOT / room) and path.name not in readme]
    assert not missing, f"{room}/README.md does not name {', '.join(missing)}"


@pytest.mark.parametrize("room", ROOMS)
def test_an_init_file_holds_one_docstring_and_nothing_else(room: str) -> None:
    for path in (ROOT / room).rglob("__init__.py"):
        assert len(ast.parse(path.read_text()).body) == 1, f"{name_of(path)} does more than say what the room is"


@pytest.mark.parametrize(
    ("contract", "room", "nouns"),
    [
        (
            "Of the probe, later rooms see its nouns alone",
            "probe",
            {"body", "record", "units", "wire", "key", "keyfile"},
        ),
        (
            "Of the collector, later rooms see the envelope and the store alone",
            "collector",
            {"envelope", "store", "schema"},
        ),
    ],
)
def test_a_rooms_machinery_is_forbidden_to_later_rooms_by_name(contract: str, room: str, nouns: set[str]) -> None:
    """import-linter knows only what it is told: a new module must be a noun or stand in the list."""
    told = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    forbidden = next(set(one["forbidden_modules"]) for one in told if one["name"] == contract)
    here = {
        f"{room}.{path.relative_to(ROOT / room).parts[0].removesuffix('.py')}" for path in MODULES if room in path.parts
    }
    assert forbidden == here - {f"{room}.{noun}" for noun in nouns}


def test_the_page_takes_forms_in_one_way_alone() -> None:
    other = re.compile(r"methods=|\.form\(|\.post\(|request\.body\(|\.stream\(")
    form = ROOT / "dashboards" / "web" / "access" / "form.py"
    found = [
        name_of(path) for path in (ROOT / "dashboards").rglob("*.py") if path != form and other.search(path.read_text())
    ]
    assert not found, f"{found}: a page takes a form by form_route alone, which bounds it and asks for its token"
