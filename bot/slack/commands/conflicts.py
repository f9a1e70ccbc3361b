"""/incident conflicts"""

from bot.flows.decide_conflict import undecided_conflicts
from bot.slack.asked import Answer, Asked
from bot.slack.blocks.parts import actions, button, fitting, section
from bot.slack.desk import Desk
from bot.slack.mrkdwn import escape
from bot.slack.sight import looked_at


async def conflicts(desk: Desk, asked: Asked) -> Answer:
    """Show how many rows of diverged tables are left to decide, by action item."""
    view = await looked_at(desk, asked, asked.text.strip() or None)
    found = await desk.house.read(undecided_conflicts, view.incident.id or 0, 0)
    key = view.incident.key
    if not found.counts:
        return Answer(f"{key} has no conflicts. They come with firstfive reconcile and --incident {key} --tickets.")
    text = f"{found.left} rows are left to decide in {key}." if found.left else f"Every row of {key} is decided."
    lines = [
        f"*{number}.* {left} of {count} left  {escape(found.titles.get(number, ''))}"
        for number, (count, left) in found.counts.items()
    ]
    link = desk.page("incidents", key, "/conflicts")
    return Answer(text, [section(f"*{text}*\n{fitting(lines)}"), actions(button("Look", "open_link", key, url=link))])
