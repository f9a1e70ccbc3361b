"""A case: everything that is known of one incident when its postmortem is drafted."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.core.timeline import Moment
from store.actions import ActionItem
from store.types import Severity, Status


@dataclass(frozen=True, slots=True)
class Case:
    """One incident, its folded timeline, and whom it is about.

    People are references. ``people`` maps each of them to every name that must not be printed: full names, display
    names, handles and Slack ids; ``bystanders`` does so for those who took no part and are only spoken of.
    ``step_minutes`` maps a checklist to its steps and the minute by which each was asked.
    """

    key: str
    title: str
    severity: Severity
    status: Status
    opened_at: datetime
    resolved_at: datetime | None = None
    impact: str | None = None
    impact_started_at: datetime | None = None
    test: bool = False
    private: bool = False
    moments: Sequence[Moment] = ()
    roles: Mapping[str, str] = field(default_factory=dict)
    people: Mapping[str, Collection[str]] = field(default_factory=dict)
    bystanders: Mapping[str, Collection[str]] = field(default_factory=dict)
    actions: Sequence[ActionItem] = ()
    links: Sequence[tuple[str, str | None]] = ()  # what it is, and its address if it has one
    step_minutes: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    owner: str | None = None
    due_at: datetime | None = None
    tickets: Mapping[int, str] = field(default_factory=dict)  # the key in Jira of each action item's
    proposed: Mapping[str, Sequence[str]] = field(default_factory=dict)  # by a model, by section; borne out by entries
    altered: str | None = None  # what is wrong with the timeline's chain, in one sentence
    team: str = ""  # whose it is, as the settings name it
    slack_url: str | None = None  # https://acme.slack.com: with it, entries link to their messages

    @property
    def replayed(self) -> bool:
        """Whether it was played from a recording: nobody opened or resolved it in the bot."""
        return any(moment.facts.get("from") == "replay" for moment in self.moments[:1])
