"""An endpoint that speaks as OpenAI's chat completions do: one call, with what its answers mean for an effect."""

from collections.abc import Sequence

import httpx

from bot.core.answers import asked_pause, judged
from bot.errors import Rejected, Retry
from bot.house import Clock
from bot.outbox.hold import still_held
from bot.outside import Model
from bot.secret import MODEL_KEY
from bot.vault import Held

TIMEOUT = httpx.Timeout(24, connect=4)  # seconds
TOKENS = 900  # that an answer may have: a budget of each call
LONGEST = 64 * 1024  # bytes of an answer that are read


class ModelApi:
    """One model."""

    def __init__(self, settings: Model, key: Held, clock: Clock) -> None:
        self._settings, self._key, self._clock = settings, key, clock
        self._client = httpx.AsyncClient(base_url=f"{settings.url}/", timeout=TIMEOUT)

    async def complete(self, messages: Sequence[dict[str, str]]) -> str:
        """Return what the model says. Asking twice does no harm but to the budget."""
        still_held()
        body = {"model": self._settings.name, "messages": list(messages), "temperature": 0, "max_tokens": TOKENS}
        try:
            async with self._client.stream("POST", "chat/completions", json=body, headers=self._headers()) as answer:
                content = bytearray()
                async for piece in answer.aiter_bytes():
                    content += piece
                    if len(content) > LONGEST:
                        raise Rejected("the model's answer is too long")
        except httpx.HTTPError as error:
            raise Retry(f"the model did not answer ({type(error).__name__})") from error
        if answer.status_code >= 300:
            asked = asked_pause(answer.headers.get("Retry-After", ""), self._clock.now())
            raise judged("the model", MODEL_KEY, answer.status_code, asked, reads=True)
        try:
            said = httpx.Response(200, content=bytes(content)).json()["choices"][0]["message"]["content"]
        except (ValueError, LookupError, TypeError) as error:
            raise Rejected("FIRSTFIVE_MODEL_URL answers, but not as a chat completion") from error
        return said if isinstance(said, str) else ""

    async def greet(self) -> None:
        """Ask which models there are, which costs nothing. Not every endpoint says so."""
        try:
            answer = await self._client.get("models", headers=self._headers())
        except httpx.HTTPError as error:
            raise Retry(f"the model did not answer ({type(error).__name__})") from error
        if answer.status_code >= 300 and answer.status_code not in (404, 405):
            raise judged("the model", MODEL_KEY, answer.status_code, None, reads=True)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.aclose()

    def _headers(self) -> dict[str, str]:
        held = self._key.valid()
        if not held:
            return {}
        self._key.used(held[0])
        return {"Authorization": f"Bearer {held[0].text}"}
