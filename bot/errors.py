"""The error tree: what can go wrong, by what is to be done about it.

``Refused`` is told to a person; programs tell ``Missing`` and ``Unfit`` apart from it. ``Fenced`` ends the write of a
process that may have been replaced. The others are outcomes of an outside effect and decide what the outbox does next.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import ClassVar

from store.types import Cause, Outcome


class Refused(Exception):
    """Someone asked for what cannot be done. The message is for them: what is wrong and what to type instead."""


class Missing(Refused):
    """What somebody named does not exist, or not for them."""


class Unfit(Refused):
    """What somebody wrote cannot be used as it is, wherever things stand."""


class Fenced(Exception):
    """Whoever writes has lost the lease that it writes under, so nothing is written: somebody else may hold it now."""

    def __init__(self, lease: str, token: int) -> None:
        super().__init__(f"the lease {lease!r} is no longer held under token {token}")
        self.token = token


class Failed(Exception):
    """An attempt that did not work.

    ``reason``  in the neighbour's words, free of personal text;
    ``after``   how long the neighbour asked to be left alone;
    ``cause``   who has to do something if nothing better comes of it; a handler that knows more than this says so;
    ``status``  and ``answer``: the HTTP status and what came with it, kept with the attempt, secrets masked;
    ``pauses``  the schedule of this one neighbour, where it differs from that of its kind (``bot.core.retries``).
    """

    outcome: ClassVar[Outcome]
    by_default: ClassVar[Cause]

    def __init__(
        self,
        reason: str,
        after: timedelta | None = None,
        *,
        cause: Cause | None = None,
        status: int | None = None,
        answer: str | None = None,
        pauses: Sequence[timedelta] | None = None,
    ) -> None:
        super().__init__(reason)
        self.reason, self.after, self.cause = reason, after, cause or self.by_default
        self.status, self.answer, self.pauses = status, answer, pauses


class Retry(Failed):
    """The neighbour did nothing, or does not mind to be told twice: it is called again."""

    outcome, by_default = Outcome.RETRY, Cause.GAVE_UP


class Rejected(Failed):
    """The neighbour refused for good: repeating the call cannot help, a person must change something."""

    outcome, by_default = Outcome.REJECTED, Cause.REFUSED


class Unknown(Failed):
    """The answer was lost, so the effect may have happened. It is looked up before it is repeated."""

    outcome, by_default = Outcome.UNKNOWN, Cause.GAVE_UP
