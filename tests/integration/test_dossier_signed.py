"""A dossier signed with a person's certificate: the PDF stays archivable, and `prova verify` says what holds."""

import json
import shutil
from pathlib import Path
from typing import Any, cast

import pytest
from pypdf import PdfReader

from analysis.bundle.layout import REDACTED
from analysis.dossier.sign import Certificate, SignError, sign
from analysis.dossier.signed import NotSignedError, signatures
from collector.proof.authority import ask
from collector.proof.timestamp import certificates
from prova.exit import Exit
from tests.golden.case import HERE
from tests.integration.authority_rig import an_authority
from tests.integration.bundle_rig import Bundled, a_bundle
from tests.integration.certificate_rig import PASSPHRASE, a_person
from tests.integration.test_dossier_command import prova
from tests.plain_pdf import pdf

pytestmark = pytest.mark.component("openssl")
PERIOD = ("--from", "2026-11-21", "--to", "2026-11-22")


@pytest.fixture(scope="module")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> Bundled:
    one = a_bundle(tmp_path_factory.mktemp("signed") / "one")
    shutil.copy(HERE / "plain_breach" / "contract.toml", one.house.home / "contract.toml")
    return one


@pytest.mark.slow
def test_a_signed_dossier_is_stamped_still_archivable_and_checked(bundled: Bundled, tmp_path: Path) -> None:
    person = a_person()
    (tmp_path / "own.p12").write_bytes(person.pkcs12)
    (tmp_path / "passphrase").write_bytes(PASSPHRASE + b"\n")
    (tmp_path / "ca.pem").write_bytes(person.authority)
    signing = ("--sign-with", str(tmp_path / "own.p12"), "--passphrase-file", str(tmp_path / "passphrase"))
    with an_authority(tmp_path / "authority") as authority:
        stamping = ("--time-stamp", authority.url)
        made = prova(
            "dossier", *PERIOD, "--lang", "pt", "-o", str(tmp_path), *signing, *stamping, home=bundled.house.home
        )
    assert made.returncode == Exit.DONE, made.stderr
    assert PASSPHRASE.decode() not in made.stdout + made.stderr
    file = tmp_path / "dossier.pt.pdf"
    catalogue = cast("Any", PdfReader(file).trailer["/Root"])
    told = catalogue["/Metadata"].get_object().get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in told
    assert "<pdfuaid:part>1</pdfuaid:part>" in told
    assert catalogue["/MarkInfo"]["/Marked"]
    trusting = ("--signer", str(tmp_path / "ca.pem"), "--authority", str(authority.certificate))
    checked = prova("verify", str(file), *trusting)
    assert checked.returncode == Exit.DONE, checked.stdout
    assert "Ana Exemplo" in checked.stdout
    assert "What was signed is unchanged." in checked.stdout
    assert "leads to one of those named with --signer" in checked.stdout
    assert "Time-stamped by an authority" in checked.stdout
    changed = bytearray(file.read_bytes())
    changed[changed.index(b"stream") + 30] ^= 1
    file.write_bytes(changed)
    checked = prova("verify", str(file), "--json")
    assert checked.returncode == Exit.EVIDENCE
    assert json.loads(checked.stdout)["holds"] is False


@pytest.mark.slow
def test_a_redacted_dossier_is_written_and_verified(bundled: Bundled, tmp_path: Path) -> None:
    made = prova("dossier", *PERIOD, "--redacted", "--lang", "en", "-o", str(tmp_path), home=bundled.house.home)
    assert made.returncode == Exit.DONE, made.stderr
    assert sorted(one.name for one in tmp_path.iterdir()) == ["dossier.en.pdf", "evidence-redacted.zip"]
    text = " ".join(page.extract_text() for page in PdfReader(tmp_path / "dossier.en.pdf").pages)
    assert "measure.example" not in text
    checked = prova("verify", str(tmp_path / "evidence-redacted.zip"))
    assert checked.returncode == Exit.DONE, checked.stdout
    assert "Left out, by declaration" in checked.stdout
    assert (
        json.loads(prova("verify", str(tmp_path / "evidence-redacted.zip"), "--json").stdout)["manifest"]["schema"]
        == REDACTED
    )


def test_a_signature_says_no_more_than_was_checked(tmp_path: Path) -> None:
    person, stranger = a_person(), a_person("Outra Pessoa")
    trusted, other = (certificates(one.authority) for one in (person, stranger))
    with an_authority(tmp_path / "authority") as authority:
        stamped = sign(
            pdf([(50, 700, 12, "x")]),
            Certificate(person.pkcs12, PASSPHRASE),
            name="Signature",
            ask=lambda query: cast("bytes", ask(authority.url, query)),
        )
        vouching = certificates(authority.certificate.read_bytes())
    (one,) = signatures(stamped, trusted=trusted, authorities=vouching)
    assert (one.intact, one.whole, one.vouched, one.stamp_vouched) == (True, True, True, True)
    (unsure,) = signatures(stamped, trusted=other)
    assert (unsure.intact, unsure.vouched, unsure.stamp_vouched) == (True, False, False)
    assert unsure.stamped_at is not None
    (longer,) = signatures(stamped + b"\n% more\n")
    assert not longer.whole


@pytest.mark.parametrize("passphrase", [b"wrong", b""])
def test_a_certificate_that_does_not_open_is_one_sentence(passphrase: bytes) -> None:
    for data in (a_person().pkcs12, b"junk"):
        with pytest.raises(SignError, match="Look after both"):
            sign(pdf([(50, 700, 12, "x")]), Certificate(data, passphrase), name="Signature")


def test_what_is_no_signed_pdf_is_said_plainly() -> None:
    assert signatures(pdf([(50, 700, 12, "x")])) == ()
    for junk in (b"%PDF-1.7\n", b"", pdf([(50, 700, 12, "x")])[:300]):
        with pytest.raises(NotSignedError, match="Fetch it again"):
            signatures(junk)
