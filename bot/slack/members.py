"""Members: whether Slack knows somebody as a member of the workspace, asked when they sign in."""

from bot.errors import Refused, Rejected, Retry, Unknown
from bot.flows.sign_in import Member
from bot.slack.desks import Desks


async def member_of(desks: Desks, team: str | None, account: str) -> Member:
    """Return somebody as Slack knows them. Raise Refused, in words for them, when it does not, or does not answer."""
    desk = await desks.of_team(team)
    try:
        user = await desk.people.get(account)
    except Rejected as refusal:
        raise Refused("Slack does not know you in this workspace. Choose the one where you use /incident.") from refusal
    except (Retry, Unknown) as silence:
        raise Refused("Slack does not answer. Try again in a minute.") from silence
    guest = any(user.get(word) for word in ("is_restricted", "is_ultra_restricted", "is_stranger", "is_bot"))
    return Member(account, (user.get("profile") or {}).get("email"), guest, not user.get("deleted", False))
