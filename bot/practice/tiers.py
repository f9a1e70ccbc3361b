"""Slack's rate limits: so many calls of a method in a minute, by tier, and one post a second per channel."""

from collections import defaultdict, deque
from math import ceil

from bot.practice.forms import Args

PER_MINUTE = {1: 1, 2: 20, 3: 50, 4: 100}
MINUTE = 60.0
POSTS = 5  # messages to one channel that may come in a burst
POSTS_WINDOW = 5.0  # seconds


class Tiers:
    """Counts calls in a sliding window. Slack counts the same way but does not publish the exact window."""

    def __init__(self) -> None:
        self._calls: dict[tuple[str, ...], deque[float]] = defaultdict(deque)

    def wait(self, method: str, tier: int, args: Args, now: float) -> int:
        """Seconds that the caller must wait before this call, 0 if it may go now (and is counted)."""
        if method == "chat.postMessage":
            return self._take((method, args.text("channel")), POSTS, POSTS_WINDOW, now)
        return self._take((method,), PER_MINUTE[tier], MINUTE, now) if tier else 0

    def _take(self, key: tuple[str, ...], most: int, window: float, now: float) -> int:
        calls = self._calls[key]
        while calls and calls[0] <= now - window:
            calls.popleft()
        if len(calls) >= most:
            return max(1, ceil(calls[0] + window - now))
        calls.append(now)
        return 0
