"""Which function answers which word."""

from collections.abc import Awaitable, Callable

from bot.slack.asked import Answer, Asked
from bot.slack.commands.help import help_
from bot.slack.commands.note import note
from bot.slack.commands.open import open_
from bot.slack.desk import Desk

Command = Callable[[Desk, Asked], Awaitable[Answer]]

COMMANDS: dict[str, Command] = {
    "help": help_,
    "note": note,
    "open": open_,
}
