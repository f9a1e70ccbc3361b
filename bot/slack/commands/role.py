"""/incident role comms @bo"""

from bot.core.roles import role_named
from bot.errors import Refused
from bot.flows.take_role import give_role
from bot.slack.asked import Answer, Asked
from bot.slack.commands.whom import whom
from bot.slack.desk import Desk
from bot.slack.modals.role import given

EXAMPLE = "role comms @bo"


async def role(desk: Desk, asked: Asked) -> Answer:
    """Give a role to someone, or to whoever asks."""
    word, rest = [*asked.text.split(None, 1), "", ""][:2]
    wanted = role_named(word)
    if wanted is None:
        raise Refused(
            f"Say which role and who: /incident {EXAMPLE}. There are lead, comms, scribe, ops, or your own word."
        )
    account = await desk.house.do(give_role, asked.request, wanted, whom(rest, EXAMPLE))
    return Answer(given(wanted, account))
