"""The error tree: what can go wrong, by what is to be done about it.

``Refused`` is told to a person. The other three are outcomes of an outside effect and decide what the outbox does next.
"""

from datetime import timedelta


class Refused(Exception):
    """Someone asked for what cannot be done. The message is for them: what is wrong and what to type instead."""


class Retry(Exception):
    """The neighbour did nothing and asks to be called again, not before *after* has passed."""

    def __init__(self, reason: str, after: timedelta | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.after = after


class Rejected(Exception):
    """The neighbour refused for good: repeating the call cannot help, a person must change something."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Unknown(Exception):
    """The answer was lost, so the effect may have happened. It is looked up before it is repeated."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
