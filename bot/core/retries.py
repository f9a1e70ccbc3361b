"""When an effect that failed is tried again, and when it is given up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from store.types import Outcome

JITTER = 0.2  # of a pause, either way: what failed together does not come back together
LONGEST_ASKED = timedelta(days=1)  # a neighbour that asks for more is tried again all the same

FAILURES = frozenset({Outcome.RETRY, Outcome.UNKNOWN, Outcome.REJECTED})


@dataclass(frozen=True, slots=True)
class Policy:
    """How the effects for one neighbour are tried.

    ``pauses``    after the first failure, the second and so on;
    ``patience``  with it, the last pause is repeated until effects were tried for so long; without, an effect is given
                  up with its last pause;
    ``timeout``   how long one attempt may take, shorter than a claim holds;
    ``keeps``     the outcomes whose attempts are kept;
    ``told``      whether a failure for good is on the incident's timeline and told to whoever declared it.
    """

    pauses: tuple[timedelta, ...]
    patience: timedelta | None
    timeout: timedelta
    keeps: frozenset[Outcome]
    told: bool


STEADY = Policy(
    pauses=tuple(min(timedelta(milliseconds=300) * 2**step, timedelta(minutes=1)) for step in range(9)),
    patience=timedelta(hours=24),
    timeout=timedelta(seconds=15),
    keeps=FAILURES,
    told=True,
)
WEBHOOKS = Policy(
    pauses=tuple(timedelta(seconds=pause) for pause in (60, 300, 900, 3600, 7200, 14400, 28800)),
    patience=None,
    timeout=timedelta(seconds=22),
    keeps=FAILURES | {Outcome.DONE},
    told=False,
)
MODEL = Policy(
    pauses=(timedelta(seconds=10), timedelta(seconds=60)),
    patience=None,
    timeout=timedelta(seconds=28),
    keeps=FAILURES,
    told=False,
)
POLICIES = {"slack": STEADY, "jira": STEADY, "webhook": WEBHOOKS, "model": MODEL}


def policy_of(kind: str) -> Policy:
    """Return the policy of an effect's neighbour, which its kind names before the dot."""
    return POLICIES.get(kind.partition(".")[0], STEADY)


def next_pause(
    policy: Policy,
    tries: int,
    chance: float,
    *,
    asked: timedelta | None = None,
    pauses: Sequence[timedelta] | None = None,
) -> timedelta | None:
    """Return the wait after *tries* failures, never less than the neighbour *asked* for; None when it is given up.

    *pauses* are this neighbour's own instead of the policy's. *chance*, from 0 to 1, is where in the jitter it falls.
    """
    steps = policy.pauses if pauses is None else pauses
    if not steps or (policy.patience is None and tries > len(steps)):
        return None
    step = steps[min(tries, len(steps)) - 1] * (1 + JITTER * (2 * chance - 1))
    return max(step, min(asked or timedelta(), LONGEST_ASKED) * (1 + JITTER * chance))


def give_up_at(policy: Policy, began: datetime, due_at: datetime, before: datetime | None) -> datetime | None:
    """Return when an effect is given up that was due at *due_at* and tried at *began*; None: its pauses decide.

    *before* is what this said after its last attempt. Time in which nobody tried, because nothing ran here or the
    neighbour was left alone, does not count: an effect never dies of having been held.
    """
    if policy.patience is None:
        return None
    return before + max(began - due_at, timedelta()) if before else began + policy.patience
