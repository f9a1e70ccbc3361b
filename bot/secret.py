"""A secret as it is set: in the environment, or in a file that is read again when it changes."""

from dataclasses import dataclass, field
from pathlib import Path

DATABASE_LOGIN, SIGNING_SECRET = "DATABASE_LOGIN", "SLACK_SIGNING_SECRET"
BOT_TOKEN, APP_TOKEN, JIRA_TOKEN = "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "JIRA_API_TOKEN"
CLIENT_SECRET, JIRA_WEBHOOK = "SLACK_CLIENT_SECRET", "JIRA_WEBHOOK_SECRET"
CONFLUENCE_TOKEN, SMTP_PASSWORD, MODEL_KEY = "CONFLUENCE_API_TOKEN", "FIRSTFIVE_SMTP_PASSWORD", "FIRSTFIVE_MODEL_KEY"
SENDERS = (  # who delivers to us, each with a secret of its own
    *(
        f"ALERTS_{name}_SECRET"
        for name in (
            "ALERTMANAGER",
            "CLOUDWATCH",
            "DATADOG",
            "GENERIC",
            "GRAFANA",
            "OPSGENIE",
            "PAGERDUTY",
            "SENTRY",
        )
    ),
    *(f"CHANGES_{name}_SECRET" for name in ("ARGOCD", "GENERIC", "GITHUB", "GITLAB", "LAUNCHDARKLY")),
)
SECRETS = {  # the names of secrets, and how each begins
    DATABASE_LOGIN: "",
    BOT_TOKEN: "xoxb-",
    APP_TOKEN: "xapp-",
    SIGNING_SECRET: "",
    CLIENT_SECRET: "",
    JIRA_TOKEN: "",
    JIRA_WEBHOOK: "",
    CONFLUENCE_TOKEN: "",
    SMTP_PASSWORD: "",
    MODEL_KEY: "",
    **dict.fromkeys(SENDERS, ""),
}


@dataclass(frozen=True)
class Secret:
    """A secret from the environment or from a file. A file is read again when it changes; the value is never shown."""

    text: str = field(default="", repr=False)
    path: Path | None = None
    _read: list[tuple[tuple[int, ...], str]] = field(default_factory=list, repr=False, compare=False)

    def __bool__(self) -> bool:
        return bool(self.text or self.path)

    def value(self) -> str:
        """Return the secret as it is now."""
        if self.path is None:
            return self.text
        stat = self.path.stat()
        seen = (stat.st_mtime_ns, stat.st_ino, stat.st_size)
        if not self._read or self._read[0][0] != seen:
            self._read[:] = [(seen, self.path.read_text().strip())]
        return self._read[0][1]


UNSET = Secret()


def mistaken(name: str, value: str) -> str:
    """Return what is wrong with the text of a secret, without repeating it, or "" when nothing is."""
    begins = SECRETS.get(name, "")
    if not value.startswith(begins):
        return f"{name} begins with {begins!r}; this one does not. Copy it from your app's page in Slack."
    if name == DATABASE_LOGIN and not all(value.partition(":")):
        return f"{name} is a user and a password with a colon between them: firstfive_a:the-password"
    return ""
