"""`prova up --server mlab`: nothing starts, and nothing is sent, before the person agreed."""

import subprocess
import sys
from pathlib import Path


def test_without_consent_nothing_starts_and_both_languages_say_what_is_published(tmp_path: Path) -> None:
    home = tmp_path / "home"
    command = [sys.executable, "-m", "prova.main", "up", "--server", "mlab", "--home", str(home)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert ended.returncode == 2
    assert "publishes every test together with your IP address" in ended.stderr
    assert "publica cada teste juntamente com o seu endereço IP" in ended.stderr
    assert "--accept-mlab-policy" in ended.stderr
    assert not home.exists()
