"""Attempts and dead letters: what is kept of each try, and whose fault it was."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from itertools import pairwise

import pytest

from bot.core.retries import WEBHOOKS
from bot.errors import Rejected, Retry, Unknown
from bot.flows.deliver import LONGEST_ANSWER
from bot.flows.forget import REMEMBERED, forget_old_attempts
from bot.flows.promise import promise
from bot.flows.tx import Tx
from bot.outbox.outcome import Done
from bot.outbox.worker import LEASE, Outbox
from store.attempts import KEPT, Attempt, attempts_at
from store.effects import Claimed
from store.types import Cause, EffectState, EntryKind, Outcome
from tests.home import Home

WEBHOOK, CARD = "webhook.test", "slack.test"


class Partner:
    """Answers what it is told to, one after the other; after that everything goes well."""

    def __init__(self, *answers: Exception | Done) -> None:
        self.answers = list(answers)
        self.heard: list[Claimed] = []

    async def __call__(self, effect: Claimed) -> Done:
        self.heard.append(effect)
        answer = self.answers.pop(0) if self.answers else Done(status=200, answer="thanks")
        if isinstance(answer, Exception):
            raise answer
        return answer


def outbox(home: Home, handler: Callable[[Claimed], Awaitable[Done]], chance: float = 0.5) -> Outbox:
    return Outbox(home.house, {WEBHOOK: handler, CARD: handler}, chance=lambda: chance)


async def give(home: Home, kind: str = WEBHOOK) -> None:
    await home.do(lambda tx: promise(tx, kind, workspace_id=1, incident_id=1))


async def turn(home: Home, worker: Outbox) -> None:
    await worker.send_due()
    await worker.idle()


async def play(home: Home, worker: Outbox, kind: str = WEBHOOK) -> None:
    """Let the worker and the clock run until the effect of this kind is settled."""
    for _ in range(200):
        await turn(home, worker)
        if (await home.effects(kind))[-1].settled_at is not None:
            return
        next_at = worker.next_at()
        assert next_at is not None
        home.clock.pass_(seconds=max(0.0, (next_at - home.clock.now()).total_seconds()))
    raise AssertionError("it is not settled")


async def kept(home: Home, kind: str = WEBHOOK) -> Sequence[Attempt]:
    effect = (await home.effects(kind))[-1]
    return await home.read(lambda tx: attempts_at(tx.db, effect.id or 0))


async def test_a_webhook_keeps_every_attempt_with_its_answer_and_takes_the_steps_of_its_schedule(home: Home) -> None:
    await home.open()
    failures = [Unknown("status 503", status=503, answer=f"down {number}") for number in range(7)]
    await give(home)
    await play(home, outbox(home, Partner(*failures)))
    attempts = await kept(home)
    told = [(one.number, one.outcome, one.status, one.answer) for one in attempts]
    assert told[:2] == [(1, Outcome.UNKNOWN, 503, "down 0"), (2, Outcome.UNKNOWN, 503, "down 1")]
    assert told[-1] == (8, Outcome.DONE, 200, "thanks")
    waits = [later.at - earlier.at for earlier, later in pairwise(attempts)]
    assert waits == list(WEBHOOKS.pauses)


async def test_slack_keeps_the_attempts_that_failed_and_not_the_one_that_worked(home: Home) -> None:
    await home.open()
    await give(home, CARD)
    await play(home, outbox(home, Partner(Retry("ratelimited", status=429), Unknown("cut"))), CARD)
    assert [(one.outcome, one.reason) for one in await kept(home, CARD)] == [
        (Outcome.RETRY, "ratelimited"),
        (Outcome.UNKNOWN, "cut"),
    ]


@pytest.mark.parametrize(
    ("failure", "cause"),
    [
        (Rejected("status 404", status=404), Cause.REFUSED),
        (Rejected("missing_scope", cause=Cause.CONFIGURATION), Cause.CONFIGURATION),
        (Rejected("invalid_blocks", cause=Cause.BUG), Cause.BUG),
        (KeyError("ours"), Cause.BUG),
        (Unknown("timeout"), Cause.GAVE_UP),
        (Retry("unreachable"), Cause.GAVE_UP),
        (Retry("invalid_auth", cause=Cause.CONFIGURATION), Cause.CONFIGURATION),
    ],
)
async def test_a_dead_letter_says_whose_turn_it_is(small_home: Home, failure: Exception, cause: Cause) -> None:
    await small_home.open()
    await give(small_home)
    partner = Partner(*[failure] * 8)
    await play(small_home, outbox(small_home, partner))
    dead = (await small_home.effects(WEBHOOK))[-1]
    assert (dead.state, dead.cause) == (EffectState.DEAD, cause)
    assert len(partner.heard) == (1 if isinstance(failure, Rejected) else 8)


async def test_a_partner_that_fails_is_nothing_to_people_in_the_middle_of_an_incident(small_home: Home) -> None:
    await small_home.open()
    await give(small_home)
    await play(small_home, outbox(small_home, Partner(Rejected("status 410", status=410))))
    assert EntryKind.DELIVERY_FAILED not in await small_home.kinds("INC-1")
    assert await small_home.told("delivery_failed") == []


async def test_an_endpoint_may_have_a_schedule_of_its_own(small_home: Home) -> None:
    await small_home.open()
    await give(small_home)
    own = (timedelta(seconds=5), timedelta(seconds=10))
    await play(small_home, outbox(small_home, Partner(*[Unknown("status 500", pauses=own)] * 3)))
    attempts = await kept(small_home)
    assert [one.at - attempts[0].at for one in attempts] == [timedelta(seconds=after) for after in (0, 5, 15)]
    assert (await small_home.effects(WEBHOOK))[-1].cause is Cause.GAVE_UP


async def test_the_answer_is_kept_up_to_sixteen_kibibytes_with_its_secrets_masked(home: Home) -> None:
    await home.open()
    secret = 'you sent "Authorization": "Bearer abc.def", signed with whsec_MfKQ9r8GKYqrTwjU+PD8/ILPZIo2LaLaSw==\0 é'
    await give(home)
    await play(home, outbox(home, Partner(Done(status=200, answer=secret + "é" * LONGEST_ANSWER))))
    answer = (await kept(home))[0].answer or ""
    assert LONGEST_ANSWER - 1 <= len(answer.encode()) <= LONGEST_ANSWER
    assert "abc" not in answer
    assert "MfKQ" not in answer
    assert answer.startswith('you sent "Authorization": "')


async def test_what_lost_its_claim_keeps_no_attempt(home: Home) -> None:
    await home.open()

    async def too_long(effect: Claimed) -> Done:
        home.clock.pass_(seconds=LEASE.total_seconds() + 1)
        await home.do(lambda tx: tx.db.connection().exec_driver_sql("UPDATE effect SET token = 'another'") and None)
        return Done(status=200)

    await give(home)
    await turn(home, outbox(home, too_long))
    assert await kept(home) == []


async def test_an_effect_keeps_its_latest_attempts_alone_and_they_are_forgotten_after_a_month(home: Home) -> None:
    await home.open()
    await give(home, CARD)
    await play(home, outbox(home, Partner(*[Retry("busy")] * (KEPT + 7))), CARD)
    assert [one.number for one in await kept(home, CARD)] == list(range(8, KEPT + 8))

    def forget(tx: Tx) -> int:
        return forget_old_attempts(tx)

    home.clock.pass_(seconds=REMEMBERED.total_seconds() - 3600)
    assert await home.do(forget) == 0
    home.clock.pass_(hours=2)
    assert await home.do(forget) == KEPT
    assert await kept(home, CARD) == []
