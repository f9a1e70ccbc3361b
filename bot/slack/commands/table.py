"""Which function answers which word."""

from collections.abc import Awaitable, Callable

from bot.slack.asked import Answer, Asked
from bot.slack.commands.card import card_
from bot.slack.commands.changes import changes
from bot.slack.commands.check import check
from bot.slack.commands.close import close
from bot.slack.commands.conflicts import conflicts
from bot.slack.commands.correct import correct
from bot.slack.commands.handoff import handoff
from bot.slack.commands.help import help_
from bot.slack.commands.impact import impact
from bot.slack.commands.lead import lead
from bot.slack.commands.list import list_
from bot.slack.commands.merge import duplicate, merge
from bot.slack.commands.note import note
from bot.slack.commands.open import open_
from bot.slack.commands.postmortem import postmortem
from bot.slack.commands.private import private
from bot.slack.commands.reopen import reopen
from bot.slack.commands.resolve import resolve
from bot.slack.commands.review import review
from bot.slack.commands.role import role
from bot.slack.commands.severity import severity
from bot.slack.commands.show import show
from bot.slack.commands.start import start
from bot.slack.commands.status import status
from bot.slack.commands.ticket import ticket
from bot.slack.commands.timeline import timeline
from bot.slack.commands.update import update
from bot.slack.commands.web import web
from bot.slack.desk import Desk

Command = Callable[[Desk, Asked], Awaitable[Answer]]

COMMANDS: dict[str, Command] = {
    "card": card_,
    "changes": changes,
    "check": check,
    "close": close,
    "conflicts": conflicts,
    "correct": correct,
    "duplicate": duplicate,
    "handoff": handoff,
    "help": help_,
    "impact": impact,
    "lead": lead,
    "list": list_,
    "merge": merge,
    "note": note,
    "open": open_,
    "postmortem": postmortem,
    "private": private,
    "reopen": reopen,
    "resolve": resolve,
    "review": review,
    "role": role,
    "severity": severity,
    "show": show,
    "start": start,
    "status": status,
    "ticket": ticket,
    "timeline": timeline,
    "update": update,
    "web": web,
}
