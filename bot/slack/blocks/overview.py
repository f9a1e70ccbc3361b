"""Everything about an incident at a glance: people, impact, checklists, action items, what was not delivered."""

from collections.abc import Sequence
from datetime import datetime

from bot.flows.views import ChecklistView, EffectView, IncidentView
from bot.slack.blocks.card import IMPACT, channel_link, headline, joined_line, roles_line, since, update_line
from bot.slack.blocks.failures import failure
from bot.slack.blocks.parts import Block, button, context, fitting, section
from bot.slack.blocks.posts import item_line
from bot.slack.mrkdwn import escape, line, mention
from store.types import StepState

MOST_FAILURES = 10  # each takes a paragraph with its own button


def overview(
    view: IncidentView,
    checklists: Sequence[ChecklistView],
    failed: Sequence[EffectView],
    link: str,
    now: datetime,
) -> list[Block]:
    """Return an incident as whoever asks for it sees it. *link* is its page."""
    incident = view.incident
    top = [headline(incident), f"{since(incident)}{channel_link(incident)}"]
    top += [joined_line(view)] if view.joined_to else []
    top += [f"{other.key} goes on here" for other in view.joined_here]
    top.append(f"*Impact* {line(incident.impact, IMPACT) if incident.impact else '— not stated yet'}")
    small = [roles_line(view), *_others(view), *([update_line(incident, now)] if incident.live else [])]
    blocks = [section("\n".join(top)), context("\n".join(small))]
    if checklists:
        blocks.append(section(fitting(["*Checklists*", *(_state(run) for run in checklists)])))
    if view.actions:
        blocks.append(section(fitting(["*Action items*", *(item_line(view, item) for item in view.actions)])))
    blocks += [_failure(view, each) for each in failed[:MOST_FAILURES]]
    return [*blocks, context(f"<{link}|Timeline and postmortem of {incident.key}>")]


def _others(view: IncidentView) -> list[str]:
    """Return who else takes part, in one line."""
    others = sorted(set(view.people.values()) - set(view.holders.values()))
    return [f"*Also here* {', '.join(mention(account) for account in others)}"] if others else []


def _state(run: ChecklistView) -> str:
    settled = sum(step.state is not StepState.OPEN for step in run.steps)
    title = f"{escape(run.checklist.title)} {settled} of {len(run.steps)}"
    if run.in_hand is None:
        return f"✓ {title}"
    who = f" · {mention(run.people[run.in_hand.assignee])}" if run.in_hand.assignee in run.people else ""
    words = run.checklist.steps[run.in_hand.position - 1].text
    return f"▶ {title} · {run.in_hand.position}. {escape(words)}{who}"


def _failure(view: IncidentView, failed: EffectView) -> Block:
    retry = button("Retry", "effect_retry", f"{view.incident.key} {failed.effect.id}")
    return section(f"⚠️ {failure(failed)}", retry)
