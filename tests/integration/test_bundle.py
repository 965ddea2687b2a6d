"""An evidence bundle proves what it says to somebody who has nothing else, and no change to it goes unseen."""

import json
import random
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from analysis.bundle import archive
from analysis.bundle.defect import Flaw, Verification
from analysis.bundle.layout import BATCHES, BUNDLE, CONTRACT, FINDINGS, KEYS, MANIFEST, PROOFS, FileDigest, Manifest
from analysis.bundle.verify import Question, verify
from analysis.finding import Verdict
from collector.journal import Journal
from probe import key, wire
from probe.key import from_base64url
from tests.integration.bundle_rig import CASE, SOFTWARE, Bundled, a_bundle

pytestmark = pytest.mark.component("openssl")

Change = Callable[[dict[str, bytes]], None]


@pytest.fixture(scope="module")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> Bundled:
    return a_bundle(tmp_path_factory.mktemp("bundle") / "one")


def question(bundled: Bundled) -> Question:
    return Question(software=SOFTWARE, collector=bundled.collector.thumbprint(), trusted=bundled.trusted)


def flaws(found: Verification) -> set[Flaw]:
    return {one.flaw for one in found.defects}


def test_an_untouched_bundle_holds_and_says_what_it_rests_on(bundled: Bundled) -> None:
    found = verify(bundled.made.data, question(bundled))
    assert found.defects == ()
    assert (found.batch_count, found.record_count, found.proven_count) == (8, 48, 4)
    assert [one.vouched for one in found.stamped] == [True]
    assert found.finding_count == found.recomputed_count == len(bundled.made.report.findings) > 0
    assert Verdict.BREACHED in {one.verdict for one in bundled.made.report.findings}
    assert [note.en for note in found.notes] == [
        "4 batches were in no checkpoint of the log yet: the probe's and the collector's signatures alone prove them."
    ]


def test_made_twice_it_is_the_same_to_the_byte(bundled: Bundled) -> None:
    assert bundled.again().data == bundled.made.data


def test_without_anything_that_is_trusted_it_says_so(bundled: Bundled) -> None:
    found = verify(bundled.made.data, Question(software="prova 2"))
    assert found.defects == ()
    assert [one.vouched for one in found.stamped] == [False]
    said = " ".join(note.en for note in found.notes)
    assert bundled.collector.thumbprint() in said
    assert "no authority's certificate was named" in said
    assert "Made by prova 1, and checked by prova 2" in said


def test_another_collectors_bundle_is_not_taken_for_this_ones(bundled: Bundled, tmp_path: Path) -> None:
    other = a_bundle(tmp_path / "other")
    assert flaws(verify(other.made.data, question(bundled))) == {Flaw.COLLECTOR, Flaw.TIME_STAMP}


def test_the_case_is_judged_from_the_bundle_too(tmp_path: Path) -> None:
    one = a_bundle(tmp_path / "case", case=CASE.encode())
    found = verify(one.made.data, question(one))
    assert found.defects == ()
    assert any(finding.rule.startswith("repair.") for finding in one.made.report.findings)


def changed(data: bytes, change: Change) -> bytes:
    files = archive.unpack(data)
    change(files)
    return archive.pack(files)


def signed_anew(files: dict[str, bytes], by: key.Ed25519Key, **fields: object) -> None:
    """The manifest of these very files, signed by another key: what a forger without the collector's can do."""
    old = msgspec.json.decode(from_base64url(files[MANIFEST].split(b".")[1]), type=Manifest)
    digests = {n: FileDigest(bytes=len(d), sha256=wire.sha256(d)) for n, d in sorted(files.items()) if n != MANIFEST}
    new = replace(old, files=digests, collector_jwk=key.public_jwk(by), **fields)  # type: ignore[arg-type]  # by name
    files[MANIFEST] = wire.seal_paper(msgspec.json.encode(new), typ=BUNDLE, key=by)


def rows_of(files: dict[str, bytes]) -> list[bytes]:
    return archive.expanded(files[BATCHES], most_bytes=10**9).splitlines(keepends=True)


def with_rows(files: dict[str, bytes], rows: list[bytes]) -> None:
    files[BATCHES] = archive.compressed(b"".join(rows))


def test_a_truncated_tail_signed_anew_by_somebody_else_is_found(bundled: Bundled) -> None:
    def cut(files: dict[str, bytes]) -> None:
        with_rows(files, rows_of(files)[:-2])
        signed_anew(files, key.generate())

    found = verify(changed(bundled.made.data, cut), question(bundled))
    assert {Flaw.COLLECTOR, Flaw.RECEIPT, Flaw.PROOF, Flaw.FINDING} <= flaws(found)


def test_a_batch_signed_by_another_key_is_found_even_where_the_manifest_is_the_collectors(bundled: Bundled) -> None:
    stranger = key.generate()

    def forge(files: dict[str, bytes]) -> None:
        rows = rows_of(files)
        row = msgspec.json.decode(rows[0])
        batch = wire.open_batch(row["signed"].encode(), key=bundled.own)
        row["signed"] = wire.seal_batch(
            batch.line, batch.probe, list(batch.raw), previous_sha256=batch.previous_sha256, key=stranger
        ).decode()
        with_rows(files, [msgspec.json.encode(row) + b"\n", *rows[1:]])
        signed_anew(files, bundled.collector)

    found = verify(changed(bundled.made.data, forge), question(bundled))
    assert {Flaw.BATCH, Flaw.PROOF} <= flaws(found)


