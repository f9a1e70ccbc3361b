"""Names in what people write: which words are somebody's name, and which only look like one."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping

# Names and handles that are words, too. Written small and without @ they are read as the word.
WORDS = frozenset(
    word
    for line in (
        "art bill chase drew faith frank grace hope jack joy mark may miles rich rob rose sue will",
        "ace amber angel april august autumn ash basil bear best bird black bloom blue bond brook brown bush",
        "carol case cash chance charity chip clay cliff cole cook cooper court cross crystal dale dawn day dean",
        "drew duke earl ernest fair field fields fish flint ford forest fox frost gale gates gay gene glen gold",
        "grant gray green guy hall harmony hazel heath heather hill holly house hunt hunter iris ivy jade jasper jay",
        "june justice kay king lake lance lane lee lily little long love low major mason max mercy mills moon moss",
        "nick noble norm olive page park pat patience pearl penny pierce pike poppy power powers price prince ray reed",
        "reef rich river rivers robin rock root ruby sage sandy short singer skip sky small snow star steel stone",
        "storm strong summer swift temple trace van vale violet wade ward waters way west wise wolf wood woods young",
        "admin alert api app backup bot build cache channel cloud data database db deploy dev dns git infra it kafka",
        "lead linux network node on-call oncall ops platform pod prod qa queue redis release root script security",
        "server service slack sre staging support system team test user users web",
    )
    for word in line.split()
)

# What follows a word and not a name at the beginning of a sentence: "Will the job run again?", "Mark it as done."
_GOES_ON = re.compile(
    r"\s+(?:the|this|that|these|those|it|its|we|i|you|they|he|she|there|any|anyone|anybody|someone|somebody|a|an|all"
    r"|each|every|both|our|your|their|his|her|not|be|have|also|as|them|us)\b",
    re.IGNORECASE,
)
_BEGINS = re.compile(r"(?:^|[.!?:;…]\s+|\n|[-*•]\s+|[(“\"])$")
_PART = re.compile(r"[^\W\d_]{3,}")
_WORD = re.compile(r"[^\W_]+")


def folded(name: str) -> str:
    """Return a name as names are compared."""
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


def parts_of(name: str) -> set[str]:
    """Return the parts, folded, by which somebody of a full name is also called; none of a single name."""
    return {folded(part) for part in _PART.findall(name)} if " " in name.strip() else set()


def means_somebody(name: str, text: str, start: int, end: int) -> bool:
    """Tell whether a folded *name* that stands in a text from *start* to *end* is a name there and no word.

    One letter, and a word written small, need an @. A word at the beginning of a sentence may go on as one.
    """
    found = text[start:end]
    if found.startswith("@"):
        return True
    if len(name) == 1 or (name in WORDS and found == found.lower()):
        return False
    begins = name in WORDS and not found.isupper() and _BEGINS.search(text[:start])
    return not (begins and _GOES_ON.match(text[end:]))


def spoken_of(texts: Iterable[str], people: Mapping[str, Collection[str]]) -> dict[str, Collection[str]]:
    """Return those of *people* of whose names a part stands in the texts."""
    spoken = set[str]().union(*map(_words, texts))
    return {ref: names for ref, names in people.items() if any(_words(name) & spoken for name in names)}


def _words(text: str) -> set[str]:
    return {folded(word) for word in _WORD.findall(text)}
