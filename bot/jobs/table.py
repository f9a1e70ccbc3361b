"""What the clock calls, and when.

Every job asks the database what is due by now, so nothing is lost by a restart and nothing is done twice.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import time, timedelta
from functools import partial
from typing import Any

from bot.core.slots import Schedule, Slot, daily
from bot.flows.alert_groups import close_alert_groups
from bot.flows.book_review import follow_reviews
from bot.flows.claim_slot import run_slot
from bot.flows.follow_jira import ask_jira
from bot.flows.forget import forget_old, forget_old_attempts
from bot.flows.index_postmortem import tidy_search
from bot.flows.keep_secret import end_secrets
from bot.flows.measure import measure_incidents
from bot.flows.post_update import nudge_about_updates
from bot.flows.recover import go_on_with_recoveries
from bot.flows.remind import remind_people
from bot.flows.rewrap_keys import rewrap_keys
from bot.flows.send_digests import send_digests
from bot.flows.tx import Tx
from bot.flows.walk_checklist import nudge_overdue_steps, start_followers

LOOK = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Job:
    """One flow that the clock calls every so often, and when its *schedule* has a slot."""

    name: str
    every: timedelta
    flow: Callable[[Tx], Any]
    schedule: Schedule | None = None


def in_slots(name: str, schedule: Schedule, worth: timedelta, flow: Callable[[Tx, Slot], Any]) -> Job:
    """Make a job that runs once in each slot and is told which. After a downtime, one slot up to *worth* old is run."""
    run = partial(run_slot, job=name, schedule=schedule, worth=worth, flow=flow)
    return Job(name, LOOK, run, schedule)


JOBS = (
    Job("nudge about updates", LOOK, nudge_about_updates),
    Job("nudge about steps", LOOK, nudge_overdue_steps),
    Job("start following checklists", LOOK, start_followers),
    Job("go on with recoveries", LOOK, go_on_with_recoveries),
    Job("close groups of alerts", LOOK, close_alert_groups),
    Job("end secrets", timedelta(minutes=1), end_secrets),
    Job("rewrap keys", timedelta(seconds=2), rewrap_keys),
    Job("forget old attempts", timedelta(minutes=1), forget_old_attempts),
    Job("send digests", LOOK, send_digests),
    Job("remind people", timedelta(minutes=1), remind_people),
    Job("follow Jira", LOOK, ask_jira),
    Job("follow reviews", timedelta(minutes=1), follow_reviews),
    Job("measure incidents", timedelta(seconds=30), measure_incidents),
    in_slots("forget", daily(time(4)), timedelta(days=1), forget_old),
    in_slots("tidy the search", daily(time(4)), timedelta(days=1), tidy_search),
)
