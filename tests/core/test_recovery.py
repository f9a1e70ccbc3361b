"""Recovery in virtual time: a neighbour that takes a hundred calls a second, away for ten minutes, and coming back."""

import heapq
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.recovery import CLOSED, DEFAULT, KNOCK, OPEN, PROBING, Breaker, Knocks, Ramp, RetryBudget
from tests.home import START

CAPACITY = 100  # calls a second
TIMEOUT = 10.0  # seconds
OUTAGE = (60.0, 660.0)  # seconds from the start
ROOM = 1000  # calls in flight that our side would allow


class Neighbour:
    """Answers each call after *latency*, or later when more than a hundred a second come; nothing while it is away."""

    def __init__(self, latency: float, hangs: bool, away: tuple[float, float] = OUTAGE) -> None:
        self.latency, self.hangs, self.away, self.free_at = latency, hangs, away, 0.0

    def answer(self, at: float) -> tuple[float, bool]:
        """Return when a call of *at* ends, and whether it was served in time."""
        if self.away[0] <= at < self.away[1]:
            return at + (TIMEOUT if self.hangs else 0.01), False
        self.free_at = max(self.free_at, at) + 1 / CAPACITY
        served = max(self.free_at, at + self.latency)
        return (served, True) if served - at <= TIMEOUT else (at + TIMEOUT, False)


class Caller:
    """Sends a backlog without end through a breaker and a ramp, as the worker does.

    With *knocks* it also tries once a second whether the neighbour's address takes connections, which it does not while
    the neighbour is away.
    """

    def __init__(self, neighbour: Neighbour, *, knocks: bool = False) -> None:
        self.neighbour, self.breaker, self.ramp = neighbour, Breaker(), Ramp().restart()
        self.knocks, self.next_knock = Knocks() if knocks else None, 0.0
        self.in_flight: list[tuple[float, int, float, bool, int]] = []
        self.numbers: Iterator[int] = count()
        self.served: list[float] = []
        self.wasted = 0

    def run(self, until: float) -> None:
        """Play until some second."""
        now = 0.0
        while now < until:
            self._knock(now)
            if self.breaker.may_probe(at(now)):
                self.breaker = self.breaker.probe(at(now))
            self._send(now)
            waking = [self.in_flight[0][0]] if self.in_flight else []
            if self.breaker.until is not None and self.breaker.state is OPEN:
                waking.append((self.breaker.until - START).total_seconds())
            if self.knocks is not None and self.breaker.state is not CLOSED:
                waking.append(self.next_knock)
            now = max(now, min(waking)) + 1e-6
            while self.in_flight and self.in_flight[0][0] <= now:
                self._end(*heapq.heappop(self.in_flight))

    def _knock(self, now: float) -> None:
        if self.knocks is None or now < self.next_knock:
            return
        self.next_knock = now + KNOCK.total_seconds()
        if self.breaker.state is CLOSED:
            self.knocks = Knocks()
            return
        opens = not self.neighbour.away[0] <= now < self.neighbour.away[1]
        self.knocks, hasten = self.knocks.knocked(opens, at(now))
        if hasten:
            self.breaker = self.breaker.hasten(at(now))

    def _send(self, now: float) -> None:
        while True:
            room = self.breaker.room()
            limit = min(ROOM, self.ramp.limit or ROOM) - len(self.in_flight)
            if (limit if room is None else room) <= 0:
                return
            self.breaker = self.breaker.begin()
            ends, ok = self.neighbour.answer(now)
            heapq.heappush(self.in_flight, (ends, next(self.numbers), now, ok, self.breaker.generation))

    def _end(self, ends: float, number: int, began: float, ok: bool, generation: int) -> None:
        self.served += [ends] if ok else []
        self.wasted += not ok
        was = self.breaker.state
        self.breaker = self.breaker.end(ok, generation, at(ends))
        self.ramp = self.ramp.end(ok, ends - began)
        if was is PROBING and self.breaker.state is CLOSED:
            self.ramp = self.ramp.restart()


def at(second: float) -> datetime:
    return START + timedelta(seconds=second)


PHASES = [0.0, 0.9, 1.7, 3.1, 4.6, 6.8]  # seconds after a whole number of rests


