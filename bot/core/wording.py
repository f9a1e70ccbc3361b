"""What people write, made fit to be kept and shown: nothing invisible that would act on what stands beside it."""

import re
import unicodedata

# Marks that turn the direction of what follows. Right-to-left scripts do without them; in a title one would turn our
# own words around. Joiners stay: emoji and several scripts are written with them.
_TURNING = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
_UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp", "Zs"}


def kept(text: str) -> str:
    """Return text without control characters, but for line breaks and tabs, and without marks that turn it around.

    Surrounding space goes. A text in which nothing can be seen is empty.
    """
    plain = "".join(letter for letter in _TURNING.sub("", text) if letter in "\n\t" or not _controls(letter)).strip()
    return plain if any(unicodedata.category(letter) not in _UNSEEN for letter in plain) else ""


def on_one_line(text: str) -> str:
    """Return text with every run of white space as one space."""
    return " ".join(text.split())


def shortened(text: str, longest: int) -> str:
    """Return text cut to *longest* characters, with an ellipsis where it was cut."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def beginning(text: str, longest: int) -> str:
    """Return as much of a text as fits *longest* bytes of UTF-8, without what no database can keep."""
    return text.replace("\0", "").encode(errors="replace")[:longest].decode(errors="ignore")


def _controls(letter: str) -> bool:
    return unicodedata.category(letter) in ("Cc", "Cs")
