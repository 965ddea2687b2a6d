"""Shell. `prova verify`: an evidence bundle checked and recomputed, on a machine that never saw the store."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from importlib import metadata
from pathlib import Path

import click
import msgspec
from cryptography.x509 import Certificate

from analysis.bundle.defect import Verification
from analysis.bundle.verify import Question, verify
from analysis.dossier.signed import Signature
from analysis.dossier.signed_apart import signatures
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
@click.option("--whole", "whole_file", type=click.Path(path_type=Path), help="The whole bundle, of a redacted one.")
@click.option(
    "--signer",
    "signer_file",
    type=click.Path(path_type=Path),
    help="Certificates (PEM) that a signed PDF's signer must lead to.",
)
@click.option("--lang", type=click.Choice(["pt", "en"]), default="en", show_default=True)
@json_option
def command(  # noqa: PLR0913  one parameter per option
    *,
    bundle: Path,
    collector: str | None,
    authority_file: Path | None,
    whole_file: Path | None,
    signer_file: Path | None,
    lang: str,
    as_json: bool,
) -> int:
    """Check an evidence bundle: signatures, completeness, time-stamps, and every finding recomputed. Or a signed PDF.

    Needs nothing but the file, and no network. Ends with exit code 3 where something does not hold.
    """
    authorities, data = _trusted("--authority", authority_file), _read(bundle)
    if data.startswith(b"%PDF-"):
        found_in_pdf = signatures(data, trusted=_trusted("--signer", signer_file), authorities=authorities)
        return _tell_signatures(found_in_pdf, lang, as_json=as_json)
    question = Question(
        software=f"prova {metadata.version('prova')}",
        collector=collector,
        trusted=authorities,
        whole=None if whole_file is None else _read(whole_file),
    )
    found = verify(data, question)
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


def _trusted(option: str, file: Path | None) -> tuple[Certificate, ...]:
    if file is None:
        return ()
    try:
        return certificates(file.read_bytes())
    except (OSError, ValueError) as error:
        raise CommandError(f"{option} {file}: {error}. Name a file with certificates in PEM form.") from error


def _tell_signatures(found: Sequence[Signature], lang: str, *, as_json: bool) -> int:
    """Without a signature there is nothing that holds."""
    holds = bool(found) and all(one.intact for one in found)
    if as_json:
        told = {"schema": "prova.signatures/1", "holds": holds, "signatures": [asdict(one) for one in found]}
        click.echo(json.dumps(told, indent=2, ensure_ascii=False, default=str))
        return Exit.DONE if holds else Exit.EVIDENCE

    def said(key: str, **parts: str) -> str:
        words = say(f"bundle.signature.{key}", **parts)
        return words.pt if lang == "pt" else words.en

    for one in found:
        click.echo(said("by", signer=one.signer, at=str(one.said_at)))
        click.echo(said("intact" if one.intact else "broken"))
        click.echo(said("whole" if one.whole else "more"))
        click.echo(said("vouched" if one.vouched else "unvouched"))
        stamp = "stamped" if one.stamp_vouched else "stamped_unvouched"
        click.echo(said(stamp, at=str(one.stamped_at)) if one.stamped_at is not None else said("unstamped"))
    if not found:
        click.echo(said("none"))
    return Exit.DONE if holds else Exit.EVIDENCE


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
