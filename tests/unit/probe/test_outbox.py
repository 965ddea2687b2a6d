from probe.throughput.ndt7 import protocol as ndt7
from probe.throughput.websocket.frame import Binary, Close, FrameReader, Opcode, Status, Text
from probe.throughput.websocket.outbox import Outbox

PAYLOAD = bytes(ndt7.LARGEST_MESSAGE_BYTES)


def test_a_text_goes_out_before_the_next_bulk_message_but_not_inside_one() -> None:
    outbox, reader = Outbox(masked=False), FrameReader(masked=False)
    outbox.begin_bulk(PAYLOAD)
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
    outbox.begin_bulk(PAYLOAD)
    sizes = []
    for _ in range(400):
        chunk = outbox.chunk()
        sizes += [event.length for event in reader.feed(chunk) if isinstance(event, Binary)]
        outbox.sent(len(chunk))
    assert len(sizes) == 400
    assert sizes[-1] == ndt7.LARGEST_MESSAGE_BYTES
    outbox.say_close(Status.NORMAL)
    chunk = outbox.chunk()
    assert reader.feed(chunk) == [Close(1000)]
    outbox.sent(len(chunk))
    assert outbox.empty
    assert not outbox.chunk()
