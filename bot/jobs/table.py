"""What the clock calls, and how often.

Every job asks the database what is due by now, so nothing is lost by a restart and nothing is done twice.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.flows.forget import forget_old_attempts, forget_old_requests
from bot.flows.post_update import nudge_about_updates
from bot.flows.tx import Tx
from bot.flows.walk_checklist import nudge_overdue_steps, start_followers


@dataclass(frozen=True, slots=True)
class Job:
    """One flow that the clock calls every so often."""

    name: str
    every: timedelta
    flow: Callable[[Tx], Any]


JOBS = (
    Job("nudge about updates", timedelta(seconds=5), nudge_about_updates),
    Job("nudge about steps", timedelta(seconds=5), nudge_overdue_steps),
    Job("start following checklists", timedelta(seconds=5), start_followers),
    Job("forget old requests", timedelta(hours=1), forget_old_requests),
    Job("forget old attempts", timedelta(minutes=1), forget_old_attempts),
)
