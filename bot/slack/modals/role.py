"""Forms that ask for a person: who takes a role, who is invited."""

from typing import Any

from bot.core.roles import TITLES, role_title
from bot.flows.invite_person import invite_person
from bot.flows.take_role import give_role
from bot.flows.views import IncidentView
from bot.slack.asked import Answer, Asked
from bot.slack.desk import Desk
from bot.slack.modals.forms import choice, form, metadata, person, value
from bot.slack.mrkdwn import mention


def role_form(view: IncidentView, me: str) -> dict[str, Any]:
    """Return the form that gives a role: the first that nobody has, to whoever opens the form."""
    roles = list(dict.fromkeys([*TITLES, *view.vacant, *view.holders]))
    return form(
        "role",
        f"Roles of {view.incident.key}",
        "Give",
        [
            choice("role", "Role", [(role_title(role), role) for role in roles], next(iter(view.vacant), roles[0])),
            person("person", "Who has it from now on?", me),
        ],
        metadata={"key": view.incident.key},
    )


def invite_form(key: str) -> dict[str, Any]:
    """Return the form that invites somebody else."""
    return form("invite", f"Invite to {key}", "Invite", [person("person", "Whom?")], metadata={"key": key})


async def submit_role(desk: Desk, asked: Asked) -> Answer:
    """Give the role."""
    role, account = value(asked, "role"), value(asked, "person")
    await desk.house.do(give_role, asked.request, role, account, metadata(asked)["key"])
    return Answer(given(role, account), shown=True)


async def submit_invite(desk: Desk, asked: Asked) -> Answer:
    """Invite the person."""
    account = value(asked, "person")
    incident = await desk.house.do(invite_person, asked.request, account, metadata(asked)["key"])
    return Answer(f"{incident.key}: {mention(account)} is invited.")


def given(role: str, account: str) -> str:
    """Return who has a role now, for whoever gave it."""
    return f"{mention(account)} has the role {role_title(role)} now."
