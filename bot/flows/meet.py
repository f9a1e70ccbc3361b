"""Meeting people: a reference for everyone who turns up, and what Slack knows of them soon after."""

import os
import secrets
from collections.abc import Sequence

from bot.core import sealing
from bot.flows.promise import promise
from bot.flows.record import open_key, open_keys, sealing_key
from bot.flows.tx import Tx
from store.people import Person, add_person, find_person, named_people, person


def meet(tx: Tx, workspace_id: int, account: str) -> str:
    """Return the reference of whoever has this account. Of somebody new, the name is promised to be looked up."""
    found = find_person(tx.db, workspace_id, account)
    if found is not None:
        return found
    ref = secrets.token_hex(8)
    if not add_person(tx.db, ref, workspace_id, account):
        return find_person(tx.db, workspace_id, account) or ref
    if ":" not in account:
        promise(tx, "slack.person", workspace_id=workspace_id, args={"person": ref}, merge_key=f"slack.person:{ref}")
    return ref


def learn_names(ref: str, names: list[str], zone: str | None, active: bool, tx: Tx) -> None:
    """Remember what somebody is called, sealed under their own key, and where their day begins."""
    who = person(tx.db, ref)
    if who is None:
        return
    who.key_id, key = sealing_key(tx, ref, 0)
    who.name = sealing.seal(key, os.urandom(sealing.NONCE), "\n".join(names), _context(ref))
    who.zone, who.active = zone, active
    tx.db.add(who)


def names_of(tx: Tx, who: Person) -> list[str]:
    """Return every name a person goes by; none when it is not known, or the key is gone."""
    return _opened(open_key(tx, who.key_id) if who.name and who.key_id else None, who)


def everyone_named(tx: Tx, workspace_id: int) -> dict[str, list[str]]:
    """Map everyone in a workspace whose names are known to these names."""
    return {ref: names for ref, names in names_of_all(tx, named_people(tx.db, workspace_id)).items() if names}


def names_of_all(tx: Tx, known: Sequence[Person]) -> dict[str, list[str]]:
    """Map people to the names they go by, as ``names_of`` does, with one question for all their keys."""
    keys = open_keys(tx, {who.key_id for who in known if who.key_id})
    return {who.ref: _opened(keys.get(who.key_id or 0), who) for who in known}


def _opened(key: bytes | None, who: Person) -> list[str]:
    try:
        return sealing.unseal(key, who.name, _context(who.ref)).split("\n") if key and who.name else []
    except sealing.CannotOpen:
        return []


def _context(ref: str) -> bytes:
    return b"name of %s" % ref.encode()
