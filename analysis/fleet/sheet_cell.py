"""Pure. Text on its way into a table that a spreadsheet may open, which runs what begins like a formula.

Knows nothing of what the text says.
"""

from functools import lru_cache

_KEPT = 2**12  # cells: most columns have few different words
_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001  the wide forms count too


def is_formula(text: str) -> bool:
    """Whether a spreadsheet may take `text` for a formula (OWASP, CSV injection).

    >>> is_formula("=1+1"), is_formula(" @x"), is_formula("Lisboa")
    (True, True, False)
    """
    return text.lstrip(" ").startswith(_STARTS)


@lru_cache(_KEPT)
def inert(text: str) -> str:
    """`text`, with an apostrophe before it where it might be run: a spreadsheet then shows it as it is.

    >>> inert("=HYPERLINK(1)"), inert("casa")
    ("'=HYPERLINK(1)", 'casa')
    """
    return f"'{text}" if is_formula(text) else text
