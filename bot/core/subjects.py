"""Subjects: whether somebody or something is the subject of a verb. Word order tells; no model of the language does."""

import re
from functools import cached_property

from bot.core.rulebook import Rulebook

FAR = 300  # characters

_BOUNDARY = re.compile(
    r"[;:–—()]|,|(?<!\w)(?:and|but|or|because|since|so|that|which|whom|when|while|where|if|as|although|though|until"
    r"|before|after|than|then|yet|who)(?!\w)",
    re.IGNORECASE,
)
_PREPOSITION = re.compile(
    r"(?<!\w)(?:of|in|on|at|with|for|from|by|about|during|under|inside|within|into|over|across|behind)(?!\w)",
    re.IGNORECASE,
)
_DOING = re.compile(r"(?<=\w)\s+(?=(?!during|morning|evening|something|nothing|anything|everything)\w{3,}ing\s)")
_FILLING = re.compile(
    r"(?:\s|^)(?:\w+ly|also|just|still|never|even|then|all|both|each|always|often|not|have|has|had|was|were|is|are|be|been"
    r"|being|did|do|does|could|would|should|might|must|may|can|will|to|\w+n['’]t|['’]ve|['’]d|again|once|at first|first"
    r"|later|instead|initially|at least|perhaps|maybe|apparently)\s*$",
    re.IGNORECASE,
)
_CONTRACTED = re.compile(r"['’](?:ve|d|ll|re|m)$", re.IGNORECASE)
_LAST = re.compile(r"([@\w¤'’-]+)\W*$")
_BEGINS_ANEW = re.compile(
    r"(?:the|an?|our|its|their|this|that|these|those|it|we|i|you|he|she|they|some|any|no|every|each|one|all|[A-Z¤@])\b|¤",
    re.IGNORECASE,
)
_LINKS_BACK = frozenset(["that", "which", "whom"])
_SHARES = frozenset(["and", "but", "or", "then", "yet", ","])


class Subjects:
    """Tells people from things with the words of a rulebook."""

    def __init__(self, book: Rulebook) -> None:
        self._book = book

    def is_person(self, before: str, earlier: str = "") -> bool:
        """Tell whether what stands before a verb makes a person its subject; *earlier* is the sentence before it.

        Notes leave out the one that is meant: "Forgot the second pool." A verb that begins a sentence has a person.
        """
        return not re.search(r"\w|¤", before) or self._person_in(_end_of(before), earlier, 3)

    def _person_in(self, before: str, earlier: str, depth: int) -> bool:
        boundary = max(_BOUNDARY.finditer(before), key=re.Match.end, default=None)
        clause = _unfilled(before[boundary.end() :] if boundary else before)
        if boundary and boundary[0].casefold() == "who":
            return True  # "the engineer who did", and over the clause, "the engineer who was there did"
        if not clause and boundary and depth:
            return self._person_behind(boundary, before, earlier, depth)
        last = _LAST.search(clause)
        if last is None:
            return False
        if _CONTRACTED.sub("", last[1]).casefold() == "they":
            said = f"{earlier} {before[: boundary.start()] if boundary else ''}"
            return not said.strip() or bool(self._people.search(said))  # with nothing before it, it is people
        if self._is_somebody(clause) or self._is_department(clause):
            return True
        if any(self._is_somebody(_unfilled(part.split(clause, maxsplit=1)[0])) for part in (_PREPOSITION, _DOING)):
            return True
        if boundary is None or boundary[0].casefold() not in _LINKS_BACK or _BEGINS_ANEW.match(clause):
            return False
        return self._is_somebody(_unfilled(before[: boundary.start()]))  # "the team that owns it did"

    def _person_behind(self, boundary: re.Match[str], before: str, earlier: str, depth: int) -> bool:
        """Look across a boundary right before the verb: "the team that …", "we looked and …", "whoever …"."""
        word = boundary[0].casefold()
        rest = before[: boundary.start()]
        if word in _LINKS_BACK:
            return self._is_somebody(_unfilled(rest))
        if word in _SHARES:
            return bool(self._first_person.search(rest)) or self._person_in(rest, earlier, depth - 1)
        return False

    def _is_department(self, clause: str) -> bool:
        """Tell whether a clause is no more than the name of a department: "Product should have waited"."""
        return self._department.fullmatch(clause.strip(' "”’*_-•')) is not None

    def _is_somebody(self, phrase: str) -> bool:
        return bool(self._somebody.search(_CONTRACTED.sub("", phrase.rstrip(' "”’*_'))))

    @cached_property
    def _somebody(self) -> re.Pattern[str]:
        """Match a phrase whose last word is a person."""
        names = "|".join(self._book.names)
        words = self._book.expanded("{pronoun}|{role}|{group}|{work}").replace(" ", r"\s+")
        return re.compile(
            rf"(?:(?<![\w-])(?i:{words})|(?<!\w)@[\w-]+|(?<!\w)(?:{names or '(?!)'})(?:\s+[A-Z][\w-]+)?)$"
        )

    @cached_property
    def _department(self) -> re.Pattern[str]:
        return re.compile(self._book.expanded("{department}"), re.IGNORECASE)

    @cached_property
    def _people(self) -> re.Pattern[str]:
        return re.compile(rf"(?<![\w-])(?:{self._book.expanded('{role}|{group}')})(?!\w)", re.IGNORECASE)

    @cached_property
    def _first_person(self) -> re.Pattern[str]:
        """Match a clause that begins with a person: what comes after its "and" is that person's doing too."""
        words = self._book.expanded(
            "{pronoun}|(?:the |an? |our |one of the |one of our )(?:[a-z-]+ )?(?:{role}|{group})"
        )
        return re.compile(
            rf"(?:^|[,;:]\s*)\W*(?:{words.replace(' ', chr(92) + 's+')})(?!\w)(?!\s+\w+s?\s+(?:is|was)\b)",
            re.IGNORECASE,
        )


def _end_of(before: str) -> str:
    """Return the last words of a text: no subject stands further from its verb, and looking there is slow."""
    return before if len(before) <= FAR else before[-FAR:].partition(" ")[2]


def _unfilled(phrase: str) -> str:
    """Return a phrase without the adverbs and auxiliaries at its end."""
    phrase = phrase.strip()
    while match := _FILLING.search(phrase):
        phrase = phrase[: match.start()].rstrip()
    return phrase
