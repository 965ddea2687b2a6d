"""Pure. Headings, tables and lists as Markdown, in which no text of a cell can break the table. Knows no document."""

from collections.abc import Iterable, Sequence


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; empty text where there are no rows."""
    lines = [_row(one) for one in rows]
    return "\n".join([_row(heads), "|" + "---|" * len(heads), *lines]) if lines else ""


def bullets(items: Iterable[str]) -> str:
    """A list."""
    return "\n".join(f"- {one}" for one in items)


def document(title: str, *parts: str) -> str:
    """A whole file: the parts in order, with what is empty left out, and one line's end at the end."""
    return "\n\n".join([f"# {title}", *(part for part in parts if part)]) + "\n"


def code(names: Iterable[str]) -> str:
    """Names as code, after each other."""
    return " ".join(f"`{one}`" for one in names)


def sentence(text: str) -> str:
    """With a capital and a stop."""
    return f"{text[:1].upper()}{text[1:]}" + ("" if text.endswith(".") else ".")


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(one.replace("|", "\\|").replace("\n", " ") for one in cells) + " |"
