import pytest

from probe.router.markup import MAX_BYTES, Element, MarkupError, parse

LAUGHS = b"".join(
    b'<!ENTITY l%d "%s">' % (level, b"&l%d;" % (level - 1) * 10 if level else b"lol") for level in range(10)
)


def test_a_document_becomes_a_tree_without_prefixes() -> None:
    root = parse(b'<?xml version="1.0"?><s:a xmlns:s="urn:x"> <b> 1 </b><b>2</b><u:c/></s:a>')
    assert root == Element("a", "", (Element("b", "1"), Element("b", "2"), Element("c", "")))
    assert root.value("b") == "1"
    assert root.value("d") == ""


@pytest.mark.parametrize(
    "document",
    [
        b"<!DOCTYPE a [" + LAUGHS + b"]><a>&l9;</a>",
        b'<!DOCTYPE a SYSTEM "http://192.0.2.1/x.dtd"><a/>',
        b'<!DOCTYPE a [<!ENTITY f SYSTEM "file:///etc/passwd">]><a>&f;</a>',
        b'<!DOCTYPE a [<!ENTITY % p SYSTEM "http://192.0.2.1/p"> %p;]><a/>',
    ],
)
def test_a_document_that_declares_anything_is_refused_whole(document: bytes) -> None:
    with pytest.raises(MarkupError, match="DOCTYPE"):
        parse(document)


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"<a>",
        b"<a></b>",
        b"hello",
        b"<a>&undeclared;</a>",
        b"<a/><b/>",
        b"\x00" * 100,
        "<a/>".encode("utf-16"),
        b"<a>" * 1000 + b"</a>" * 1000,
        b"<a>" + b"<b/>" * 6000 + b"</a>",
        b"<a>" + b"x" * MAX_BYTES + b"</a>",
    ],
)
def test_what_is_no_document_of_a_router_is_refused(document: bytes) -> None:
    with pytest.raises(MarkupError):
        parse(document)


def test_bytes_that_are_not_utf_8_spoil_no_document() -> None:
    assert parse(b'<?xml version="1.0" encoding="ISO-8859-1"?><a>caf\xe9</a>').text == "caf\ufffd"
