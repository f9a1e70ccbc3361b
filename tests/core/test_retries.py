"""When an effect that failed is tried again, and when it is given up."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.core.retries import JITTER, POLICIES, STEADY, WEBHOOKS, give_up_at, next_pause

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
CHANCE = st.floats(0, 1)


def seconds(tries: range, chance: float = 0.5) -> list[float | None]:
    pauses = (next_pause(WEBHOOKS, number, chance) for number in tries)
    return [None if pause is None else round(pause.total_seconds(), 3) for pause in pauses]


def test_webhooks_are_tried_again_by_the_steps_of_their_schedule_and_then_given_up() -> None:
    assert seconds(range(1, 9)) == [60, 300, 900, 3600, 7200, 14400, 28800, None]
    assert seconds(range(1, 3), chance=0) == [48, 240]
    assert seconds(range(1, 3), chance=1) == [72, 360]


def test_a_neighbour_may_have_pauses_of_its_own() -> None:
    own = (timedelta(seconds=5), timedelta(seconds=10))
    assert next_pause(WEBHOOKS, 2, 0.5, pauses=own) == timedelta(seconds=10)
    assert next_pause(WEBHOOKS, 3, 0.5, pauses=own) is None
    assert next_pause(WEBHOOKS, 1, 0.5, pauses=()) is None


def test_slack_and_jira_are_tried_again_without_an_end_but_time() -> None:
    assert POLICIES["slack"] is POLICIES["jira"] is STEADY
    assert next_pause(STEADY, 10_000, 0.5) == timedelta(minutes=1)


@given(st.sampled_from([STEADY, WEBHOOKS]), st.integers(1, 7), CHANCE, st.integers(0, 10**6))
def test_a_pause_is_its_step_give_or_take_a_fifth_and_never_less_than_was_asked_up_to_a_day(
    policy: object, tries: int, chance: float, asked: int
) -> None:
    assert policy in (STEADY, WEBHOOKS)
    chosen = STEADY if policy is STEADY else WEBHOOKS
    step, wanted = chosen.pauses[tries - 1], timedelta(seconds=asked)
    pause = next_pause(chosen, tries, chance, asked=wanted)
    assert pause is not None
    assert pause >= min(wanted, timedelta(days=1))
    assert step * (1 - JITTER) <= pause <= max(step, min(wanted, timedelta(days=1))) * (1 + JITTER)


def test_no_attempt_may_take_longer_than_a_claim_holds() -> None:
    from bot.outbox.worker import LEASE

    assert all(policy.timeout < LEASE for policy in POLICIES.values())


def test_time_in_which_nobody_tried_does_not_count() -> None:
    day = timedelta(days=1)
    first = give_up_at(STEADY, NOON, NOON - 9 * day, None)
    assert first == NOON + day
    assert give_up_at(STEADY, NOON + timedelta(minutes=1), NOON + timedelta(minutes=1), first) == first
    assert give_up_at(STEADY, NOON + 3 * day, NOON + timedelta(minutes=1), first) == NOON + 4 * day - timedelta(
        minutes=1
    )
    assert give_up_at(WEBHOOKS, NOON, NOON, None) is None
