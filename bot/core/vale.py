"""The rulebook as a style for Vale, for teams whose editors and pipelines run it already.

Vale matches words and knows no subject and no excuse. A rule about a person is written with that person right before
the verb, so it finds less than ours does; a rule with excuses finds more. `docs/blameless.md` gives the figures.
"""

from collections.abc import Mapping

import yaml

from bot.core.rulebook import Level, Rule, Rulebook, Subject

LEVELS = {Level.HIGH: "error", Level.MEDIUM: "warning", Level.LOW: "suggestion"}

_PERSON = r"(?:{pronoun}|they|(?:{role}|{group}))(?: (?:\w+ly|had|have|has|was|were|also|just|simply|never))? "


def styles(book: Rulebook) -> Mapping[str, str]:
    """Return the text of a YAML file for each rule that is not off, by the file's name."""
    rules = [rule for rule in book.rules.values() if rule.level is not Level.OFF]
    return {f"{_name(rule.id)}.yml": _style(book, rule) for rule in rules}


def _name(rule: str) -> str:
    return "".join(word.capitalize() for word in rule.split("-"))


def _style(book: Rulebook, rule: Rule) -> str:
    before = _PERSON if rule.subject is Subject.PERSON else ""
    message = f"{rule.why.replace('{found}', '%s')} {rule.rewrite}" if "{found}" in rule.why else rule.rewrite
    document = {
        "extends": "existence",
        "message": message if "%s" in message else f"“%s”: {message}",
        "level": LEVELS[rule.level],
        "scope": "text",
        "ignorecase": True,
        "nonword": True,
        "tokens": [rf"\b(?:{book.expanded(before + find)})(?!\w)".replace(" ", r"\s+") for find in rule.find],
    }
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=100_000)
