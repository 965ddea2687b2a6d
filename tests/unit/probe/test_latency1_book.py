from probe.throughput.latency1.book import MOST_PER_ADDRESS, MOST_SENT, MOST_SESSIONS, Book
from probe.throughput.latency1.packet import KEPT_S, Packet, read_result

MS, S = 1_000_000, 1_000_000_000
PEER = ("192.0.2.1", 4000)


def begun(book: Book, *, send_s: float = 5, now_ns: int = 0) -> None:
    assert book.authorise("m", PEER[0], send_s=send_s, start_time="", now_ns=now_ns)
    book.take(Packet(kickoff=True, mid="m"), PEER, now_ns)


def send_all(book: Book, now_ns: int, *, gap_ns: int = 25 * MS) -> int:
    due = book.due(now_ns)
    for one, peer in due:
        assert peer == PEER
        book.sent(one, sent_ns=now_ns, next_ns=now_ns + gap_ns)
    return len(due)


def result(book: Book, now_ns: int = 0) -> list[int | None]:
    told = book.result("m", PEER[0], now_ns)
    assert told is not None
    return read_result(told)


def test_before_its_kickoff_a_session_sends_nothing() -> None:
    book = Book()
    assert book.authorise("m", PEER[0], send_s=5, start_time="", now_ns=0)
    assert book.due(10 * S) == []
    assert book.next_due_ns(0) is None


def test_a_session_sends_for_as_long_as_was_asked_and_never_wakes_anybody_after_that() -> None:
    book = Book()
    begun(book, send_s=0.1)
    assert sum(send_all(book, at_ms * MS) for at_ms in range(200)) == 4
    assert book.next_due_ns(100 * MS) is None


def test_no_session_sends_more_than_its_bound() -> None:
    book = Book()
    begun(book, send_s=1e9)
    for number in range(MOST_SENT + 10):
        send_all(book, number, gap_ns=1)
    assert len(result(book)) == MOST_SENT
    book = Book()
    begun(book, send_s=1e9)
    assert book.due(round(KEPT_S * S)) == [], "whatever was asked"


def test_an_echo_counts_once_from_its_own_sender() -> None:
    book = Book()
    begun(book)
    send_all(book, 0)
    send_all(book, 25 * MS)
    first = Packet(kickoff=False, mid="m", sequence=0)
    for sender, arrived_ns in ((("192.0.2.1", 4001), MS), (("192.0.2.2", 4000), MS), (PEER, 7 * MS), (PEER, 9 * MS)):
        book.take(first, sender, arrived_ns)
    book.take(Packet(kickoff=False, mid="m", sequence=2), PEER, 30 * MS)  # never sent
    assert book.due(60 * MS)[0][0].last_rtt_us == 7000
    assert result(book) == [7000, None]


def test_an_echo_that_is_stamped_before_its_sending_took_no_time() -> None:
    book = Book()
    begun(book)
    send_all(book, 5 * MS)
    book.take(Packet(kickoff=False, mid="m"), PEER, 4 * MS)
    assert result(book) == [0]


def test_a_second_kickoff_begins_nothing_anew() -> None:
    book = Book()
    begun(book)
    send_all(book, 0)
    book.take(Packet(kickoff=True, mid="m"), ("192.0.2.1", 9), 1)
    assert book.due(30 * MS)[0] == (Packet(kickoff=False, mid="m", sequence=1), PEER)


def test_a_session_is_forgotten_after_a_minute_begun_or_not() -> None:
    book = Book()
    begun(book)
    book.authorise("other", "192.0.2.9", send_s=5, start_time="", now_ns=0)
    book.sweep(round(KEPT_S * S) - 1)
    assert len(book) == 2
    book.sweep(round(KEPT_S * S))
    assert len(book) == 0
    assert book.result("m", PEER[0], round(KEPT_S * S)) is None


def test_sessions_are_bounded_in_all_and_by_address() -> None:
    book = Book()
    asked = [
        book.authorise(f"{host}-{number}", f"192.0.2.{host}", send_s=5, start_time="", now_ns=0)
        for host in range(20)
        for number in range(MOST_PER_ADDRESS + 1)
    ]
    assert len(book) == sum(asked) == MOST_SESSIONS
    assert not book.authorise("m", "192.0.2.200", send_s=5, start_time="", now_ns=0)
    assert book.authorise("m", "192.0.2.200", send_s=5, start_time="", now_ns=round(KEPT_S * S))
