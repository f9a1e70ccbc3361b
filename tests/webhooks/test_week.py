"""A week of flaky partners, in virtual time: every event arrives or is a dead letter, once in each partner's log."""

import random
from collections import Counter
from contextlib import AsyncExitStack
from datetime import datetime, timedelta

import pytest

from bot.flows.change_status import change_severity, change_status
from bot.flows.partner_page import Standing
from bot.flows.take_note import state_impact
from store.types import EndpointState, Severity, Status
from tests.fakes.receiver import Receiver, a_receiver
from tests.home import START, Home
from tests.webhooks.office import Office

DAYS = 7
TAKES = {200, 0}  # answers of a receiver that took the event; of a cut one we cannot know


def hours(since: float, until: float, now: datetime) -> bool:
    return since <= (now - START) / timedelta(hours=1) < until


async def an_incident(home: Home) -> None:
    """Let an incident live: opened, worse, impact, resolved with its postmortem."""
    key = await home.open()
    await home.do(change_severity, home.request(), Severity.SEV2, key)
    await home.do(state_impact, home.request(), "card payments fail", key)
    await home.do(change_status, home.request(), Status.RESOLVED, key=key)


async def pass_a_week(office: Office, every: timedelta) -> None:
    """Open incidents for six days, and send whatever falls due at the moment when it does, until nothing waits."""
    clock, openings = office.home.clock, [START + every * number for number in range(timedelta(days=DAYS - 1) // every)]
    while openings or await office.next_due():
        if openings and clock.now() >= openings[0]:
            await an_incident(office.home)
            openings.pop(0)
        await office.send()
        following = [*openings[:1], *filter(None, [await office.next_due()])]
        if following and min(following) <= clock.now():  # A breaker keeps what is due; it says until when.
            following = [office.outbox.next_at() or clock.now()]
        if following:
            clock.pass_(seconds=max(0.001, (min(following) - clock.now()).total_seconds()))


@pytest.mark.parametrize(
    "every", [timedelta(hours=24), pytest.param(timedelta(hours=2), marks=pytest.mark.long)], ids=["short", "long"]
)
async def test_after_a_week_of_flaky_partners_every_event_is_delivered_or_a_dead_letter_once(
    small_office: Office, every: timedelta
) -> None:
    office, clock, dice = small_office, small_office.home.clock, random.Random(7)
    faults = {
        "steady": lambda: 200,
        "a third fails": lambda: dice.choice([200, 200, 500]),
        "answers are lost": lambda: dice.choice([200, 0]),
        "down for a day": lambda: 503 if hours(47, 71, clock.now()) else 200,
        "gone on the fourth day": lambda: 410 if hours(72, 999, clock.now()) else 200,
        "never there": lambda: 500,
    }
    async with AsyncExitStack() as stack:
        receivers: dict[int, Receiver] = {}
        for number, fault in enumerate(faults.values(), start=1):
            receivers[number] = await stack.enter_async_context(a_receiver(faults=fault))
            await office.register(receivers[number].url())
        await pass_a_week(office, every)
    rows = await office.all_deliveries()
    assert {row.standing for row in rows} <= {Standing.DELIVERED, Standing.FAILED}
    assert not [pair for pair, times in Counter((one.endpoint.id, one.event.id) for one in rows).items() if times > 1]
    for number, receiver in receivers.items():
        mine = [row for row in rows if row.endpoint.id == number]
        log = {one.id for one in receiver.received if one.answered in TAKES}  # as a partner keeps it: by webhook-id
        arrived = {row.event.id for row in mine if row.standing is Standing.DELIVERED}
        assert arrived <= log
        assert set(receiver.ids) <= {row.event.id for row in mine}
        sure = Counter(one.id for one in receiver.received if one.answered == 200)
        assert arrived == set(sure)
        assert set(sure.values()) <= {1}
    events = 5 * (timedelta(days=DAYS - 1) // every)  # an incident has five
    states = {number: (await office.endpoint(number)).state for number in receivers}
    assert states == dict.fromkeys((1, 2, 3, 4), EndpointState.ACTIVE) | dict.fromkeys((5, 6), EndpointState.DISABLED)
    failed = Counter(row.endpoint.id for row in rows if row.standing is Standing.FAILED)
    assert failed[1] == 0
    assert 0 < failed[4] < events
    assert len([row for row in rows if row.endpoint.id == 1]) == events
