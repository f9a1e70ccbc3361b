"""The words everyone uses: severities, statuses, roles and rights, kinds of timeline entries, states of effects."""

from enum import StrEnum


class WebRole(StrEnum):
    """What somebody may do on the pages and through the API: read, take part, or run the whole."""

    VIEWER = "viewer"
    RESPONDER = "responder"
    ADMIN = "admin"


class Scope(StrEnum):
    """One right. A role has several, and an API token those that it was made with."""

    INCIDENTS_READ = "incidents:read"
    INCIDENTS_WRITE = "incidents:write"
    POSTMORTEMS_READ = "postmortems:read"
    POSTMORTEMS_WRITE = "postmortems:write"
    ACTIONS_READ = "actions:read"
    ACTIONS_WRITE = "actions:write"
    INSIGHTS_READ = "insights:read"
    PARTNERS_READ = "partners:read"
    PARTNERS_WRITE = "partners:write"
    DELIVERIES_READ = "deliveries:read"
    ADMIN = "admin"


class Audited(StrEnum):
    """What the audit log keeps."""

    SIGNED_IN = "signed_in"
    SIGNED_OUT = "signed_out"
    SAW_PRIVATE = "saw_private"
    ROLE_GIVEN = "role_given"
    ROLE_TAKEN = "role_taken"
    TOKEN_MADE = "token_made"  # noqa: S105
    TOKEN_REVOKED = "token_revoked"  # noqa: S105
    SECRET_ROTATED = "secret_rotated"  # noqa: S105
    SECRET_RETIRED = "secret_retired"  # noqa: S105
    EXPORTED = "exported"
    ERASED = "erased"


class Severity(StrEnum):
    """How bad it is. SEV1 is the worst."""

    SEV1 = "sev1"
    SEV2 = "sev2"
    SEV3 = "sev3"
    SEV4 = "sev4"


class Status(StrEnum):
    """Where an incident is in its life."""

    INVESTIGATING = "investigating"
    IDENTIFIED = "identified"
    MONITORING = "monitoring"
    RESOLVED = "resolved"
    CLOSED = "closed"


class EntryKind(StrEnum):
    """What a timeline entry records. The kind is never personal; the text beside it may be."""

    OPENED = "opened"
    STATUS = "status"
    SEVERITY = "severity"
    ROLE = "role"
    NOTE = "note"
    MESSAGE = "message"
    UPDATE = "update"
    UPDATE_MISSED = "update_missed"
    IMPACT = "impact"
    CHECKLIST = "checklist"
    STEP = "step"
    ACTION_ITEM = "action_item"
    TICKET = "ticket"
    LINK = "link"
    PRIVATE = "private"
    CHANNEL = "channel"
    REVISION = "revision"
    WITHDRAWAL = "withdrawal"
    POSTMORTEM = "postmortem"
    POSTMORTEM_STATE = "postmortem_state"
    DELIVERY_FAILED = "delivery_failed"
    DELIVERY_RETRIED = "delivery_retried"
    REPLAYED = "replayed"
    CHANGE = "change"
    ALERT = "alert"
    CONFLICTS = "conflicts"


class Precision(StrEnum):
    """How well the time of an entry is known."""

    SECOND = "second"
    MINUTE = "minute"
    APPROXIMATE = "approximate"
    INTERPOLATED = "interpolated"


class StepState(StrEnum):
    """The outcome of a checklist step."""

    OPEN = "open"
    DONE = "done"
    SKIPPED = "skipped"


class Priority(StrEnum):
    """How urgent an action item is."""

    P0 = "p0"
    P1 = "p1"
    P2 = "p2"
    P3 = "p3"


class ActionType(StrEnum):
    """What an action item does about the next incident."""

    PREVENT = "prevent"
    MITIGATE = "mitigate"
    DETECT = "detect"
    REPAIR = "repair"
    INVESTIGATE = "investigate"


