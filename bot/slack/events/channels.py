"""Channels: who joins and leaves them, and what happens to them as a whole."""

from bot.flows.follow_channel import (
    ARCHIVED,
    UNARCHIVED,
    follow_archiving,
    follow_name,
    lose_channel,
    regain_channel,
    welcome,
)
from bot.slack.asked import Asked
from bot.slack.desk import Desk


async def member_joined(desk: Desk, asked: Asked) -> None:
    """Follow somebody into a channel; it may be ourselves, invited again."""
    await desk.house.do(regain_channel if asked.request.account == desk.bot_user else welcome, asked.request)


async def member_left(desk: Desk, asked: Asked) -> None:
    """Follow our own removal. People who leave have still taken part."""
    if asked.request.account == desk.bot_user:
        desk.forget_channels()
        await desk.house.do(lose_channel, asked.request)


async def left(desk: Desk, asked: Asked) -> None:
    """Follow our own removal, told in Slack's other way."""
    desk.forget_channels()
    await desk.house.do(lose_channel, asked.request)


async def archived(desk: Desk, asked: Asked) -> None:
    """Follow a channel that was archived."""
    desk.forget_channels()
    await desk.house.do(follow_archiving, asked.request, ARCHIVED)


async def unarchived(desk: Desk, asked: Asked) -> None:
    """Follow a channel that was opened again."""
    desk.forget_channels()
    await desk.house.do(follow_archiving, asked.request, UNARCHIVED)


async def renamed(desk: Desk, asked: Asked) -> None:
    """Follow a channel's new name."""
    desk.forget_channels()
    await desk.house.do(follow_name, asked.request, asked.payload["channel"]["name"])
