from probe.throughput.websocket.dialect import LARGEST_MESSAGE_BYTES
from probe.throughput.websocket.frame import Binary, Close, FrameReader, Opcode, Status, Text
from probe.throughput.websocket.outbox import Outbox

PAYLOAD = bytes(LARGEST_MESSAGE_BYTES)


def test_a_text_goes_out_before_the_next_bulk_message_but_not_inside_one() -> None:
    outbox, reader = Outbox(masked=False), FrameReader(masked=False)
    outbox.begin_bulk(PAYLOAD, 8192)
    events = reader.feed(outbox.chunk()[:100])
    outbox.sent(100)
    outbox.say(Opcode.TEXT, b"{}")
    for _ in range(3):
        chunk = outbox.chunk()
        events += reader.feed(chunk)
        outbox.sent(len(chunk))
    assert events == [Binary(8192), Text(b"{}"), Binary(8192)]


def test_bulk_has_no_end_until_the_close() -> None:
    outbox, reader = Outbox(masked=True), FrameReader(masked=True)
    outbox.begin_bulk(PAYLOAD, 8192)
    sizes = []
    for _ in range(400):
        chunk = outbox.chunk()
        sizes += [event.length for event in reader.feed(chunk) if isinstance(event, Binary)]
        outbox.sent(len(chunk))
    assert len(sizes) == 400
    assert sizes[-1] == LARGEST_MESSAGE_BYTES
    outbox.say_close(Status.NORMAL)
    chunk = outbox.chunk()
    assert reader.feed(chunk) == [Close(1000)]
    outbox.sent(len(chunk))
    assert outbox.empty
    assert not outbox.chunk()


def test_messages_grow_with_what_was_sent_from_the_first_size_to_the_largest() -> None:
    outbox, reader, sent = Outbox(masked=False), FrameReader(masked=False), 0
    sizes: list[int] = []
    outbox.begin_bulk(PAYLOAD, 1024)
    while not sizes or sizes[-1] < LARGEST_MESSAGE_BYTES:
        chunk = outbox.chunk()
        events = [event for event in reader.feed(chunk) if isinstance(event, Binary)]
        assert events[0].length <= max(1024, sent / 8)
        outbox.sent(len(chunk))
        sent += events[0].length
        sizes.append(events[0].length)
    assert sorted(set(sizes)) == [1 << power for power in range(10, 21)]
    assert sizes == sorted(sizes)


def test_both_ends_count_the_same_payload_texts_included() -> None:
    outbox, reader = Outbox(masked=True), FrameReader(masked=True)
    outbox.begin_bulk(PAYLOAD, 1024)
    outbox.say(Opcode.TEXT, b"{}")
    outbox.say(Opcode.PING, b"not payload")
    for _ in range(4):
        chunk = outbox.chunk()
        reader.feed(chunk)
        outbox.sent(len(chunk))
    assert outbox.payload_bytes == reader.payload_bytes == 2 + 2 * 1024


def test_a_bulk_frame_is_known_by_its_whole_also_where_only_its_rest_is_left() -> None:
    outbox = Outbox(masked=True)
    outbox.begin_bulk(PAYLOAD, 8192)
    outbox.say(Opcode.TEXT, b"{}")
    outbox.sent(len(outbox.chunk()))
    assert not outbox.bulk_frame, "nothing is under way"
    chunk = outbox.chunk()
    assert outbox.bulk_frame == bytes(chunk)
    outbox.sent(100)
    assert outbox.bulk_frame == bytes(chunk)
    assert bytes(outbox.chunk()) == bytes(chunk)[100:]
    outbox.sent(len(chunk) - 100)
    outbox.say(Opcode.TEXT, b"{}")
    assert outbox.chunk()
    assert not outbox.bulk_frame, "a text is no bulk"
