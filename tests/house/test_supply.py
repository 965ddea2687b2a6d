"""What Prova stands on: locked, hashed, from one index, under licences that allow it, told in a bill of materials."""

import json
import re

import pytest

from tests.supply.lock import ROOT, is_allowed, licence_of, licences, packages
from tests.supply.sbom import sbom

LOCKED = packages()


def test_every_package_comes_from_the_index_with_a_digest_of_each_file() -> None:
    for one in LOCKED:
        assert one["source"] == {"registry": "https://pypi.org/simple"}, one["name"]
        files = [*one.get("wheels", []), *([one["sdist"]] if "sdist" in one else [])]
        assert files, one["name"]
        for file in files:
            assert re.fullmatch(r"sha256:[0-9a-f]{64}", file["hash"]), one["name"]
            assert file["url"].startswith("https://files.pythonhosted.org/"), one["name"]


def test_what_installs_is_pinned_by_digest_too() -> None:
    text = (ROOT / "uv-requirements.txt").read_text()
    assert re.search(r"^uv==[0-9.]+ \\$", text, re.MULTILINE)
    assert "--hash=sha256:" in text
    assert "--require-hashes" in (ROOT / "Makefile").read_text()
    assert "--locked" in (ROOT / "Makefile").read_text()
    assert re.search(r'^requires = \["hatchling==[0-9.]+"\]', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)


def test_every_package_is_under_a_licence_that_is_allowed() -> None:
    told = licences()
    odd = {}
    for one in LOCKED:
        name = one["name"]
        licence = told["told"].get(name) or licence_of(name)
        if name not in told["alone"] and not (licence and is_allowed(licence, told["allowed"])):
            odd[name] = licence
    assert not odd, f"{odd}: look at each licence, then put it into tests/supply/licences.toml with the reason"


def test_no_exception_outlives_its_package() -> None:
    told, names = licences(), {one["name"] for one in LOCKED}
    assert {*told["alone"], *told["told"]} <= names


def test_what_needs_a_reason_of_its_own_is_not_needed_by_a_probe() -> None:
    """What a probe alone installs is under a licence of the list."""
    by_name = {one["name"]: one for one in LOCKED}
    waiting, seen = ["aiomqtt", "click", "cryptography", "msgspec", "platformdirs", "tomli-w"], set()
    while waiting:
        name = waiting.pop()
        if name not in seen and name in by_name:
            seen.add(name)
            waiting += [one["name"] for one in by_name[name].get("dependencies", [])]
    assert not seen & licences()["alone"].keys()
    assert len(seen) < 15


@pytest.fixture(scope="module")
def made() -> bytes:
    return sbom()


def test_the_bill_of_materials_names_each_package_with_digest_and_licence(made: bytes) -> None:
    told = json.loads(made)
    assert (told["bomFormat"], told["specVersion"]) == ("CycloneDX", "1.5")
    versions = {one["name"]: one["version"] for one in LOCKED}
    components = {one["name"]: one for one in told["components"]}
    assert {"aiomqtt", "cryptography", "pyarrow", "starlette", "uvicorn", "amqtt"} <= components.keys()
    assert not {"pytest", "ruff", "moto"} & components.keys()
    for name, one in components.items():
        assert one["purl"] == f"pkg:pypi/{name}@{versions[name]}"
        digests = [digest["alg"] for link in one["externalReferences"] for digest in link["hashes"]]
        assert set(digests) == {"SHA-256"}, name
        assert one["licenses"], name


def test_the_same_lock_gives_the_same_bill(made: bytes) -> None:
    assert sbom() == made
