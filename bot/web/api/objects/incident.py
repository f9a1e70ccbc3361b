"""Incidents, their timelines, checklists and action items as the API tells them."""

from datetime import date

from pydantic import Field

from bot.web.api.objects.told import Account, Key, Moment, Told
from store.types import (
    ActionState,
    ActionType,
    EntryKind,
    Link,
    Precision,
    Priority,
    Severity,
    Status,
    StepState,
)


class ActionItem(Told):
    """One promise to change something."""

    number: int = Field(description="Counts from 1 within the incident.", examples=[1])
    title: str = Field(examples=["alert when the connection pool is full"])
    owner: Account | None
    priority: Priority
    type: ActionType
    due_on: date
    state: ActionState
    done_when: str | None = Field(description="How anyone can see that it is done.")
    ticket: str | None = Field(description="Its key in Jira; null while it is not filed.", examples=["OPS-12"])


class ActionItemOf(ActionItem):
    """An action item with its incident."""

    incident: Key


class Channel(Told):
    """A Slack channel."""

    id: str = Field(examples=["C02AB34CD"])
    name: str | None = Field(examples=["inc-7-checkout-is-down"])


class Joined(Told):
    """The incident that goes on instead."""

    key: Key
    how: Link


class PostmortemDue(Told):
    """Who writes the postmortem, and by when."""

    owner: Account | None
    due_at: Moment | None


class Incident(Told):
    """One incident as it is now. `firstfive show INC-7 --json` prints the same."""

    key: Key
    number: int
    title: str = Field(examples=["checkout is down"])
    severity: Severity
    status: Status
    private: bool
    test: bool = Field(description="It is announced nowhere and counts in no statistics.")
    impact: str | None = Field(description="Whom it hurts and how.", examples=["card payments fail in the EU"])
    opened_at: Moment
    resolved_at: Moment | None
    closed_at: Moment | None
    next_update_due_at: Moment | None
    declared_by: Account | None
    roles: dict[str, Account] = Field(examples=[{"incident_commander": "U02AB34CD"}])
    vacant_roles: list[str] = Field(description="Demanded by the severity, and nobody's yet.")
    channel: Channel | None
    joined_to: Joined | None
    joined_here: list[Key]
    action_items: list[ActionItem]
    postmortem: PostmortemDue | None
    timeline_entries: int
    not_delivered: int = Field(description="How many effects failed for good.")


class Entry(Told):
    """One entry of a timeline. `firstfive timeline show INC-7 --json` prints the same."""

    entry: int = Field(description="Its number, in the order of recording.", examples=[12])
    kind: EntryKind
    occurred_at: Moment
    recorded_at: Moment
    precision: Precision
    margin_s: int | None = Field(description="The time may be off by so many seconds.")
    who: str = Field(examples=["Ana"])
    what: str = Field(description="The whole entry in words.", examples=["error rate is 48 %"])
    text: str | None = Field(description="What a person wrote, and nothing else.")
    earlier: list[str | None] = Field(description="How it read before it was corrected, the first wording first.")
    withdrawn: bool


class Proof(Told):
    """What became of proving a timeline."""

    key: Key
    entries: int
    broken: str | None = Field(description="What was altered, or null when nothing was.")


class Step(Told):
    """One step of a checklist."""

    position: int = Field(description="Counts from 1.")
    id: str = Field(examples=["blast-radius"])
    text: str
    why: str
    state: StepState
    assignee: Account | None
    due_at: Moment | None
    settled_by: Account | None
    settled_at: Moment | None
    note: str | None = Field(description="What was last written at it.")


class Checklist(Told):
    """A checklist that was started in an incident."""

    id: str = Field(examples=["first-five-minutes"])
    title: str
    started_at: Moment
    finished_at: Moment | None
    in_hand: int | None = Field(description="The step that people are at; null when all are settled.")
    steps: list[Step]


class Noted(Told):
    """What was written on a timeline."""

    key: Key
    entry: int


class Similar(Told):
    """A past incident about the same."""

    key: Key
    title: str
    severity: Severity
    opened_at: Moment
    resolved_at: Moment | None
    helped: str = Field(description="What its published postmortem says that helped; may be empty.")
