"""Turn secrets on somebody's word, and keep account of it."""

from datetime import timedelta

from bot.flows.keep_account import account_at_shell
from bot.flows.keep_secret import retire_secret, rotate_secret
from bot.flows.tx import Request, Tx
from store.types import Audited


def turn_secret(tx: Tx, request: Request, name: str, text: str, overlap: timedelta) -> int:
    """Make a new version of a secret current and return its number."""
    number = rotate_secret(tx, name, text, overlap)
    account_at_shell(tx, request, Audited.SECRET_ROTATED, f"{name} {number}")
    return number


def end_secret(tx: Tx, request: Request, name: str, number: int, *, forced: bool = False) -> None:
    """End a former version of a secret."""
    retire_secret(tx, name, number, forced=forced)
    account_at_shell(tx, request, Audited.SECRET_RETIRED, f"{name} {number}")
