"""files.*: an upload in three steps, as Slack has it: ask for a URL, send the bytes there, say where they belong."""

import copy
import mimetypes
from urllib.parse import quote

from bot.practice import messages
from bot.practice.cast import BOT_USER
from bot.practice.forms import Args
from bot.practice.ids import new_id
from bot.practice.refusal import Json, Refusal, invalid_arguments
from bot.practice.workspace import Workspace


def get_upload_url(space: Workspace, args: Args) -> Json:
    """A place to send the bytes to."""
    name = args.need("filename")
    if args.number("length", 0) < 1:
        raise invalid_arguments("must be a positive number [json-pointer:/length]")
    file_id = new_id("F")
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    created = int(space.clock().timestamp())
    about: Json = {"id": file_id, "created": created, "timestamp": created, "name": name, "title": name}
    about |= {"mimetype": kind, "filetype": name.rpartition(".")[2], "user": BOT_USER, "size": args.number("length", 0)}
    about |= {
        "url_private": f"{space.url}/files/{file_id}/{quote(name)}",
        "channels": [],
        "is_external": False,
        "mode": "hosted",
    }
    space.files[file_id] = about | {"url_private_download": about["url_private"]}
    return {"upload_url": f"{space.url}/upload/{file_id}", "file_id": file_id}


def complete_upload(space: Workspace, args: Args) -> Json:
    given = args.get("files")
    if not isinstance(given, list) or not given:
        raise invalid_arguments("missing required field: files")
    done = [_named(space, one) for one in given]
    for channel_id in args.many("channels") or args.many("channel_id"):
        _share(space, args, channel_id, done)
    return {"files": copy.deepcopy(done)}


def _named(space: Workspace, given: Json) -> Json:
    file = space.files.get(given.get("id", ""))
    if file is None or file["id"] not in space.contents:
        raise Refusal("file_not_found")
    if given.get("title"):
        file["title"] = given["title"]
    return file


def _share(space: Workspace, args: Args, channel_id: str, files: list[Json]) -> None:
    channel = space.joined(channel_id)
    if channel.is_archived:
        raise Refusal("posting_to_channel_denied")
    for file in files:
        file["channels"].append(channel.id)
    thread = args.text("thread_ts") or None
    more = {"files": files, "upload": True, "thread_ts": thread}
    messages.post(space, channel, BOT_USER, args.text("initial_comment"), subtype="file_share", **more)


def info(space: Workspace, args: Args) -> Json:
    return {"file": copy.deepcopy(_file(space, args))}


def delete(space: Workspace, args: Args) -> Json:
    file = _file(space, args)
    del space.files[file["id"]]
    space.contents.pop(file["id"], None)
    return {}


def _file(space: Workspace, args: Args) -> Json:
    file = space.files.get(args.need("file"))
    if file is None:
        raise Refusal("file_not_found")
    return file
