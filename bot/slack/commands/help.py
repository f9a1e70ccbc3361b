"""/incident help"""

from bot.slack.asked import Answer, Asked
from bot.slack.commands.words import WORDS
from bot.slack.desk import Desk

TEXT = "*What you can type*\n" + "\n".join(f"`/incident {word.usage}`  {word.does}" for word in WORDS)
ANSWER = Answer(TEXT)


async def help_(desk: Desk, asked: Asked) -> Answer:
    """Say what there is to type."""
    return ANSWER
