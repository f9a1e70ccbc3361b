"""Let what published postmortems say be found by everyone, and by nobody once it is no longer theirs to read."""

from bot.core.published import published
from bot.core.slots import Slot
from bot.core.timeline import GONE
from bot.flows.tx import Tx
from bot.flows.versions import latest_text
from bot.formats.reading import blocks
from store.incidents import Incident
from store.postmortems import versions_of
from store.search import PublishedText, publish_text, tidy_index, unindexed, withdraw_stray_texts

LONGEST = 100_000  # characters of one part that are searched; PostgreSQL indexes no more than a megabyte of words
MOST = 100  # postmortems that one run catches up with


def index_postmortem(tx: Tx, incident: Incident) -> None:
    """Let it be found what an incident's postmortem says, which was just published.

    What is of a private incident or a test is kept out: its text stays sealed, and in no index.
    """
    incident_id = incident.id or 0
    text = latest_text(tx, incident_id)
    if incident.private or incident.test or not text or text == GONE:
        return
    said, latest = published(blocks(text)), versions_of(tx.db, incident_id)[-1]
    publish_text(
        tx.db,
        PublishedText(
            incident_id=incident_id,
            version=latest.number,
            key_id=latest.key_id,
            summary=said.summary[:LONGEST],
            factors=said.factors[:LONGEST],
            rest=said.rest[:LONGEST],
        ),
    )


def tidy_search(tx: Tx, _slot: Slot) -> None:
    """Take out what should not be found, catch up with what should be, and let go of words that were taken out."""
    withdraw_stray_texts(tx.db)
    for incident in unindexed(tx.db, MOST):
        index_postmortem(tx, incident)
    tidy_index(tx.db)