class ActionState(StrEnum):
    """Where an action item stands. Declined items stay, with the reason on the timeline."""

    OPEN = "open"
    DONE = "done"
    DECLINED = "declined"


class Keep(StrEnum):
    """What a person decides about a row that two diverged tables hold differently."""

    A = "a"
    B = "b"
    EDIT = "edit"


class PostmortemState(StrEnum):
    """Where a postmortem is on its way from a draft to something that was learned."""

    DRAFT = "draft"
    IN_REVIEW = "in review"
    PUBLISHED = "published"
    LEARNED = "learned"


class CommentState(StrEnum):
    """What became of a comment on a postmortem. A suggestion is taken or declined, another comment is resolved."""

    OPEN = "open"
    RESOLVED = "resolved"
    TAKEN = "taken"
    DECLINED = "declined"


class ReminderStage(StrEnum):
    """Which reminder of something undone was sent: before its day, on it, after it, and the last, to the lead."""

    SOON = "soon"
    DUE = "due"
    OVERDUE = "overdue"
    ESCALATED = "escalated"


class Lane(StrEnum):
    """Who waits for an effect: a person, or nobody in particular. Lanes take turns, nine to one."""

    INTERACTIVE = "interactive"
    BATCH = "batch"


class BreakerState(StrEnum):
    """Whether calls go to a neighbour: as usual, not at all, or a few to see whether it is back."""

    CLOSED = "closed"
    OPEN = "open"
    PROBING = "probing"


class EffectState(StrEnum):
    """Where a promised effect stands.

    ``due`` and ``unknown`` can be claimed; an ``unknown`` one is looked up at the neighbour before it is repeated.
    """

    DUE = "due"
    CLAIMED = "claimed"
    UNKNOWN = "unknown"
    DONE = "done"
    DEAD = "dead"


class Outcome(StrEnum):
    """What came of one attempt at an effect. ``unknown``: its answer was lost, so it may have worked."""

    DONE = "done"
    RETRY = "retry"
    UNKNOWN = "unknown"
    REJECTED = "rejected"


class Cause(StrEnum):
    """Why an effect is dead, by who has to do something about it.

    ``bug`` and ``configuration`` are our own fault: a new version, or a setting, mends them. ``refused`` is the
    neighbour's decision, ``gave_up`` its absence.
    """

    BUG = "bug"
    CONFIGURATION = "configuration"
    REFUSED = "refused"
    GAVE_UP = "gave_up"


class SlotState(StrEnum):
    """What became of a job's slot. ``passed``: it was too old to be worth it, or the job was new."""

    RUN = "run"
    LATE = "late"
    PASSED = "passed"


class Link(StrEnum):
    """How one incident points at another."""

    MERGED = "merged"
    DUPLICATE = "duplicate"


class FeedKind(StrEnum):
    """What calendars and readers subscribe to."""

    REVIEWS = "reviews"
    POSTMORTEMS = "postmortems"


class EventType(StrEnum):
    """What partners hear of. The word before the dot is a group that an endpoint can ask for as a whole."""

    INCIDENT_OPENED = "incident.opened"
    INCIDENT_UPDATED = "incident.updated"
    INCIDENT_STATUS = "incident.status_changed"
    INCIDENT_SEVERITY = "incident.severity_changed"
    INCIDENT_RESOLVED = "incident.resolved"
    POSTMORTEM_STARTED = "postmortem.started"
    POSTMORTEM_UPDATED = "postmortem.updated"
    ACTION_ITEM_CREATED = "action_item.created"
    ACTION_ITEM_UPDATED = "action_item.updated"
    PING = "webhook.ping"


class EndpointState(StrEnum):
    """Whether events go to an endpoint. While it pauses they are kept for it; once it is disabled they are not."""

    ACTIVE = "active"
    PAUSED = "paused"
    DISABLED = "disabled"
    REMOVED = "removed"
