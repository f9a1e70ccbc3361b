"""The practice Jira's webhooks: signed, under one identifier however often they come, delivered on request."""

import hashlib
import hmac
import json
import random
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from aiohttp import ClientSession

from bot.practice.tracker import Issue, Tracker


@dataclass
class Weather:
    """How deliveries fare: which share is lost, which comes again, and whether they keep their order."""

    lost: float = 0.0
    repeated: float = 0.0
    reordered: bool = False


@dataclass
class TrackerHooks:
    """One webhook to *url*, signed with *secret*. What happened waits here until it is delivered."""

    tracker: Tracker
    url: str
    secret: str
    weather: Weather = field(default_factory=Weather)
    chance: random.Random = field(default_factory=lambda: random.Random(0))  # noqa: S311 - faults need no secrecy
    waiting: list[tuple[str, bytes]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._numbers = count(1)
        self.tracker.heard = self._heard

    def _heard(self, event: str, issue: Issue) -> None:
        about: dict[str, Any] = {"id": issue.id, "key": issue.key, "fields": {"summary": issue.fields.get("summary")}}
        said = {"timestamp": int(self.tracker.clock().timestamp() * 1000), "webhookEvent": event, "issue": about}
        self.waiting.append((f"hook-{next(self._numbers)}", json.dumps(said).encode()))

    async def deliver(self) -> None:
        """Deliver what waits, as the weather has it."""
        going, self.waiting = self.waiting, []
        going = [each for each in going if self.chance.random() >= self.weather.lost]
        going += [each for each in going if self.chance.random() < self.weather.repeated]
        if self.weather.reordered:
            self.chance.shuffle(going)
        async with ClientSession() as session:
            for identifier, body in going:
                signature = hmac.new(self.secret.encode(), body, hashlib.sha256).hexdigest()
                headers = {
                    "Content-Type": "application/json",
                    "X-Hub-Signature": f"sha256={signature}",
                    "X-Atlassian-Webhook-Identifier": identifier,
                }
                async with session.post(self.url, data=body, headers=headers) as answer:
                    self.statuses.append(answer.status)
