"""Shell. `prova verify`: an evidence bundle checked and recomputed, on a machine that never saw the store."""

import json
from importlib import metadata
from pathlib import Path

import click
import msgspec
from cryptography.x509 import Certificate

from analysis.bundle.defect import Verification
from analysis.bundle.verify import Question, verify
from analysis.finding import Sentence
from analysis.wording import Said, say
from collector.proof.timestamp import certificates
from prova.exit import CommandError, Exit
from prova.option import json_option

_MOST_SHOWN = 30
_MOST_BYTES = 2 << 30


@click.command("verify")
@click.argument("bundle", type=click.Path(path_type=Path))
@click.option("--collector", help="The thumbprint of the collector that must have signed it, as the dossier prints it.")
@click.option(
    "--authority",
    "authority_file",
    type=click.Path(path_type=Path),
    help="Certificates (PEM) of time-stamping authorities.",
)
@click.option("--lang", type=click.Choice(["pt", "en"]), default="en", show_default=True)
@json_option
def command(*, bundle: Path, collector: str | None, authority_file: Path | None, lang: str, as_json: bool) -> int:
    """Check an evidence bundle: signatures, completeness, time-stamps, and every finding recomputed.

    Needs nothing but the file, and no network. Ends with exit code 3 where something does not hold.
    """
    question = Question(
        software=f"prova {metadata.version('prova')}", collector=collector, trusted=_trusted(authority_file)
    )
    found = verify(_read(bundle), question)
    if as_json:
        told = msgspec.to_builtins(found) | {"schema": "prova.verification/1", "holds": not found.defects}
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        _tell(found, lang)
    return Exit.EVIDENCE if found.defects else Exit.DONE


def _read(bundle: Path) -> bytes:
    try:
        with bundle.open("rb") as file:
            return file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise CommandError(f"{bundle} cannot be read: {error.strerror}. Name the bundle's ZIP file.") from error


def _trusted(file: Path | None) -> tuple[Certificate, ...]:
    if file is None:
        return ()
    try:
        return certificates(file.read_bytes())
    except (OSError, ValueError) as error:
        raise CommandError(f"--authority {file}: {error}. Name a file with certificates in PEM form.") from error


def _tell(found: Verification, lang: str) -> None:
    def told(said: Said | Sentence) -> str:
        return said.pt if lang == "pt" else said.en

    for note in found.notes:
        click.echo(f"{told(say('bundle.word.note'))}: {told(note)}")
    for defect in found.defects[:_MOST_SHOWN]:
        click.echo(f"{defect.flaw}: {told(defect.sentence)}")
    if len(found.defects) > _MOST_SHOWN:
        click.echo(told(say("bundle.word.more", n=str(len(found.defects) - _MOST_SHOWN))))
    figures = {
        "batches": found.batch_count,
        "records": found.record_count,
        "proven": found.proven_count,
        "stamped": len(found.stamped),
        "same": found.recomputed_count,
        "findings": found.finding_count,
    }
    click.echo(told(say("bundle.word.figures", **{name: str(value) for name, value in figures.items()})))
    click.echo(told(say("bundle.word.fails", n=str(len(found.defects))) if found.defects else say("bundle.word.holds")))
