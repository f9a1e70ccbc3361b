"""Uploading a file to a channel once.

The three calls are one effect. When an answer was lost, the channel's files are looked through for this name first.
"""

from bot.outbox.outcome import NOTHING_TO_DO, Done
from bot.slack.desk import Desk
from bot.slack.send.post import REST
from store.effects import Claimed


async def upload_once(
    desk: Desk, effect: Claimed, channel: str, name: str, text: str, title: str, comment: str
) -> Done:
    """Upload *text* unless an earlier attempt did. *name* holds the number of the effect."""
    if effect.look_first and await _is_there(desk, effect, channel, name):
        return NOTHING_TO_DO
    content = text.encode()
    slot = await desk.api.call("files.getUploadURLExternal", filename=name, length=len(content))
    await desk.api.upload(slot["upload_url"], content)
    files = [{"id": slot["file_id"], "title": title}]
    await desk.api.call("files.completeUploadExternal", files=files, channel_id=channel, initial_comment=comment)
    return Done(rest=REST)


async def _is_there(desk: Desk, effect: Claimed, channel: str, name: str) -> bool:
    since = f"{effect.created_at.timestamp() - 60:.6f}"
    answer = await desk.api.call("conversations.history", channel=channel, oldest=since, limit=200)
    files = (file for message in answer.get("messages", []) for file in message.get("files", []))
    return any(file.get("name") == name for file in files)
