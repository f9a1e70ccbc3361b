"""How the practice Slack says no: with Slack's own error code, and what Slack adds to it."""

from typing import Any

Json = dict[str, Any]


class Refusal(Exception):
    """A Web API call that Slack answers with `{"ok": false, "error": code}`.

    Anything in *extra* stands beside the code in the answer, as `needed` and `provided` do for a missing scope.
    """

    def __init__(self, code: str, **extra: Any) -> None:
        super().__init__(code)
        self.code = code
        self.extra = extra

    def answer(self) -> Json:
        return {"ok": False, "error": self.code, **self.extra}


def invalid_arguments(*messages: str) -> Refusal:
    """Slack's answer to arguments of the wrong shape; each message names the argument."""
    told = [f"[ERROR] {message}" for message in messages]
    return Refusal("invalid_arguments", response_metadata={"messages": told})
