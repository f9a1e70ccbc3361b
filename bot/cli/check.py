"""firstfive check"""

from typing import TYPE_CHECKING

import click

from bot.cli.shell import (
    TEXT_AS_TYPED,
    account,
    asking,
    incident_id,
    json_option,
    key_argument,
    opened,
    print_json,
    text_argument,
)

if TYPE_CHECKING:
    from typing import Any

    from bot.flows.views import ChecklistView
    from bot.flows.walk_checklist import Settled
    from bot.wiring import Bot

ACTS = ("done", "skip", "note", "assign")
SIGNS = {"done": "✓", "skipped": "–", "open": "○"}


@click.command(context_settings=TEXT_AS_TYPED, epilog="Example: firstfive check INC-7 done 3 two deploys, one flag")
@key_argument
@click.argument("act", type=click.Choice(ACTS, case_sensitive=False), required=False, metavar="[done|skip|note|assign]")
@click.argument("step", type=int, required=False)
@text_argument(required=False)
@json_option(help="Print the checklists as JSON.")
def check(key: str, act: str | None, step: int | None, text: str, as_json: bool) -> None:
    """Show the checklists of an incident, or settle a step: done 3, skip 3 why, note 3 text, assign 3 U02AB34CD."""
    if act and step is None:
        raise click.UsageError(f"Say which step: firstfive check {key} {act} 3")
    with opened(key) as bot:
        if act and step is not None:
            settled = _settle(bot, key, act, step, text)
            if not as_json:
                click.echo(f"{settled.checklist}, step {step}: {act}. {settled.step}")
        from bot.flows.views import checklist_views

        views = bot.house.read_now(checklist_views, incident_id(bot, key))
    if as_json:
        print_json([_object(view) for view in views])
        return
    if not views:
        click.echo(f"No checklist runs. Start one: firstfive start {key} investigation")
    for view in views:
        _print(view)


def _settle(bot: "Bot", key: str, act: str, step: int, text: str) -> "Settled":
    from bot.flows.walk_checklist import assign_step, note_step, settle_step
    from store.types import StepState

    if act == "note":
        return bot.house.do_now(note_step, asking(), step, text, key=key)
    if act == "assign":
        person = account(text or None)
        if person is None:
            raise click.UsageError(f"Say who takes it: firstfive check {key} assign {step} U02AB34CD")
        return bot.house.do_now(assign_step, asking(), step, person, key=key)
    state = StepState.DONE if act == "done" else StepState.SKIPPED
    return bot.house.do_now(settle_step, asking(), step, state, text or None, key=key)


def _print(view: "ChecklistView") -> None:
    done = sum(step.settled_at is not None for step in view.steps)
    click.echo(f"{view.checklist.title} · {done} of {len(view.steps)}")
    for run, step in zip(view.steps, view.checklist.steps, strict=True):
        sign = "▶" if run is view.in_hand else SIGNS[run.state]
        note = f" — {view.notes[run.position]}" if run.position in view.notes else ""
        click.echo(f"  {sign} {run.position}  {step.text}{note}")
        if run is view.in_hand and step.why:
            click.echo(f"       Why: {step.why}")


def _object(view: "ChecklistView") -> "dict[str, Any]":
    steps = [
        {
            "position": run.position,
            "id": step.id,
            "text": step.text,
            "state": run.state,
            "note": view.notes.get(run.position),
        }
        for run, step in zip(view.steps, view.checklist.steps, strict=True)
    ]
    return {"id": view.checklist.id, "title": view.checklist.title, "steps": steps}
