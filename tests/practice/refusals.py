"""Reading Slack's refusals from the SDK."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError


@asynccontextmanager
async def refused(code: str) -> AsyncIterator[dict[str, Any]]:
    """The call inside must be refused with *code*; what Slack answered is there to look at afterwards."""
    answer: dict[str, Any] = {}
    with pytest.raises(SlackApiError) as caught:
        yield answer
    answer |= caught.value.response.data
    assert answer["error"] == code
