"""The payloads that Slack sends to an app, in Slack's own shapes."""

import copy
import json

from bot.practice.cast import APP_ID, BOT_USER, VERIFICATION_TOKEN, Person
from bot.practice.ids import new_id
from bot.practice.refusal import Json
from bot.practice.workspace import Channel


def slash_command(
    person: Person, channel: Channel, command: str, text: str, trigger_id: str, response_url: str
) -> Json:
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": person.team.id,
        "team_domain": person.team.domain,
        "channel_id": channel.id,
        "channel_name": name_of(channel),
        "user_id": person.id,
        "user_name": person.handle,
        "command": command,
        "text": text,
        "api_app_id": APP_ID,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": trigger_id,
    }


def name_of(channel: Channel) -> str:
    """What Slack calls the channel in a payload; private ones stay unnamed."""
    return "directmessage" if channel.is_im else "privategroup" if channel.is_private else channel.name


def interaction(kind: str, person: Person, trigger_id: str, **more: object) -> Json:
    """What every press, submission and shortcut carries, and *more*, which is a copy from then on."""
    user = {"id": person.id, "username": person.handle, "name": person.handle, "team_id": person.team.id}
    payload: Json = {"type": kind, "user": user, "api_app_id": APP_ID, "token": VERIFICATION_TOKEN}
    team = {"id": person.team.id, "domain": person.team.domain}
    payload |= {"team": team, "enterprise": None, "is_enterprise_install": False}
    payload |= {"trigger_id": trigger_id} if trigger_id else {}
    copied: Json = json.loads(json.dumps(payload | more))
    return copied


def on_message(channel: Channel, message: Json) -> Json:
    """The part of a press that says on which message it was made. A private message is named but not shown."""
    ephemeral = bool(message.get("ephemeral"))
    container = {"type": "message", "message_ts": message["ts"], "channel_id": channel.id, "is_ephemeral": ephemeral}
    if message.get("thread_ts"):
        container["thread_ts"] = message["thread_ts"]
    where: Json = {"container": container, "channel": {"id": channel.id, "name": name_of(channel)}}
    return where if ephemeral else where | {"message": message}


def on_view(view: Json) -> Json:
    return {"container": {"type": "view", "view_id": view["id"]}, "view": view}


def event_callback(event: Json, moment: int, team: str) -> Json:
    """The envelope of an event. The event id is new each time; deliveries of one envelope share it."""
    authorization = {"enterprise_id": None, "team_id": team, "user_id": BOT_USER, "is_bot": True}
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": team,
        "api_app_id": APP_ID,
        "event": copy.deepcopy(event),
        "type": "event_callback",
        "event_id": new_id("Ev"),
        "event_time": moment,
        "authorizations": [authorization | {"is_enterprise_install": False}],
        "is_ext_shared_channel": False,
        "event_context": new_id("4-"),
    }
