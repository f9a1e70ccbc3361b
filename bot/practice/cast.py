"""Who works in the practice workspace, and the ids and secrets that the app uses there.

None of these secrets opens anything but this loopback server.
"""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.practice.refusal import Json

TEAM_ID = "T0PRACTICE"
TEAM_NAME = "Practice"
TEAM_DOMAIN = "practice"
APP_ID = "A0FIRST05"
BOT_ID = "B0FIRST05"
BOT_USER = "U0FIRST05"
BOT_NAME = "firstfive"
BOT_TOKEN = "xoxb-practice"  # noqa: S105
APP_TOKEN = "xapp-practice"  # noqa: S105
CLIENT_ID = "0000000000.practice"
CLIENT_SECRET = "practice-client-secret"  # noqa: S105
SIGNING_SECRET = "practice-signing-secret"  # noqa: S105
VERIFICATION_TOKEN = "practice-verification-token"  # noqa: S105


@dataclass(frozen=True)
class Team:
    """A workspace as Slack names it, and the token that the app gets when it is installed there."""

    id: str = TEAM_ID
    name: str = TEAM_NAME
    domain: str = TEAM_DOMAIN
    bot_token: str = BOT_TOKEN


PRACTICE = Team()


@dataclass(frozen=True)
class Person:
    id: str
    name: str
    zone: str
    colour: str
    deleted: bool = False
    guest: bool = False
    team: Team = PRACTICE

    @property
    def handle(self) -> str:
        return self.name.split()[0].lower()

    @property
    def email(self) -> str:
        return f"{self.handle}@practice.example"

    def as_slack(self, now: datetime) -> Json:
        """The user object of users.info; `tz_offset` is what the zone says at *now*."""
        offset = now.astimezone(ZoneInfo(self.zone)).utcoffset()
        profile = {
            "real_name": self.name,
            "real_name_normalized": self.name,
            "display_name": self.name.split()[0],
            "display_name_normalized": self.name.split()[0],
            "email": self.email,
            "team": self.team.id,
        }
        user: Json = {
            "id": self.id,
            "team_id": self.team.id,
            "name": self.handle,
            "deleted": self.deleted,
            "color": self.colour.lstrip("#"),
            "profile": profile,
            "is_bot": False,
            "is_app_user": False,
            "updated": 0,
        }
        if self.deleted:
            return user
        zone = {"tz": self.zone, "tz_label": self.zone, "tz_offset": int(offset.total_seconds()) if offset else 0}
        standing = {"is_admin": False, "is_owner": False, "is_restricted": self.guest, "is_ultra_restricted": False}
        return user | {"real_name": self.name} | zone | standing

    def as_page(self) -> Json:
        about = {"id": self.id, "name": self.name, "handle": self.handle, "tz": self.zone, "colour": self.colour}
        return about | {"deleted": self.deleted}


DEFAULT_CAST = (
    Person("U0ANA0001", "Ana Moreno", "Europe/Madrid", "#c2410c"),
    Person("U0BO00001", "Bo Lindqvist", "Europe/Stockholm", "#1d4ed8"),
    Person("U0CHIDI01", "Chidi Okafor", "Africa/Lagos", "#15803d"),
    Person("U0DANA001", "Dana Whitfield", "America/New_York", "#7e22ce"),
    Person("U0EMI0001", "Emi Tanaka", "Asia/Tokyo", "#be185d"),
    Person("U0FARID01", "Farid Rahmani", "Asia/Tehran", "#0f766e"),
    Person("U0GONE001", "Gwen Archer", "Europe/London", "#57534e", deleted=True),
)

ROOMS = (("C0GENERAL1", "general"), ("C0INCIDENT", "incidents"), ("C0RANDOM01", "random"))

ON_CALL = {"id": "S0ONCALL1", "handle": "oncall", "name": "On call", "users": ["U0ANA0001", "U0BO00001"]}


def bot_user() -> Json:
    """The app's own user, as users.info shows it."""
    profile = {"real_name": BOT_NAME, "display_name": BOT_NAME, "api_app_id": APP_ID, "bot_id": BOT_ID, "team": TEAM_ID}
    about = {"id": BOT_USER, "team_id": TEAM_ID, "name": BOT_NAME, "real_name": BOT_NAME, "deleted": False}
    zone = {"tz": "Etc/UTC", "tz_label": "Etc/UTC", "tz_offset": 0}
    return about | zone | {"profile": profile, "is_bot": True, "is_app_user": False, "updated": 0}
