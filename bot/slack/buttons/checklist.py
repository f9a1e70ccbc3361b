"""The buttons of a checklist's step in hand."""

from bot.flows.walk_checklist import settle_step
from bot.slack.asked import Answer, Asked
from bot.slack.blocks.checklist import StepAt
from bot.slack.desk import Desk
from bot.slack.modals.step import settled, step_assign_form, step_note_form, step_skip_form
from store.types import StepState


async def done(desk: Desk, asked: Asked) -> Answer:
    """Mark the step done."""
    step = StepAt.of(asked.text)
    result = await desk.house.do(
        settle_step, asked.request, step.position, StepState.DONE, run_id=step.run_id, key=step.key
    )
    return Answer(settled("Done", result), shown=True)


async def note(desk: Desk, asked: Asked) -> Answer:
    """Ask what was found."""
    return Answer(modal=step_note_form(StepAt.of(asked.text)))


async def assign(desk: Desk, asked: Asked) -> Answer:
    """Ask who has it."""
    return Answer(modal=step_assign_form(StepAt.of(asked.text), asked.request.account))


async def skip(desk: Desk, asked: Asked) -> Answer:
    """Ask why."""
    return Answer(modal=step_skip_form(StepAt.of(asked.text)))
