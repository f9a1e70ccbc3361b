"""What everything in this door works with: the API and the house."""

from dataclasses import dataclass

from bot.confluence.api import ConfluenceApi
from bot.house import House


@dataclass(frozen=True, slots=True)
class Desk:
    """One space."""

    api: ConfluenceApi
    house: House

    async def close(self) -> None:
        """Stop asking."""
        await self.api.close()
