"""The form that publishes a postmortem: what the checker says, and why it is published all the same."""

from collections.abc import Sequence
from typing import Any

from bot.core.rulebook import Finding
from bot.flows.manuscript import findings_in, unpublished_words
from bot.flows.publish_postmortem import publish_postmortem
from bot.flows.take_note import LONGEST
from bot.slack.asked import Answer, Asked
from bot.slack.blocks.parts import Block, fitting, section
from bot.slack.desk import Desk
from bot.slack.modals.forms import form, metadata, text_input, value
from bot.slack.mrkdwn import entered, escape, line
from bot.slack.sight import looked_at

QUOTED = 120  # characters of a sentence that the checker found


def publish_form(key: str, findings: Sequence[Finding]) -> dict[str, Any]:
    """Return the form. With *findings*, it asks for the reason to publish with them; it never forbids."""
    if not findings:
        return form("publish", f"Publish {key}", "Publish", [section("The checker finds nothing.")], {"key": key})
    told = fitting([f"• “{line(each.sentence, QUOTED)}” {escape(each.why)}" for each in findings])
    counted = "1 thing" if len(findings) == 1 else f"{len(findings)} things"
    why = text_input("reason", "Publish it all the same? Say why.", longest=LONGEST, hint="The reason is kept.")
    blocks: list[Block] = [section(f"*The checker finds {counted} to look at*"), section(told), why]
    return form("publish", f"Publish {key}", "Publish", blocks, {"key": key})


async def form_for_publishing(desk: Desk, asked: Asked, key: str) -> Answer:
    """Open the form with what the checker says of the postmortem as it stands now."""
    view = await looked_at(desk, asked, key)
    text = await _text(desk, view.incident.id or 0)
    return Answer(modal=publish_form(view.incident.key, await desk.house.read(findings_in, text)))


async def submit_publish(desk: Desk, asked: Asked) -> Answer:
    """Publish it."""
    view = await looked_at(desk, asked, metadata(asked)["key"])
    text, reason = await _text(desk, view.incident.id or 0), entered(value(asked, "reason"))
    findings = await desk.house.read(findings_in, text)
    incident = await desk.house.do(publish_postmortem, asked.request, text, len(findings), reason, view.incident.key)
    return Answer(f"The postmortem of {incident.key} is published.")


async def _text(desk: Desk, incident_id: int) -> str:
    found = await desk.house.read(unpublished_words, incident_id)
    return found if isinstance(found, str) else desk.renderer.render_postmortem(found, "md").text
