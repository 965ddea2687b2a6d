"""From a month of examples to a dossier whose evidence verifies, following only the page."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from prova.exit import Exit
from prova.port import free_port
from tests.e2e.served import chromium
from tests.plain_pdf import pdf

pytestmark = [pytest.mark.component("chromium"), pytest.mark.slow, pytest.mark.timeout(420)]
WITHIN_MS = 180_000
PICTURES = os.environ.get("PROVA_PICTURES")  # a folder that is there, for whoever wants to look


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home, port = tmp_path_factory.mktemp("journey") / "home", free_port()
    own = ("demo", "--home", str(home), "--until", "2026-10-31", "--page", f"127.0.0.1:{port}")
    process = subprocess.Popen(
        [sys.executable, "-m", "prova.main", *own], stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stderr is not None
    try:
        while "Ctrl-C" not in (line := process.stderr.readline()):
            assert line, process.wait(20)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)
        process.stderr.close()


def pictured(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/journey-{name}.png", full_page=True)


def test_from_the_page_to_a_dossier_that_verifies(address: str, tmp_path: Path) -> None:
    official = tmp_path / "netmede.pdf"
    official.write_bytes(pdf([(50, 740, 10, "Data: 28/10/2026 21:05"), (50, 700, 10, "Download: 331,2 Mbps")]))
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="pt-PT")
        page.set_default_timeout(WITHIN_MS)
        page.goto(f"{address}/?lang=pt")
        page.get_by_role("link", name="Caso", exact=True).click()
        expect(page.get_by_role("heading", name="O que resulta da ficha do caso")).to_be_visible()
        pictured(page, "1-case")
        page.get_by_role("link", name="Resultado oficial").click()
        page.get_by_label("Ficheiro").set_input_files(official)
        pictured(page, "2-official-result")
        page.get_by_role("button", name="Registar").click()
        expect(page.get_by_text("Ficou registado: Resultado oficial.")).to_be_visible()
        expect(page.get_by_label("Download")).to_have_value("331.2")
        expect(page.get_by_text("teste próprio mais próximo")).to_have_count(2)
        pictured(page, "3-read")
        page.get_by_role("link", name="Fatura", exact=True).click()
        page.get_by_role("button", name="Registar").click()
        expect(page.get_by_text("Falta preencher.")).to_be_visible()
        violations = Axe().run(page).response["violations"]
        assert [one["id"] for one in violations] == []
        pictured(page, "4-problem")
        page.get_by_label("Primeiro dia").fill("2026-10-01")
        page.get_by_label("Último dia").fill("2026-10-31")
        page.get_by_label("Língua").select_option("pt")
        page.get_by_role("button", name="Fazer o dossiê").click()
        pictured(page, "5-working")
        expect(page.get_by_role("link", name="evidence.zip")).to_be_visible(timeout=WITHIN_MS)
        pictured(page, "6-done")
        kept = {}
        for name in ("evidence.zip", "dossier.pt.pdf", "4-pedido-de-arbitragem.pt.txt", "document-1.pdf"):
            with page.expect_download() as download:
                page.get_by_role("link", name=name).click()
            kept[name] = tmp_path / f"kept-{name}"
            download.value.save_as(kept[name])
        page.close()
    assert kept["document-1.pdf"].read_bytes() == official.read_bytes()
    assert "Centro de Arbitragem de Conflitos de Consumo de Lisboa" in kept["4-pedido-de-arbitragem.pt.txt"].read_text()
    assert kept["dossier.pt.pdf"].read_bytes().startswith(b"%PDF-1.7")
    letter = kept["4-pedido-de-arbitragem.pt.txt"].read_text()
    thumbprint = re.search(r"--collector (\S+)", letter)
    assert thumbprint is not None
    command = ("verify", str(kept["evidence.zip"]), "--collector", thumbprint[1])
    checked = subprocess.run(
        [sys.executable, "-m", "prova.main", *command], capture_output=True, text=True, timeout=180, check=False
    )
    assert checked.returncode == Exit.DONE, checked.stdout
    assert "All of it holds." in checked.stdout
