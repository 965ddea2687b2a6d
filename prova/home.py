"""Shell. Where everything of this machine lives: one folder, chosen by --home, PROVA_HOME or the platform.

Knows the layout and nothing of the contents.
"""

import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from collector.home import CollectorHome
from probe.identity import ProbeHome
from probe.record import check_name
from prova.exit import CommandError


@dataclass(frozen=True, slots=True)
class Home:
    """The layout of the home folder; nothing need exist."""

    path: Path

    @property
    def contract(self) -> Path:
        """The contract that `prova up` uses when none is named."""
        return self.path / "contract.toml"

    @property
    def case(self) -> Path:
        """What the customer keeps of the line: faults, visits, invoices. Need not be there."""
        return self.path / "case.toml"

    @property
    def topology(self) -> Path:
        """Where lines hang in the network; `prova fleet import` keeps it. Need not be there."""
        return self.path / "fleet" / "topology.csv"

    @property
    def changes(self) -> Path:
        """What changed of contract, settings, software and access, as it was seen. Only ever added to."""
        return self.path / "changes.jsonl"

    @property
    def incidents(self) -> Path:
        """The register of incidents and what is attached to them. Only ever added to."""
        return self.path / "incidents"

    @property
    def drills(self) -> Path:
        """What exercises of restoring took, each signed. Only ever added to."""
        return self.path / "drills" / "register.jsonl"

    @property
    def papers(self) -> Path:
        """The case's papers, each under its digest. Need not be there."""
        return self.path / "case"

    @property
    def tokens(self) -> Path:
        """Who may read over HTTP: digests of tokens. Its owner's alone."""
        return self.path / "api" / "tokens.json"

    @property
    def hooks(self) -> Path:
        """Whom findings are sent to, as a person set it; nothing writes it."""
        return self.path / "hooks.toml"

    @property
    def outbox(self) -> Path:
        """What is to be sent, and what was."""
        return self.path / "hooks" / "outbox.sqlite3"

    @property
    def collector(self) -> CollectorHome:
        """The collector's and the broker's part."""
        return CollectorHome(self.path)

    @property
    def collector_settings(self) -> Path:
        """Written by `prova up`, read by `prova collector run`."""
        return self.path / "collector" / "settings.toml"

    def of_line(self, line: str) -> "Home":
        """The home of one line's probe: each line has a probe of its own, and so a history of its own."""
        return Home(self.path / "lines" / check_name("line", line))

    @property
    def probe(self) -> ProbeHome:
        """The probe's part."""
        return ProbeHome(root=self.path)

    @property
    def probe_settings(self) -> Path:
        """Written by `prova up`, read by `prova probe run`."""
        return self.path / "probe" / "settings.toml"

    @property
    def server_instance(self) -> Path:
        """The random word by which this machine's measuring server goes."""
        return self.path / "server" / "instance"

    @property
    def receipt_key(self) -> Path:
        """The collector's public key, by which the probe knows its receipts."""
        return self.path / "probe" / "collector-public-key.json"

    @property
    def page_password(self) -> Path:
        """What is kept of the page's password. Need not be there."""
        return self.path / "page-password"

    @property
    def judged_view(self) -> Path:
        """What dashboards were shown of each line; without it, what a later judgement withdraws is not known."""
        return self.path / "dashboards" / "shown"

    @property
    def chosen(self) -> Path:
        """Servers and hosts as they were chosen on the page. Need not be there."""
        return self.path / "setup.toml"

    @property
    def lock(self) -> Path:
        """Held while `prova up` runs, so that two cannot share one home."""
        return self.path / "up.lock"


def resolve(option: Path | None) -> Home:
    """The home named by the option, else by PROVA_HOME, else the platform's user-data folder. Makes nothing."""
    if option is not None:
        return Home(option.resolve())
    named = os.environ.get("PROVA_HOME")
    return Home(Path(named).resolve() if named else Path(platformdirs.user_data_dir("prova", appauthor=False)))


def make(home: Home) -> None:
    """The home folder, readable by its owner alone. Raises CommandError where it cannot be made or written."""
    try:
        home.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        probe = home.path / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise CommandError(
            f"The folder {home.path} cannot be written ({error.strerror}). Name another with --home DIR."
        ) from error
