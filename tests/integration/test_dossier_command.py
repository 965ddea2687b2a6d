"""`prova dossier` and `prova verify`, as a person and an arbitrator run them."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, cast

import pytest
from pypdf import PdfReader

from probe import wire
from prova.exit import Exit
from tests.golden.case import HERE
from tests.integration.bundle_rig import Bundled, a_bundle

pytestmark = pytest.mark.component("openssl")


def prova(*arguments: str, home: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "prova.main", *arguments],
        env={**os.environ, **({} if home is None else {"PROVA_HOME": str(home)})},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture(scope="module")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> Bundled:
    one = a_bundle(tmp_path_factory.mktemp("dossier") / "one")
    shutil.copy(HERE / "plain_breach" / "contract.toml", one.house.home / "contract.toml")
    return one


def test_a_dossiers_evidence_is_verified_elsewhere(bundled: Bundled, tmp_path: Path) -> None:
    period = ("--from", "2026-11-21", "--to", "2026-11-22")
    made = prova("dossier", *period, "-o", str(tmp_path / "out"), home=bundled.house.home)
    assert made.returncode == Exit.DONE, made.stderr
    thumbprint = bundled.collector.thumbprint()
    assert thumbprint in made.stdout
    bundle = shutil.move(tmp_path / "out" / "evidence.zip", tmp_path / "moved.zip")
    authority = ("--authority", str(bundled.house.home.parent / "authority" / "ca.pem"))
    checked = prova("verify", str(bundle), "--collector", thumbprint, *authority)
    assert checked.returncode == Exit.DONE, checked.stdout
    assert "All of it holds." in checked.stdout
    told = json.loads(prova("verify", str(bundle), "--json").stdout)
    assert (told["schema"], told["holds"], told["batch_count"]) == ("prova.verification/1", True, 8)
    assert told["recomputed_count"] == told["finding_count"] > 0


def test_the_pdf_says_the_same_in_both_languages_and_is_made_for_everyone(bundled: Bundled, tmp_path: Path) -> None:
    period = ("--from", "2026-11-21", "--to", "2026-11-22")
    made = prova("dossier", *period, "-o", str(tmp_path), home=bundled.house.home)
    assert made.returncode == Exit.DONE, made.stderr
    assert (tmp_path / "1-reclamacao-operador.pt.txt").read_text().startswith("RECLAMAÇÃO À NOS")
    texts = {}
    for lang in ("pt", "en"):
        reader = PdfReader(tmp_path / f"dossier.{lang}.pdf")
        catalogue = cast("Any", reader.trailer["/Root"])
        assert catalogue["/MarkInfo"]["/Marked"]
        assert catalogue["/Lang"].startswith(lang)
        told = catalogue["/Metadata"].get_object().get_data().decode()
        assert "<pdfaid:part>2</pdfaid:part>" in told
        assert "<pdfaid:conformance>A</pdfaid:conformance>" in told
        assert "<pdfuaid:part>1</pdfuaid:part>" in told
        texts[lang] = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    assert texts["en"].index("In short") < texts["en"].index("The contract") < texts["en"].index("How to check")
    assert "not certified by the regulator" in texts["en"]
    assert "Não são certificadas pelo regulador" in texts["pt"]
    sha256 = wire.sha256((tmp_path / "evidence.zip").read_bytes())
    assert all(sha256 in text.replace(" ", "") for text in texts.values())


def test_a_changed_bundle_ends_with_3_in_either_language(bundled: Bundled, tmp_path: Path) -> None:
    data = bytearray(bundled.made.data)
    data[len(data) // 2] ^= 1
    changed = tmp_path / "changed.zip"
    changed.write_bytes(data)
    for lang, words in (("en", "This bundle is not what was signed"), ("pt", "Este pacote não é o que foi assinado")):
        checked = prova("verify", str(changed), "--lang", lang)
        assert checked.returncode == Exit.EVIDENCE
        assert words in checked.stdout


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("verify", "none.zip"), "none.zip cannot be read"),
        (("verify", __file__, "--authority", __file__), "Name a file with certificates in PEM form"),
        (("dossier", "--from", "2026-11-22", "--to", "2026-11-22", "-o", "x"), "must be later than"),
    ],
)
def test_what_makes_no_sense_is_one_sentence(arguments: tuple[str, ...], sentence: str, bundled: Bundled) -> None:
    ended = prova(*arguments, home=bundled.house.home)
    assert ended.returncode == Exit.USAGE
    assert sentence in ended.stderr
    assert "Traceback" not in ended.stderr


def test_without_a_collector_there_is_nothing_to_sign_with(tmp_path: Path) -> None:
    shutil.copy(HERE / "plain_breach" / "contract.toml", tmp_path / "contract.toml")
    wanted = ("--from", "2026-11-21", "--to", "2026-11-22", "-o", str(tmp_path / "out"))
    ended = prova("dossier", *wanted, home=tmp_path)
    assert ended.returncode == Exit.USAGE
    assert "prova up" in ended.stderr
    assert not (tmp_path / "out").exists()
