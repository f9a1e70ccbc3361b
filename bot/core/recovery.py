"""Recovery: leave a neighbour alone while it fails, find out that it is back with few calls, and come back slowly.

``Breaker`` stops calls when too many of the last ones failed, and lets a few through to probe. ``Ramp`` is how many may
be in flight: few after an outage, more while all is well, fewer when calls fail or take much longer than they could.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from store.types import BreakerState

CLOSED, OPEN, PROBING = BreakerState.CLOSED, BreakerState.OPEN, BreakerState.PROBING


@dataclass(frozen=True, slots=True)
class Recovery:
    """What an operator may decide; the table [recovery] of ``firstfive.toml``."""

    calls: int = 20  # the window: the last calls, of which
    failing: float = 0.5  # may fail; then calls stop
    rest_s: float = 7  # from one probe to the next: under a hundred calls in ten minutes, the first failures included
    probes: int = 3  # that must go well, one after the other, before calls begin again
    floor: int = 10  # calls in flight after an outage, and never fewer
    step: int = 10  # more, while errors stay under one in a hundred and answers come about as fast as they can
    back: int = 20  # fewer, when not
    slow: float = 1.5  # times the fastest answers; from here on a neighbour is slow because of us


DEFAULT = Recovery()
KNOCK = timedelta(seconds=1)  # between tries whether an address takes connections, while calls stop
TROUBLED = 0.01  # of the calls
UNNOTICED = 0.05  # seconds; below that it is us whom we measure


@dataclass(frozen=True, slots=True)
class Breaker:
    """Whether calls may go to one neighbour, for one tenant.

    ``generation`` rises with each change, so that an answer to a call of an earlier one changes nothing. ``until`` is
    when an open one may be probed. ``last`` is how the last calls went, the newest at the end.
    """

    rules: Recovery = DEFAULT
    state: BreakerState = CLOSED
    generation: int = 0
    until: datetime | None = None
    last: tuple[bool, ...] = ()
    in_flight: int = 0

    def room(self) -> int | None:
        """Return how many calls may begin now; None for as many as one likes."""
        if self.state is CLOSED:
            return None
        return 1 if self.state is PROBING and not self.in_flight else 0

    def may_probe(self, now: datetime) -> bool:
        """Return whether an open one has rested long enough."""
        return self.state is OPEN and self.until is not None and self.until <= now

    def hasten(self, now: datetime) -> "Breaker":
        """Let one that stops calls be probed now. Of a probe that hangs from before, the answer changes nothing."""
        return self if self.state is CLOSED else Breaker(self.rules, OPEN, self.generation + 1, now)

    def probe(self, now: datetime) -> "Breaker":
        """Begin a round of probes, the next of which is due in time whatever this one finds."""
        return Breaker(self.rules, PROBING, self.generation, self._rested(self.until or now, now))

    def begin(self) -> "Breaker":
        """Count a call that begins."""
        return replace(self, in_flight=self.in_flight + 1) if self.state is PROBING else self

    def end(self, ok: bool, generation: int, now: datetime) -> "Breaker":
        """Count what came of a call that began in some *generation*."""
        if generation != self.generation or self.state is OPEN:
            return self
        last = (*self.last, ok)[-self.rules.calls :]
        if self.state is PROBING and not ok:
            return Breaker(self.rules, OPEN, self.generation + 1, self._rested(self.until or now, now))
        if self.state is PROBING and len(last) < self.rules.probes:
            return replace(self, last=last, in_flight=self.in_flight - 1)
        if self.state is PROBING:
            return Breaker(self.rules, CLOSED, self.generation + 1)
        if last.count(False) >= self.rules.failing * self.rules.calls:
            return Breaker(self.rules, OPEN, self.generation + 1, self._rested(now, now))
        return self if last == self.last else replace(self, last=last)

    def _rested(self, since: datetime, now: datetime) -> datetime:
        """Return when the next rest since then is over, at whole rests: how long a probe takes delays nothing."""
        if since > now:
            return since
        rest = timedelta(seconds=self.rules.rest_s)
        return since + rest * (1 + (now - since) // rest)


@dataclass(frozen=True, slots=True)
class Knocks:
    """Whether a neighbour's address takes a connection, which is no call and wastes none of its room.

    One that takes them again after it took none is worth a probe at once. One that takes them and fails all the same
    tells nothing: then there is the rest between probes. So is one whose address comes and goes.
    """

    shut: bool = False
    hastened: datetime | None = None

    def knocked(self, opens: bool, now: datetime, rules: Recovery = DEFAULT) -> tuple["Knocks", bool]:
        """Count a try. Return whether the next probe should not wait."""
        rested = self.hastened is None or now - self.hastened >= timedelta(seconds=rules.rest_s)
        hasten = opens and self.shut and rested
        return Knocks(not opens, now if hasten else self.hastened), hasten


@dataclass(frozen=True, slots=True)
class Ramp:
    """How many calls may be in flight, between the floor and what there is room for."""

    rules: Recovery = DEFAULT
    limit: int | None = None  # None as long as there was no outage
    fastest: float | None = None  # seconds that calls took in the best round
    ends: int = 0
    bad: int = 0
    took: float = 0.0  # seconds, all calls of this round

    def end(self, ok: bool, seconds: float) -> "Ramp":
        """Count a call. A round is as many calls as may be in flight; after each the limit moves."""
        if self.limit is None:
            return self
        counted = replace(self, ends=self.ends + 1, bad=self.bad + (not ok), took=self.took + ok * seconds)
        return counted if counted.ends < self.limit else counted._moved(self.limit)

    def _moved(self, limit: int) -> "Ramp":
        well = self.ends - self.bad
        mean = self.took / well if well else self.fastest
        fastest = min(mean, self.fastest or mean) if mean is not None else None
        slow = mean is not None and mean >= self.rules.slow * max(fastest or 0.0, UNNOTICED)
        troubled = slow or self.bad >= TROUBLED * self.ends
        moved = max(self.rules.floor, limit - self.rules.back) if troubled else limit + self.rules.step
        return Ramp(self.rules, moved, fastest)

    def restart(self) -> "Ramp":
        """Begin again at the floor: the neighbour is back."""
        return Ramp(self.rules, self.rules.floor, self.fastest)


@dataclass(frozen=True, slots=True)
class RetryBudget:
    """Keeps retries under a fifth of all calls, and under six a minute where there are hardly any others."""

    credit: float = 10.0
    at: datetime | None = None

    EARNED = 0.25  # of a retry, by each first try: one call in five
    MOST = 10.0
    TRICKLE = 0.1  # a second

    def first_try(self, now: datetime) -> "RetryBudget":
        """Count a call that is no retry."""
        return RetryBudget(min(self.MOST, self._credit(now) + self.EARNED), now)

    def retry(self, now: datetime) -> tuple[timedelta, "RetryBudget"]:
        """Return how long one more retry has to wait at least, and what is left then."""
        credit = self._credit(now) - 1
        return timedelta(seconds=max(0.0, -credit / self.TRICKLE)), RetryBudget(credit, now)

    def _credit(self, now: datetime) -> float:
        passed = (now - self.at).total_seconds() if self.at else 0.0
        return min(self.MOST, self.credit + self.TRICKLE * max(0.0, passed))