def test_a_swapped_contract_is_found_even_where_the_manifest_is_the_collectors(bundled: Bundled) -> None:
    def swap(files: dict[str, bytes]) -> None:
        files[CONTRACT] = files[CONTRACT].replace(b"normal_mbps = 1000", b"normal_mbps = 900")
        signed_anew(files, bundled.collector)

    found = verify(changed(bundled.made.data, swap), question(bundled))
    assert flaws(found) == {Flaw.FINDING}
    assert any("recomputed" in one.sentence.en.lower() for one in found.defects)


def test_every_figure_that_differs_is_named(bundled: Bundled) -> None:
    def prettier(files: dict[str, bytes]) -> None:
        told = msgspec.json.decode(files[FINDINGS])
        told["findings"][0]["n_used"] += 1
        told["findings"].pop()
        files[FINDINGS] = msgspec.json.encode(told)
        signed_anew(files, bundled.collector)

    found = verify(changed(bundled.made.data, prettier), question(bundled))
    assert flaws(found) == {Flaw.FINDING}
    assert "n_used" in found.defects[-1].sentence.en
    assert len(found.defects) == 2


def flip(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :]


def drop(data: bytes, chance: random.Random) -> bytes:
    def one(files: dict[str, bytes]) -> None:
        del files[chance.choice(sorted(files))]

    return changed(data, one)


def add(data: bytes, chance: random.Random) -> bytes:
    return changed(data, lambda files: files.update({f"x{chance.randrange(99)}.txt": chance.randbytes(9)}))


def within(data: bytes, chance: random.Random) -> bytes:
    """One byte of one file, the ZIP around it made whole again."""

    def one(files: dict[str, bytes]) -> None:
        name = chance.choice(sorted(files))
        files[name] = flip(files[name], chance)

    return changed(data, one)


def truncate(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data))]


def fewer(data: bytes, chance: random.Random) -> bytes:
    def one(files: dict[str, bytes]) -> None:
        rows = rows_of(files)
        rows.pop(chance.randrange(len(rows)))
        with_rows(files, rows)

    return changed(data, one)


def shuffled(data: bytes, chance: random.Random) -> bytes:
    def one(files: dict[str, bytes]) -> None:
        rows = rows_of(files)
        chance.shuffle(rows)
        with_rows(files, rows if rows != rows_of(files) else rows[::-1])

    return changed(data, one)


def others(data: bytes, chance: random.Random) -> bytes:
    """Two files change their names."""

    def one(files: dict[str, bytes]) -> None:
        first, second = chance.sample(sorted(files), 2)
        files[first], files[second] = files[second], files[first]

    return changed(data, one)


def by_a_stranger(data: bytes, _: random.Random) -> bytes:
    return changed(data, lambda files: signed_anew(files, key.generate()))


MUTATIONS = (flip, flip, flip, within, within, drop, add, truncate, fewer, shuffled, others, by_a_stranger)


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 5))])
def test_every_mutation_is_found_and_named(seed: int, bundled: Bundled) -> None:
    chance = random.Random(seed)
    for number in range(130):
        mutate = MUTATIONS[number % len(MUTATIONS)]
        mutated = mutate(bundled.made.data, chance)
        found = verify(mutated, question(bundled))
        assert found.defects, (seed, number, mutate.__name__)
        assert all(one.sentence.pt and one.sentence.en for one in found.defects)


@pytest.mark.parametrize("data", [b"", b"PK", b"\x00" * 1000, b"PK\x05\x06" + b"\x00" * 18])
def test_what_is_no_bundle_is_one_sentence(data: bytes, bundled: Bundled) -> None:
    (defect,) = verify(data, question(bundled)).defects
    assert defect.flaw in {Flaw.CONTAINER, Flaw.MANIFEST}


@pytest.mark.parametrize("name", [KEYS, BATCHES, PROOFS, CONTRACT])
def test_a_file_that_says_something_else_is_named(name: str, bundled: Bundled) -> None:
    def garbage(files: dict[str, bytes]) -> None:
        files[name] = b"[[[]]]"
        signed_anew(files, bundled.collector)

    (defect,) = verify(changed(bundled.made.data, garbage), question(bundled)).defects
    assert (defect.flaw, defect.where) == (Flaw.CONTENT, name)


def test_a_bundle_of_a_probe_whose_key_changed_holds_and_one_from_before_does_too(tmp_path: Path) -> None:
    bundled = a_bundle(tmp_path / "changed")
    before = bundled.made.data
    new, sender = key.generate(), bundled.house.senders[0]
    with closing(Journal(bundled.house.layout.journal)) as journal:
        journal.replace_key(sender.name, key.public_jwk(new), at=bundled.judged_at)
    after = bundled.again().data
    (told,) = json.loads(archive.unpack(after)[KEYS])
    assert [one["public_jwk"] for one in told["keys"]] == [key.public_jwk(new), key.public_jwk(sender.own)]
    for data in (before, after):
        assert verify(data, question(bundled)).defects == ()
