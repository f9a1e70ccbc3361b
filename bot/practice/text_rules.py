"""Slack's rules for the texts and the lists that all of Block Kit is made of."""

from collections.abc import Iterator
from typing import Any

from bot.practice.refusal import Json

Mistakes = Iterator[str]

TEXTS = ("plain_text", "mrkdwn")


def told(message: str, at: str) -> str:
    return f"[ERROR] {message} [json-pointer:{at}]"


def text_length(text: Any, longest: int, at: str) -> Mistakes:
    if not isinstance(text, str) or not text:
        yield told("must be more than 0 characters", at)
    elif len(text) > longest:
        yield told(f"must be less than {longest + 1} characters", at)


def text_object(text: Any, longest: int, at: str, kinds: tuple[str, ...] = TEXTS) -> Mistakes:
    """What Slack would refuse in a text object of at most *longest* characters."""
    if not isinstance(text, dict) or text.get("type") not in kinds:
        yield told(f"must be a text object of type {' or '.join(kinds)}", at)
        return
    yield from text_length(text.get("text"), longest, f"{at}/text")
    yield from no_others(text, "text emoji" if text["type"] == "plain_text" else "text verbatim", at)


def no_others(thing: Json, allowed: str, at: str) -> Mistakes:
    for key in sorted(set(thing) - {"type", *allowed.split()}):
        yield told(f"invalid additional property: {key}", at)


def count(things: Any, most: int, at: str) -> Mistakes:
    if not isinstance(things, list):
        yield told("must be an array", at)
    elif len(things) > most:
        yield told(f"no more than {most} items allowed", at)


def some(things: Any, most: int, at: str) -> Mistakes:
    if not things:
        yield told("must have at least 1 item", at)
    else:
        yield from count(things, most, at)
