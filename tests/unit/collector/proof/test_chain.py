"""One probe's chain of batches."""

from collector.proof.audit.chain import Chain, Link


def _chain(*links: tuple[str, str | None]) -> Chain:
    chain = Chain()
    for number, (sha256, previous) in enumerate(links, start=1):
        chain.add(Link(number, sha256, previous, number))
    return chain


def test_a_whole_chain_has_no_gap() -> None:
    chain = _chain(("a", None), ("b", "a"), ("c", "b"))
    assert (list(chain.gaps()), chain.count, chain.head, chain.out_of_order) == ([], 3, "c", 0)


def test_a_batch_that_is_not_there_is_named_by_its_follower() -> None:
    (gap,) = _chain(("a", None), ("c", "b")).gaps()
    assert (gap.sha256, gap.previous) == ("c", "b")


def test_a_batch_that_was_sent_again_may_come_later() -> None:
    chain = _chain(("a", None), ("c", "b"), ("b", "a"), ("d", "c"))
    assert (list(chain.gaps()), chain.out_of_order) == ([], 1)


def test_two_that_follow_the_same_are_told() -> None:
    chain = _chain(("a", None), ("b", "a"), ("x", "a"), ("n", None))
    assert [link.sha256 for link in chain.gaps()] == ["x"]
    assert [link.sha256 for link in chain.beginnings()] == ["a", "n"]


def test_a_batch_that_cannot_be_read_breaks_no_chain() -> None:
    chain = _chain(("a", None))
    chain.add(Link(2, "b", None, 2, readable=False))
    chain.add(Link(3, "c", "b", 3))
    assert list(chain.gaps()) == []
