"""/incident check [done 3 | skip 3 why | note 3 text | assign 3 @bo]"""

import re

from bot.core.marked_yaml import nearest
from bot.errors import Refused
from bot.flows.walk_checklist import assign_step, note_step, settle_step
from bot.slack.asked import Answer, Asked
from bot.slack.commands.whom import whom
from bot.slack.desk import Desk
from bot.slack.modals.step import assigned, noted, settled
from bot.slack.mrkdwn import incoming
from bot.slack.sight import checklist_in_hand
from store.types import StepState

VERBS = ("done", "skip", "note", "assign")

_NUMBER = re.compile(r"#?([0-9]{1,3})[.:]?")


async def check(desk: Desk, asked: Asked) -> Answer:
    """Show the checklist in hand, or say what became of one of its steps."""
    verb, number, rest = [*asked.text.split(None, 2), "", "", ""][:3]
    if not verb:
        return await checklist_in_hand(desk, asked)
    verb = incoming(verb).lower()
    if verb not in VERBS:
        raise Refused(f"There is no /incident check {verb[:40]}. {nearest(verb, VERBS)}")
    position = _position(verb, number)
    if verb == "assign":
        account = whom(rest, f"check assign {position} @bo") or asked.request.account
        return Answer(assigned(await desk.house.do(assign_step, asked.request, position, account), account))
    text = incoming(rest)
    if verb == "note":
        return Answer(noted(await desk.house.do(note_step, asked.request, position, text)))
    state = StepState.DONE if verb == "done" else StepState.SKIPPED
    result = await desk.house.do(settle_step, asked.request, position, state, text)
    return Answer(settled(verb.capitalize() if verb == "done" else "Skipped", result))


def _position(verb: str, number: str) -> int:
    match = _NUMBER.fullmatch(number)
    if match is None:
        raise Refused(f"Say which step by its number: /incident check {verb} 3. See them: /incident check")
    return int(match[1])
