"""/incident changes [INC-7] [6h]"""

import re
from datetime import timedelta

from bot.errors import Refused
from bot.flows.asked import incident_looked_at
from bot.flows.changes_view import changes_view
from bot.slack.asked import Answer, Asked
from bot.slack.blocks.changes import changed
from bot.slack.desk import Desk
from bot.slack.mrkdwn import incoming

DAY, LONGEST = timedelta(days=1), timedelta(days=30)
_BACK = re.compile(r"([0-9]{1,4})(m|h|d)", re.IGNORECASE)
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


async def changes(desk: Desk, asked: Asked) -> Answer:
    """Show what changed before an incident, the newest first: a day back, or as far as is asked for."""
    key, back = None, DAY
    for word in incoming(asked.text).split():
        match = _BACK.fullmatch(word)
        if match is None:
            key = word
        else:
            back = int(match[1]) * _UNITS[match[2].lower()]
    if not timedelta() < back <= LONGEST:
        raise Refused("Changes are kept for 30 days. Look back less far: /incident changes 6h")
    incident_id = await desk.house.read(incident_looked_at, asked.request, key)
    view = await desk.house.read(changes_view, incident_id, back)
    return Answer(f"What changed before {view.incident.key}", changed(view, back))
