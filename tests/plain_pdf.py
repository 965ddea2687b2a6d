"""PDFs by hand, in the plainest form: lines of Helvetica at given places, and files that a stranger might send."""

import io
import zlib
from collections.abc import Iterable, Sequence

import pypdf

Text = tuple[float, float, float, str]  # x, y, size, text


def pdf(*pages: Iterable[Text], mode: int = 0) -> bytes:
    """A PDF with a standard font, whose widths it does not tell; `mode` 3 draws invisibly."""
    return assembled([_content(page, mode) for page in pages])


def _content(page: Iterable[Text], mode: int) -> bytes:
    lines = [b"BT %d Tr" % mode]
    for x, y, size, text in page:
        escaped = text.encode("cp1252").replace(b"\\", rb"\\").replace(b"(", rb"\(").replace(b")", rb"\)")
        lines.append(b"/F1 %.1f Tf 1 0 0 1 %.1f %.1f Tm (%s) Tj" % (size, x, y, escaped))
    return b"\n".join([*lines, b"ET"])


def assembled(contents: Sequence[bytes], *, deflated: bool = False) -> bytes:
    """Pages with these content streams, taken as deflated already where `deflated`."""
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(len(contents))).encode()
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(contents)),
        font,
    ]
    for number, content in enumerate(contents):
        own = b"<< /Font << /F1 3 0 R >> >>"
        box = b"/MediaBox [0 0 595 842] /Contents %d 0 R" % (5 + 2 * number)
        objects.append(b"<< /Type /Page /Parent 2 0 R /Resources %s %s >>" % (own, box))
        filtered = b"/Filter /FlateDecode " if deflated else b""
        objects.append(b"<< %s/Length %d >>\nstream\n%s\nendstream" % (filtered, len(content), content))
    return _file(objects)


def _file(objects: Sequence[bytes]) -> bytes:
    made, places = io.BytesIO(), []
    made.write(b"%PDF-1.7\n")
    for number, one in enumerate(objects, 1):
        places.append(made.tell())
        made.write(b"%d 0 obj\n%s\nendobj\n" % (number, one))
    start = made.tell()
    made.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    made.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    made.write(b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start))
    return made.getvalue()


def locked(data: bytes, password: str) -> bytes:
    """The same PDF, encrypted."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(data))
    writer.encrypt(password, algorithm="AES-256")
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def bomb(unpacked_bytes: int) -> bytes:
    """A page whose content is some hundred thousand times smaller than what comes of it."""
    packer = zlib.compressobj(9)
    block = b"(" + b"1" * 1_000_000 + b") Tj "
    packed = b"".join(packer.compress(block) for _ in range(unpacked_bytes // len(block)))
    return assembled([packed + packer.flush()], deflated=True)
