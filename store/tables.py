"""Every row there is, imported once so that the metadata is complete."""

from store.actions import ActionItem
from store.alerts import AlertGroup, AlertRow
from store.answers import Answer
from store.arrivals import Arrival
from store.attempts import Attempt
from store.audit import AuditEntry
from store.breakers import BreakerRow
from store.changes import ChangeRow
from store.checklists import ChecklistRun, StepRun
from store.comments import PostmortemComment
from store.conflicts import ConflictRow
from store.deliveries import Delivery
from store.edits import PostmortemEdit, PostmortemEditor, WorkingCopy
from store.effects import Effect
from store.endpoints import Endpoint, Partner
from store.events import Event
from store.feeds import Feed
from store.ground import Ground
from store.incidents import Incident, Participant
from store.installations import Installation
from store.keys import DataKey
from store.leases import Lease
from store.living import LivingMessage
from store.measures import Measure
from store.people import Person
from store.postmortems import Postmortem, PostmortemReader, PostmortemVersion
from store.proposals import Proposal
from store.publications import Publication
from store.recoveries import Recovery
from store.reminders import Reminder
from store.replicas import Replica
from store.requests import Request
from store.reviews import Review, ReviewAnswer
from store.roles import RoleHolder
from store.search import PublishedText
from store.secrets import SecretVersion
from store.sessions import WebSession
from store.slots import JobSlot
from store.tickets import Ticket
from store.timeline import Entry
from store.tokens import ApiToken
from store.watermarks import Watermark
from store.web_roles import RoleGiven
from store.workspaces import Workspace

ROWS = (
    ActionItem,
    AlertGroup,
    AlertRow,
    ApiToken,
    Answer,
    Arrival,
    Attempt,
    AuditEntry,
    BreakerRow,
    ChangeRow,
    ChecklistRun,
    ConflictRow,
    DataKey,
    Delivery,
    Effect,
    Endpoint,
    Entry,
    Event,
    Feed,
    Ground,
    Incident,
    Installation,
    JobSlot,
    Lease,
    LivingMessage,
    Measure,
    Participant,
    Proposal,
    Publication,
    Partner,
    Person,
    Postmortem,
    PostmortemComment,
    PostmortemEdit,
    PostmortemEditor,
    PostmortemReader,
    PostmortemVersion,
    PublishedText,
    Recovery,
    Reminder,
    Replica,
    Request,
    Review,
    ReviewAnswer,
    RoleGiven,
    RoleHolder,
    SecretVersion,
    StepRun,
    Ticket,
    Watermark,
    WebSession,
    WorkingCopy,
    Workspace,
)
