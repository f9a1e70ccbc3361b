"""The tables of ``firstfive.toml``: what a team decides that is more than one value. Mistakes go to *problems*."""

from dataclasses import replace
from typing import Any

from bot.core.marked_yaml import nearest
from bot.core.recovery import DEFAULT, Recovery
from bot.core.roles import role_named
from bot.core.severities import DEFAULTS, Demand, Demands
from bot.core.tickets import NAMING, Naming
from store.types import ActionType, Priority, Severity

FILE = "firstfive.toml"


def demands(table: Any, problems: list[str]) -> Demands:
    """Read ``[severity.sev1]`` tables; what a table leaves out stays as it is by default."""
    found = dict(DEFAULTS)
    if not isinstance(table, dict):
        problems.append(f"{FILE}: severity is a table for each severity. Begin one with [severity.sev1].")
        return found
    for name, wishes in table.items():
        if name not in set(Severity):
            problems.append(f"{FILE}: [severity.{name}] is no severity. There are sev1 to sev4.")
            continue
        if not isinstance(wishes, dict):
            problems.append(f"{FILE}: severity.{name} is a table. Begin it with [severity.{name}].")
            continue
        try:
            found[Severity(name)] = _demand(found[Severity(name)], wishes)
        except ValueError as error:
            problems.append(f"{FILE}: [severity.{name}] {error}")
    return found


def recovery(table: Any, problems: list[str]) -> Recovery:
    """Read ``[recovery]``; what it leaves out stays as it is by default."""
    if not isinstance(table, dict):
        problems.append(f"{FILE}: recovery is a table. Begin it with [recovery].")
        return DEFAULT
    wishes = {}
    for key, value in table.items():
        default = getattr(DEFAULT, key, None)
        if default is None:
            problems.append(f"{FILE}: [recovery] {key!r} is unknown. {nearest(key, list(Recovery.__slots__))}")
        elif isinstance(value, bool) or not isinstance(value, int | type(default)) or value <= 0:
            problems.append(f"{FILE}: [recovery] {key} is a {'whole ' * isinstance(default, int)}number above 0.")
        else:
            wishes[key] = value
    return replace(DEFAULT, **wishes)


_NAMED = {"types": ActionType, "priorities": Priority}


def naming(table: Any, problems: list[str]) -> Naming:
    """Read ``[jira]``: what the project calls our types and priorities, and what else it demands."""
    if not isinstance(table, dict):
        problems.append(f"{FILE}: jira is a table. Begin it with [jira].")
        return NAMING
    wishes: dict[str, Any] = {}
    for key, value in table.items():
        if key not in Naming.__slots__:
            problems.append(f"{FILE}: [jira] {key!r} is unknown. {nearest(key, list(Naming.__slots__))}")
        elif key in ("issue_type", "parent_type") and not isinstance(value, str):
            problems.append(f"{FILE}: [jira] {key} is a name in quotes.")
        elif key in (*_NAMED, "fields") and not isinstance(value, dict):
            problems.append(f"{FILE}: [jira.{key}] is a table.")
        elif key in _NAMED and (unknown := set(value) - set(_NAMED[key])):
            known = ", ".join(_NAMED[key])
            problems.append(f"{FILE}: [jira.{key}] {min(unknown)!r} is unknown. There are {known}.")
        else:
            wishes[key] = {_NAMED[key](name): str(each) for name, each in value.items()} if key in _NAMED else value
    return replace(NAMING, **wishes)


_MINUTES = ("update_minutes", "postmortem_hours")


def _demand(default: Demand, wishes: Any) -> Demand:
    fields = set(Demand.__dataclass_fields__)
    for key, value in wishes.items():
        if key not in fields:
            raise ValueError(f"{key!r} is unknown. {nearest(key, sorted(fields))}")
        if key in _MINUTES and (isinstance(value, bool) or not isinstance(value, int) or value < 0):
            raise ValueError(f"{key} is a whole number; 0 asks for none.")
        if key == "announced" and not isinstance(value, bool):
            raise ValueError("announced is true or false.")
        if key == "meaning" and not isinstance(value, str):
            raise ValueError("meaning is a sentence in quotes.")
    wishes = {key: (value or None) if key in _MINUTES else value for key, value in wishes.items()}
    return replace(default, **wishes | ({"roles": _roles(wishes["roles"])} if "roles" in wishes else {}))


def _roles(words: Any) -> tuple[str, ...]:
    if not isinstance(words, list) or not all(isinstance(word, str) and role_named(word) for word in words):
        raise ValueError('roles is a list of words, such as ["incident_commander"].')
    return tuple(dict.fromkeys(role_named(word) or "" for word in words))
