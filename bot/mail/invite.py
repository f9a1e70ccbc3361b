"""The invitation to a review as a message that calendars take, brought up to date and taken back by the same id."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime

from bot.core.homes import mark_of
from bot.core.links import Links
from bot.core.postmortem import draft
from bot.core.reviews import Attendance, agenda, invitation
from bot.flows.invite_by_mail import Invitation, invitation_case
from bot.flows.postmortem_case import postmortem_case
from bot.house import House
from bot.mail.courier import Courier
from bot.outbox.outcome import NOTHING_TO_DO, Done
from bot.render import Renderer
from store.effects import Claimed

EmailOf = Callable[[int, str], Awaitable[str | None]]


@dataclass(frozen=True, slots=True)
class Desk:
    """What invitations are made with. *email_of* says under which address a workspace knows an account."""

    courier: Courier
    house: House
    renderer: Renderer
    links: Links
    email_of: EmailOf

    async def close(self) -> None:
        """There is nothing to close: each message has a connection of its own."""


async def invite(desk: Desk, effect: Claimed) -> Done:
    """Tell one person of the review as it is now. Whom Slack knows no address of is invited in the channel alone.

    A message whose answer was lost is sent again under the same id: for a calendar it is the same event.
    """
    incident_id = effect.incident_id or 0
    case = await desk.house.read(invitation_case, incident_id, effect.args["person"])
    address = await desk.email_of(effect.workspace_id, case.account) if case else None
    if case is None or address is None:
        return NOTHING_TO_DO
    found = [await desk.email_of(effect.workspace_id, account) for account in case.everyone]
    told = agenda(draft(await desk.house.read(postmortem_case, incident_id)))
    await desk.courier.send(_message(desk, case, address, [one for one in found if one], told))
    return NOTHING_TO_DO


def _message(desk: Desk, case: Invitation, address: str, everyone: list[str], told: list[str]) -> EmailMessage:
    incident, review, key = case.incident, case.review, case.incident.key
    link = desk.links.signed(f"/postmortems/{key}", desk.house.clock.now())
    attendance = Attendance(desk.courier.sender, tuple(everyone), cancelled=case.cancelled)
    event = invitation(key, incident.title, review.at, told, link, case.said_at, attendance)
    name = "mail/cancellation.txt.j2" if case.cancelled else "mail/invitation.txt.j2"
    values = {"key": key, "title": incident.title, "at": review.at, "agenda": told, "link": link}
    message, host = EmailMessage(), desk.courier.sender.rpartition("@")[2]
    message["From"], message["To"] = desk.courier.sender, address
    message["Subject"] = " ".join(f"{attendance.word}: review of {key}: {incident.title}".split())
    message["Date"] = format_datetime(case.said_at)
    message["Message-ID"] = (
        f"<{mark_of(f'{incident.request_id} {case.account}', 'mail')}-{int(case.said_at.timestamp())}@{host}>"
    )
    message.set_content(desk.renderer.render(name, **values).text)
    message.add_alternative(event, subtype="calendar", params={"method": attendance.method})
    return message
