"""Pure. Text made comparable: no accents, no capitals, one kind of space and dash; each letter stays where it was.

Knows no words.
"""

import unicodedata

FOOTNOTE = "\ue000"  # stands where a small raised mark stood, so that its digit joins no number
_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
_UNSEEN = frozenset(("Cc", "Cf", "Co", "Cs", "Cn"))  # controls and the like: a terminal must not obey a stranger's
_RAISED = dict.fromkeys(map(ord, "¹²³⁰⁴⁵⁶⁷⁸⁹"), FOOTNOTE)
_DASHES = dict.fromkeys((*range(0x2010, 0x2016), 0x2212), "-")


def plain(text: str) -> str:
    """What a page's letters say: ligatures apart, accents joined to their letters, marks that nobody sees gone.

    >>> plain("o\u0301ptica, 400\u00b9 Mbps") == "óptica, 400" + FOOTNOTE + " Mbps"
    True
    """
    for one, letters in _LIGATURES.items():
        text = text.replace(one, letters)
    seen = "".join(letter for letter in text if letter.isspace() or unicodedata.category(letter) not in _UNSEEN)
    return unicodedata.normalize("NFC", seen).translate(_RAISED)


def fold(text: str) -> str:
    """`text` for comparing, letter by letter: as long as it was.

    >>> fold("Velocidade MÁXIMA \u2013 1\u202f000")
    'velocidade maxima - 1 000'
    """
    return "".join(_letter(letter) for letter in text.translate(_DASHES))


def _letter(letter: str) -> str:
    if letter.isspace():
        return " "
    base = unicodedata.normalize("NFD", letter)[0].lower()
    return base if len(base) == 1 else letter
