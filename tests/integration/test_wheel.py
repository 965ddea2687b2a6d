"""The wheel: the same bytes wherever and whenever it is built, with every file that the code reads, and it runs."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
UV = ROOT / ".tools" / "bin" / "uv"
ROOMS = ("probe", "collector", "analysis", "dashboards", "prova")

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def tracked() -> list[str]:
    done = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def built(folder: Path, at: float) -> Path:
    """From a copy of what is kept, in a folder and with times of its own."""
    for name in tracked():
        (folder / "tree" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / "tree" / name)
        os.utime(folder / "tree" / name, (at, at))
    env = {**os.environ, "SOURCE_DATE_EPOCH": "1790000000"}
    argv = [str(UV), "build", "--wheel", "--quiet", "--out-dir", str(folder / "out"), str(folder / "tree")]
    subprocess.run(argv, env=env, check=True, timeout=200)
    (wheel,) = (folder / "out").glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("one"), 1_600_000_000)


def test_built_elsewhere_at_another_time_it_is_the_same_to_the_byte(wheel: Path, tmp_path: Path) -> None:
    other = built(tmp_path / "a longer name", 1_700_000_000)
    assert other.name == wheel.name
    assert other.read_bytes() == wheel.read_bytes()


def test_it_holds_every_file_of_the_rooms_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert held == {name for name in tracked() if name.split("/")[0] in ROOMS}


def test_installed_in_an_empty_environment_it_runs(wheel: Path, tmp_path: Path) -> None:
    subprocess.run([UV, "venv", "--quiet", "--python", sys.executable, str(tmp_path / "venv")], check=True, timeout=100)
    python = tmp_path / "venv" / "bin" / "python"
    subprocess.run([UV, "pip", "install", "--quiet", "--python", python, wheel], check=True, timeout=200)
    for words in (["--help"], ["--version"], ["probe", "--help"]):
        argv = [str(tmp_path / "venv" / "bin" / "prova"), *words]
        done = subprocess.run(argv, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        assert done.stdout