@pytest.mark.parametrize("hangs", [False, True])
@pytest.mark.parametrize("latency", [0.05, 0.3])
@pytest.mark.parametrize("phase", PHASES)
def test_a_neighbour_that_could_not_be_reached_has_its_full_load_in_the_minute_after_its_return(
    phase: float, latency: float, hangs: bool
) -> None:
    """Measured from the return itself, whenever that is."""
    back = OUTAGE[1] + phase
    caller = Caller(Neighbour(latency, hangs, away=(OUTAGE[0], back)), knocks=True)
    caller.run(back + 61)
    assert goodput(caller, back) >= 95
    assert caller.wasted <= 100


@pytest.mark.parametrize("phase", PHASES)
def test_one_that_takes_connections_and_fails_is_found_again_after_a_rest_at_most_and_few_calls_were_wasted(
    phase: float,
) -> None:
    """No rest that wastes fewer than a hundred calls in ten minutes can promise more; see docs/decisions/0047."""
    back = OUTAGE[1] + phase
    caller = Caller(Neighbour(0.1, hangs=False, away=(OUTAGE[0], back)))
    caller.run(back + DEFAULT.rest_s + 62)
    first = min(at for at in caller.served if at > back)
    assert first - back <= DEFAULT.rest_s + 0.5
    assert goodput(caller, first) >= 95
    assert caller.wasted <= 100


def test_a_door_that_opens_and_shuts_is_worth_one_probe_a_rest() -> None:
    knocks, hastened = Knocks(), 0
    for second in range(60):
        knocks, hasten = knocks.knocked(second % 2 == 1, START + timedelta(seconds=second))
        hastened += hasten
    assert hastened <= 60 / DEFAULT.rest_s + 1


def goodput(caller: Caller, since: float) -> float:
    """Return the calls served each second in the minute from some second on."""
    return sum(since <= at < since + 60 for at in caller.served) / 60


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 3), st.floats(0, 15))))
def test_a_breaker_never_lets_more_than_three_probes_through_and_hears_no_old_answers(
    events: list[tuple[bool, int, float]],
) -> None:
    breaker, now, probes = Breaker(), START, 0
    for ok, behind, seconds in events * 5:
        now += timedelta(seconds=seconds)
        if breaker.may_probe(now):
            breaker, probes = breaker.probe(now), 0
        if breaker.room() == 0:
            continue
        probes = probes + 1 if breaker.state is PROBING else 0
        assert probes <= 3
        begun = breaker.begin()
        assert begun.end(ok, begun.generation - 1 - behind, now) == begun
        breaker = begun.end(ok, begun.generation, now)
        assert breaker.generation >= begun.generation


def test_every_second_call_failing_opens_it_and_one_in_ten_does_not() -> None:
    half, tenth = Breaker(), Breaker()
    for number in range(100):
        half = half.end(number % 2 == 0, half.generation, START)
        tenth = tenth.end(number % 10 != 0, tenth.generation, START)
    assert (half.state, tenth.state) == (OPEN, CLOSED)


def test_the_ramp_goes_up_by_ten_gives_back_twenty_and_never_falls_under_ten() -> None:
    ramp, limits = Ramp().restart(), []
    for ok in (True, True, True, True, False, True, False, False):
        for _ in range(ramp.limit or 0):
            ramp = ramp.end(ok, 0.1)
        limits.append(ramp.limit)
    assert limits == [20, 30, 40, 50, 30, 40, 20, 10]


def test_a_slow_neighbour_gets_fewer_calls_though_none_fails() -> None:
    ramp = Ramp().restart()
    for seconds in (0.1, 0.1, 0.1, 0.2):
        for _ in range(ramp.limit or 0):
            ramp = ramp.end(True, seconds)
    assert ramp.limit == 20


@given(st.lists(st.tuples(st.floats(0, 2), st.booleans()), min_size=200, max_size=400))
def test_retries_stay_under_a_fifth_of_all_calls(calls: list[tuple[float, bool]]) -> None:
    """Beside ten at once and six a minute, which a quiet neighbour may have."""
    budget, now, retries = RetryBudget(), START, list[datetime]()
    for seconds, fails in calls:
        now += timedelta(seconds=seconds)
        budget = budget.first_try(now)
        if fails:
            wait, budget = budget.retry(now)
            retries.append(now + wait)
    passed = (now - START).total_seconds()
    made = sum(at <= now for at in retries)
    assert made <= 0.2 * (len(calls) + made) + 10 + passed * RetryBudget.TRICKLE + 1
