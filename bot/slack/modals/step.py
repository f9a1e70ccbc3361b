"""Forms on a step of a checklist: what was found, why it is skipped, who has it."""

from typing import Any

from bot.flows.take_note import LONGEST
from bot.flows.walk_checklist import Settled, assign_step, note_step, settle_step
from bot.slack.asked import Answer, Asked
from bot.slack.blocks.checklist import StepAt
from bot.slack.desk import Desk
from bot.slack.modals.forms import form, metadata, person, text_input, value
from bot.slack.mrkdwn import entered, escape, mention
from store.types import StepState


def step_note_form(step: StepAt) -> dict[str, Any]:
    """Return the form that asks what was found."""
    found = text_input("text", "What did you find?", longest=LONGEST, lines=True, hint="The step stays open.")
    return form("step_note", f"Note on step {step.position}", "Add", [found], metadata={"step": str(step)})


def step_skip_form(step: StepAt) -> dict[str, Any]:
    """Return the form that asks why."""
    why = text_input("text", "Why is it skipped?", longest=LONGEST, hint="It goes onto the timeline, for whoever asks.")
    return form("step_skip", f"Skip step {step.position}", "Skip", [why], metadata={"step": str(step)})


def step_assign_form(step: StepAt, me: str) -> dict[str, Any]:
    """Return the form that asks for a person."""
    whom = person("person", "Who has it?", me)
    return form("step_assign", f"Assign step {step.position}", "Assign", [whom], metadata={"step": str(step)})


async def submit_step_note(desk: Desk, asked: Asked) -> Answer:
    """Write down what was found."""
    step, text = _step(asked), entered(value(asked, "text"))
    result = await desk.house.do(note_step, asked.request, step.position, text, run_id=step.run_id, key=step.key)
    return Answer(noted(result), shown=True)


async def submit_step_skip(desk: Desk, asked: Asked) -> Answer:
    """Skip the step."""
    step, why = _step(asked), entered(value(asked, "text"))
    result = await desk.house.do(
        settle_step, asked.request, step.position, StepState.SKIPPED, why, run_id=step.run_id, key=step.key
    )
    return Answer(settled("Skipped", result), shown=True)


async def submit_step_assign(desk: Desk, asked: Asked) -> Answer:
    """Assign the step."""
    step, account = _step(asked), value(asked, "person")
    result = await desk.house.do(assign_step, asked.request, step.position, account, run_id=step.run_id, key=step.key)
    return Answer(assigned(result, account), shown=True)


def settled(how: str, result: Settled) -> str:
    """Return what became of a step and which one is in hand now."""
    following = f"Next: {escape(result.next)}" if result.next else f"{escape(result.checklist)} is finished."
    return f"{how}: {escape(result.step)} {following}"


def noted(result: Settled) -> str:
    """Return what whoever wrote a note on a step is answered."""
    return f"Noted at “{escape(result.step)}”. It stays open."


def assigned(result: Settled, account: str) -> str:
    """Return who has a step now."""
    return f"{mention(account)} has “{escape(result.step)}”."


def _step(asked: Asked) -> StepAt:
    return StepAt.of(metadata(asked)["step"])
