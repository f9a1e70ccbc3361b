"""Fairness as it is heard: not who would be next, but the sequence of sends, over many claims."""

from collections import Counter, deque
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.core.fairness import Bucket, Round, Turns
from store.types import Lane
from tests.home import START

WEIGHTS = st.dictionaries(st.integers(1, 8), st.sampled_from([0.5, 1.0, 2.0, 3.0]), min_size=2)
CLAIMS = st.lists(st.integers(1, 7), min_size=20, max_size=60)
INTERACTIVE, BATCH = Lane.INTERACTIVE, Lane.BATCH


@given(WEIGHTS, CLAIMS)
def test_whoever_waits_all_the_time_is_heard_as_its_weight_says_however_small_the_claims(
    weights: dict[int, float], claims: list[int]
) -> None:
    round_, heard = Round[int](), Counter[int]()
    for sends in claims:
        dealt, round_ = round_.deal(weights, sends)
        assert len(dealt) == sends
        heard.update(dealt)
        shares = [heard[each] / weight for each, weight in weights.items()]
        assert max(shares) - min(shares) <= 1 + 1 / min(weights.values())


@given(st.lists(st.tuples(st.integers(1, 4), st.sets(st.integers(2, 6))), min_size=10, max_size=60))
def test_who_comes_and_goes_cannot_keep_out_who_stays(claims: list[tuple[int, set[int]]]) -> None:
    """The first waits all the time; between two of its sends each of the others is heard at most twice."""
    round_, sent = Round[int](), list[int]()
    for sends, others in claims:
        dealt, round_ = round_.deal(dict.fromkeys((1, *others), 1.0), sends)
        sent += dealt
    since = Counter[int]()
    for each in sent:
        since[each] += 1
        if each == 1:
            since.clear()
        assert all(count <= 2 for count in since.values())


def test_the_first_in_the_list_does_not_begin_every_claim() -> None:
    round_, sent = Round[str](), list[str]()
    for _ in range(9):
        dealt, round_ = round_.deal({"noisy": 1.0, "quiet": 1.0, "last": 1.0}, 1)
        sent += dealt
    assert sent == ["noisy", "quiet", "last"] * 3


@given(CLAIMS)
def test_lanes_take_turns_nine_to_one_and_neither_starves(claims: list[int]) -> None:
    turns, sent = Turns(), list[Lane]()
    for sends in claims:
        dealt, turns = turns.deal({INTERACTIVE: {1: 1.0}, BATCH: {1: 1.0}}, sends)
        sent += [lane for lane, _ in dealt]
    for tenth in range(0, len(sent) - 10, 10):
        assert Counter(sent[tenth : tenth + 10]) == {INTERACTIVE: 9, BATCH: 1}


def test_a_lane_that_waits_alone_has_every_turn() -> None:
    dealt, _ = Turns().deal({BATCH: {7: 1.0}}, 50)
    assert dealt == [(BATCH, 7)] * 50


@given(st.sampled_from([1.0, 20.0, 50.0]), st.lists(st.floats(0, 30), max_size=300))
def test_a_quota_is_kept_whatever_the_pauses_and_a_pause_allows_twice_as_much(quota: float, gaps: list[float]) -> None:
    now, sent = START, []
    bucket = Bucket.full(quota, now)
    for gap in gaps:
        now += timedelta(seconds=gap)
        while bucket.left(now) >= 1:
            bucket = bucket.draw(now)
            sent.append(now)
        assert bucket.next_at(now) > now
        assert bucket.left(bucket.next_at(now) + timedelta(milliseconds=1)) >= 1
    for begun in sent[::7]:
        minute = [at for at in sent if begun <= at <= begun + timedelta(minutes=1)]
        assert len(minute) <= 3 * quota + 1


def waits(noisy: int) -> tuple[list[float], int]:
    """Play a minute of sixteen calls in flight, a tenth of a second each, and a quiet workspace's effect now and then.

    Return how long each of those took from its promise to its end, and how many of the noisy one's were sent.
    """
    arrivals = deque(number * 0.173 for number in range(340))
    turns, now, ends, took, sent = Turns(), 0.0, list[float](), list[float](), 0
    while now < 60:
        ends = [end for end in ends if end > now]
        while len(ends) < 16:
            waiting = ({1: 1.0} if sent < noisy else {}) | ({2: 1.0} if arrivals and arrivals[0] <= now else {})
            [(_, who)], turns = turns.deal({INTERACTIVE: waiting}, 1) if waiting else ([(INTERACTIVE, 0)], turns)
            if not who:
                break
            ends.append(now + 0.1)
            if who == 2:
                took.append(ends[-1] - arrivals.popleft())
            else:
                sent += 1
        now = min([*ends, *list(arrivals)[:1], 60.0], key=lambda at: at if at > now else 61.0)
    return sorted(took), sent


def test_a_hundred_thousand_of_one_workspace_double_nobody_elses_wait_and_use_what_is_spare() -> None:
    alone, _ = waits(noisy=0)
    beside, sent = waits(noisy=100_000)
    assert percentile(beside) <= 2 * percentile(alone) + 1e-9
    capacity = 16 * 60 / 0.1
    assert sent >= 0.9 * (capacity - len(beside))


def percentile(took: list[float]) -> float:
    return took[int(len(took) * 0.99)]
