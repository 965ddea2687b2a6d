"""A redacted bundle names nobody, still proves what it says, and every change to it is found."""

import json
import random
import re

import msgspec
import pytest

from analysis.bundle import archive
from analysis.bundle.defect import Flaw
from analysis.bundle.layout import (
    BATCHES,
    CASE,
    COMMITTED,
    FINDINGS,
    LEFT_OUT,
    MANIFEST,
    RECORDS,
    REDACTED,
)
from analysis.bundle.make_redacted import MadeRedacted, RedactionError, make_redacted
from analysis.bundle.verify import Question, verify
from analysis.finding import Verdict
from probe import key
from tests.integration.bundle_rig import SOFTWARE, Bundled, a_bundle
from tests.integration.test_bundle import MUTATIONS, changed, fewer, flaws, question, shuffled, signed_anew

pytestmark = pytest.mark.component("openssl")
CASE_TEXT = """\
# Maria Exemplo, customer 123456789
[home]
operator_networks = ["Rua-das-Flores"]

[[fault]]
id = "a"
reported_at = 2026-11-21T10:00:00
ticket = "TICKET-4711"

[[cause]]
from = 2026-11-21T10:00:00
to = 2026-11-21T10:05:00
whose = "operator"
evidence = "Mr Neighbour of no. 7 saw it"
"""
SECRETS = ("Maria", "123456789", "4711", "Neighbour", "Flores", "203.0.113.7", "measure.example")


@pytest.fixture(scope="module")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> Bundled:
    return a_bundle(tmp_path_factory.mktemp("redacted") / "one", case=CASE_TEXT.encode())


@pytest.fixture(scope="module")
def redacted(bundled: Bundled) -> MadeRedacted:
    return make_redacted(bundled.made.data, key=bundled.collector)


def test_it_holds_and_says_what_was_left_out_by_declaration(bundled: Bundled, redacted: MadeRedacted) -> None:
    found = verify(redacted.data, question(bundled))
    assert found.defects == ()
    assert found.manifest is not None
    assert found.manifest.schema == REDACTED
    assert (found.batch_count, found.record_count, found.proven_count) == (8, 48, 4)
    assert [one.vouched for one in found.stamped] == [True]
    assert found.finding_count == found.recomputed_count > 0
    assert any("Left out, by declaration: 8 signed batches" in note.en for note in found.notes)
    assert any("Deixados de fora, por declaração: 8 lotes" in note.pt for note in found.notes)


def test_it_comes_to_the_same_verdicts(bundled: Bundled, redacted: MadeRedacted) -> None:
    whole = {one.id: one.verdict for one in bundled.made.report.findings}
    assert {one.id: one.verdict for one in redacted.report.findings} == whole
    assert Verdict.BREACHED in whole.values()


def test_no_name_no_address_and_no_text_of_the_case_is_in_it(bundled: Bundled, redacted: MadeRedacted) -> None:
    def text_of(data: bytes) -> str:
        files = archive.unpack(data)
        plain = {n: archive.expanded(d, most_bytes=10**9) if n.endswith(".gz") else d for n, d in files.items()}
        batches = plain.pop(BATCHES, b"")
        opened = b"\n".join(plain.values())
        for row in batches.splitlines():
            body = msgspec.json.decode(row)["signed"].split(".")[1]
            opened += key.from_base64url(body.encode())
        return opened.decode()

    whole, left = text_of(bundled.made.data), text_of(redacted.data)
    assert all(one in whole for one in SECRETS)
    assert not [one for one in SECRETS if one in left]
    addresses = set(re.findall(r"\b\d{1,3}(?:\.\d{1,3}){3}\b", left))
    assert all(one.startswith(("198.18.", "192.168.", "10.", "100.64.", "172.16.")) for one in addresses)


def test_whoever_has_the_whole_one_can_hold_it_against_that(bundled: Bundled, redacted: MadeRedacted) -> None:
    asked = Question(software=SOFTWARE, trusted=bundled.trusted, whole=bundled.made.data)
    found = verify(redacted.data, asked)
    assert found.defects == ()
    assert any("redaction of the whole bundle" in note.en for note in found.notes)

    def prettier(files: dict[str, bytes]) -> None:
        rows = archive.expanded(files[RECORDS], most_bytes=10**9).replace(b'\\"bytes\\":', b'\\"bytes\\":1', 1)
        files[RECORDS] = archive.compressed(rows)
        signed_anew(files, bundled.collector)

    found = verify(changed(redacted.data, prettier), asked)
    assert {one.where for one in found.defects if one.flaw is Flaw.REDACTION} == {RECORDS}


def test_made_twice_it_is_the_same_to_the_byte(bundled: Bundled, redacted: MadeRedacted) -> None:
    assert make_redacted(bundled.made.data, key=bundled.collector).data == redacted.data


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 5))])
def test_every_mutation_is_found_and_named(seed: int, bundled: Bundled, redacted: MadeRedacted) -> None:
    chance = random.Random(seed)
    mutations = [one for one in MUTATIONS if one not in {fewer, shuffled}]
    for number in range(20):
        mutate = mutations[number % len(mutations)]
        found = verify(mutate(redacted.data, chance), question(bundled))
        assert found.defects, (seed, number, mutate.__name__)
        assert all(one.sentence.pt and one.sentence.en for one in found.defects)


@pytest.mark.parametrize("name", [COMMITTED, RECORDS])
def test_a_row_taken_away_is_found_even_where_the_collector_signed_it_anew(
    name: str, bundled: Bundled, redacted: MadeRedacted
) -> None:
    def cut(files: dict[str, bytes]) -> None:
        rows = archive.expanded(files[name], most_bytes=10**9).splitlines(keepends=True)
        files[name] = archive.compressed(b"".join(rows[:-2]))
        signed_anew(files, bundled.collector)

    assert verify(changed(redacted.data, cut), question(bundled)).defects


def test_a_record_that_is_not_of_its_batch_is_found(bundled: Bundled, redacted: MadeRedacted) -> None:
    def move(files: dict[str, bytes]) -> None:
        rows = [json.loads(one) for one in archive.expanded(files[RECORDS], most_bytes=10**9).splitlines()]
        rows[0]["batch_sha256"] = rows[-1]["batch_sha256"]
        files[RECORDS] = archive.compressed(b"".join(json.dumps(one).encode() + b"\n" for one in rows))
        signed_anew(files, bundled.collector)

    assert flaws(verify(changed(redacted.data, move), question(bundled))) == {Flaw.CONTENT}


def test_what_cannot_be_redacted_is_one_sentence(bundled: Bundled, redacted: MadeRedacted) -> None:
    def unsigned(files: dict[str, bytes]) -> None:
        del files[MANIFEST]

    for data in (b"PK", redacted.data, changed(bundled.made.data, unsigned)):
        with pytest.raises(RedactionError, match=r"Name a|name a"):
            make_redacted(data, key=bundled.collector)
    with pytest.raises(RedactionError):
        make_redacted(bundled.made.data, key=key.generate())


def test_the_left_out_files_are_committed_to_by_digest(bundled: Bundled, redacted: MadeRedacted) -> None:
    told = json.loads(archive.unpack(redacted.data)[LEFT_OUT])
    whole = archive.unpack(bundled.made.data)
    assert {BATCHES, CASE, FINDINGS} <= told["whole"].keys()
    assert told["whole"][BATCHES]["bytes"] == len(whole[BATCHES])
