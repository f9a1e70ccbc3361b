"""What people do in the workspace: type, press, fill in, react. The page, tests and other processes use it."""

from dataclasses import replace
from typing import Any

from bot.practice import blocks, channels, ephemerals, messages, payloads, submission, views
from bot.practice.delivery import Delivery
from bot.practice.limits import check_message
from bot.practice.parcels import Parcel
from bot.practice.refusal import Json, Refusal
from bot.practice.responses import Responses
from bot.practice.seen import Seen, seen
from bot.practice.workspace import Channel, Workspace

COMMAND = "/incident"


class Acting:
    """The acts of people, each by user id. Channels are given by id or by name, messages by their ts.

    An act that reaches the app returns what the person sees once the app has acknowledged it, or has let three
    seconds pass. One that Slack itself would not allow raises `Refusal`; pressing what is not there, `LookupError`.
    """

    space: Workspace
    delivery: Delivery
    responses: Responses

    async def slash(self, user: str, channel: str, text: str, command: str = COMMAND) -> Seen:
        """Type a slash command. An answer in the acknowledgement appears as a private message, or `in_channel`."""
        room, person = self.space.channel(channel), self.space.person(user)
        trigger, url = self.space.triggers.issue(user), self.responses.issue(user, room)
        parcel = Parcel("command", "command", payloads.slash_command(person, room, command, text, trigger, url))
        answer = await self._send(parcel)
        if not answer.body.get("text") and not answer.body.get("blocks"):
            return answer
        try:
            check_message(answer.body)
        except Refusal as refusal:
            return replace(answer, error=refusal.code)
        self.responses.show(user, room, answer.body)
        return answer

    async def _send(self, parcel: Parcel) -> Seen:
        answer = seen(await self.delivery.send(parcel), parcel)
        if answer.trouble:
            user = parcel.payload.get("user_id") or parcel.payload["user"]["id"]
            self.space.tell_pages({"type": "toast", "text": answer.trouble}, None, user)
        return answer

    async def press(
        self,
        user: str,
        channel: str,
        ts: str,
        action_id: str,
        value: Any = None,
        *,
        block_id: str | None = None,
        **more: Any,
    ) -> Seen:
        """Press a button or choose in an element of a message, public or private.

        *value* tells buttons of one action_id apart, and is what is chosen in anything but a button. `state` may hold
        what the message's inputs contain, by block_id.
        """
        room = self.space.channel(channel)
        message = room.messages.get(ts) or ephemerals.find(self.space, user, ts)
        if message is None:
            raise LookupError(f"{user} sees no message {ts} in {room.name}")
        where = payloads.on_message(room, message)
        where["state"] = {"values": blocks.state(message.get("blocks", []), more.get("state"))}
        where["response_url"] = self.responses.issue(user, room, ts)
        return await self._press(user, message.get("blocks", []), (action_id, block_id, value), where)

    async def press_in_view(
        self, user: str, action_id: str, value: Any = None, *, view_id: str | None = None, **more: Any
    ) -> Seen:
        """Press or choose in the modal on top, or in the view (App Home too) of that id."""
        view = self._view(user, view_id)
        view["state"] = {"values": blocks.state(view["blocks"], more.get("state"))}
        chosen = (action_id, more.get("block_id"), value)
        return await self._press(user, view["blocks"], chosen, payloads.on_view(view))

    async def press_home(self, user: str, action_id: str, value: Any = None, **more: Any) -> Seen:
        """Press or choose in App Home."""
        if user not in self.space.homes:
            raise LookupError(f"the app has shown {user} no App Home yet")
        return await self.press_in_view(user, action_id, value, view_id=self.space.homes[user]["id"], **more)

    async def _press(self, user: str, surface: list[Json], act: tuple[str, str | None, Any], where: Json) -> Seen:
        action_id, block_id, value = act
        block, element = blocks.find(surface, action_id, block_id, value)
        action: Json = {"type": element["type"], "action_id": action_id, "block_id": block["block_id"]}
        if element["type"] == "button":
            action |= {key: element[key] for key in ("text", "value", "style") if key in element}
        else:
            action |= blocks.chosen(element, value)
            where.setdefault("state", {"values": {}})
        holder = where.get("view", where)
        if blocks.holds_state(element):
            holder["state"]["values"][block["block_id"]][action_id] = blocks.chosen(element, value)
        action["action_ts"] = f"{self.space.clock().timestamp():.6f}"
        trigger = self.space.triggers.issue(user)
        person = self.space.person(user)
        payload = payloads.interaction("block_actions", person, trigger, **where, actions=[action])
        return await self._send(Parcel("interactive", "block_actions", payload))

    async def suggest(self, user: str, view_id: str | None, action_id: str, typed: str) -> Seen:
        """Type into an external select of a modal and get the app's suggestions, in the answer's `body`."""
        view = self._view(user, view_id)
        block, _element = blocks.find(view["blocks"], action_id)
        asked = {"action_id": action_id, "block_id": block["block_id"], "value": typed}
        payload = payloads.interaction(
            "block_suggestion", self.space.person(user), "", **payloads.on_view(view), **asked
        )
        return await self._send(Parcel("interactive", "block_suggestion", payload))

    def _view(self, user: str, view_id: str | None) -> Json:
        stack = self.space.stacks.get(user, [])
        home = self.space.homes.get(user)
        for view in [*reversed(stack), *([home] if home else [])]:
            if view_id in (None, view["id"]) and (view_id or view is not home):
                return view
        raise LookupError(f"{user} has no such view open")

    async def submit(self, user: str, view_id: str | None = None, values: Json | None = None) -> Seen:
        """Submit the modal on top (or that of *view_id*), and do to it what the app answers.

        *values* are in Slack's form, or simply what was typed or picked by block_id (or action_id). A required
        input that is empty, or one too long, never reaches the app: Slack's own complaints come back as `errors`.
        """
        view = self._view(user, view_id)
        view["state"] = {"values": blocks.state(view["blocks"], values)}
        if complaints := submission.complaints(view):
            return self._complain(user, view, Seen(errors=complaints))
        urls = submission.response_urls(view, lambda channel: self.responses.issue(user, self.space.channel(channel)))
        trigger, person = self.space.triggers.issue(user), self.space.person(user)
        payload = payloads.interaction("view_submission", person, trigger, view=view, response_urls=urls)
        names = [block["block_id"] for block in view["blocks"] if block["type"] == "input"]
        answer = await self._send(Parcel("interactive", "view_submission", payload, {"blocks": names}))
        return answer if answer.error else self._act_on(user, view, answer)

    def _act_on(self, user: str, view: Json, answer: Seen) -> Seen:
        if answer.body.get("response_action") == "errors":
            return self._complain(user, view, replace(answer, errors=answer.body.get("errors", {})))
        try:
            submission.act_on(self.space, user, view, answer.body)
        except Refusal as refusal:
            return replace(answer, error=refusal.code)
        return answer

    def _complain(self, user: str, view: Json, answer: Seen) -> Seen:
        stack = [one | ({"errors": answer.errors} if one is view else {}) for one in self.space.stacks[user]]
        self.space.tell_pages({"type": "view", "views": stack}, None, user)
        return answer

    async def close_view(self, user: str, view_id: str | None = None, everything: bool = False) -> Seen:
        """Close the modal on top, or the whole stack; the app hears of those that asked to be told."""
        view = self._view(user, view_id)
        answer = Seen()
        for closed in views.close(self.space, user, view["id"], everything):
            if closed["notify_on_close"]:
                person = self.space.person(user)
                payload = payloads.interaction("view_closed", person, "", view=closed, is_cleared=everything)
                answer = await self._send(Parcel("interactive", "view_closed", payload))
        return answer

    async def shortcut(self, user: str, callback_id: str, channel: str | None = None, ts: str | None = None) -> Seen:
        """Use a shortcut of the app: on a message if *channel* and *ts* say which, from anywhere otherwise."""
        trigger, person = self.space.triggers.issue(user), self.space.person(user)
        moment = {"callback_id": callback_id, "action_ts": f"{self.space.clock().timestamp():.6f}"}
        if channel is None or ts is None:
            payload = payloads.interaction("shortcut", person, trigger, **moment)
        else:
            room = self.space.channel(channel)
            about: Json = {"channel": {"id": room.id, "name": payloads.name_of(room)}, "message_ts": ts}
            about |= {"message": self.space.message(room, ts), "response_url": self.responses.issue(user, room)}
            payload = payloads.interaction("message_action", person, trigger, **moment, **about)
        return await self._send(Parcel("interactive", "shortcut", payload))

    async def open_home(self, user: str) -> Json | None:
        """Open the app's Home tab; returns what it shows once the app has heard of it."""
        room = self.space.direct_message(user)
        event: Json = {"type": "app_home_opened", "user": user, "channel": room.id, "tab": "home"}
        home = self.space.homes.get(user)
        event |= {"event_ts": self.space.next_ts(room)} | ({"view": home} if home else {})
        self.delivery.event(event, None)
        await self.delivery.idle()
        return self.space.homes.get(user)

    def say(self, user: str, channel: str, text: str, thread_ts: str | None = None) -> str:
        """Write a message, in a thread if *thread_ts* says so, and return its ts. Outsiders join the channel first."""
        room = self._open(user, channel)
        channels.join(self.space, room, user)
        check_message({"text": text})
        ts: str = messages.post(self.space, room, user, text, thread_ts=thread_ts)["ts"]
        return ts

    def _open(self, user: str, channel: str) -> Channel:
        self.space.person(user)
        room = self.space.channel(channel)
        if not room.visible_to(user):
            raise Refusal("channel_not_found")
        if room.is_archived:
            raise Refusal("is_archived")
        return room

    def edit(self, user: str, channel: str, ts: str, text: str) -> None:
        room = self._own(user, channel, ts, "cant_update_message")
        check_message({"text": text})
        messages.edit(self.space, room, ts, {"text": text})

    def delete(self, user: str, channel: str, ts: str) -> None:
        messages.delete(self.space, self._own(user, channel, ts, "cant_delete_message"), ts)

    def _own(self, user: str, channel: str, ts: str, refusal: str) -> Channel:
        room = self._open(user, channel)
        if self.space.message(room, ts)["user"] != user:
            raise Refusal(refusal)
        return room

    def react(self, user: str, channel: str, ts: str, name: str) -> None:
        messages.react(self.space, self._open(user, channel), ts, name, user)

    def unreact(self, user: str, channel: str, ts: str, name: str) -> None:
        messages.unreact(self.space, self._open(user, channel), ts, name, user)

    def pin(self, user: str, channel: str, ts: str) -> None:
        messages.pin(self.space, self._open(user, channel), ts, user)

    def unpin(self, user: str, channel: str, ts: str) -> None:
        messages.unpin(self.space, self._open(user, channel), ts, user)

    def join(self, user: str, channel: str) -> None:
        channels.join(self.space, self._open(user, channel), user)

    def invite(self, user: str, channel: str, guest: str) -> None:
        """Let *user* bring *guest* (a person, or the app) into a channel."""
        channels.join(self.space, self._open(user, channel), guest, inviter=user)

    def leave(self, user: str, channel: str) -> None:
        channels.leave(self.space, self._open(user, channel), user)

    def remove(self, user: str, channel: str, other: str) -> None:
        """Let *user* take *other* (a person, or the app) out of a channel."""
        channels.leave(self.space, self._open(user, channel), other)

    def archive(self, user: str, channel: str) -> None:
        channels.set_archived(self.space, self._open(user, channel), user, True)

    def create(self, user: str, name: str, is_private: bool = False) -> str:
        """Create a channel and return its id; the app is not in it."""
        return channels.create(self.space, name, user, is_private).id

    def deactivate(self, user: str) -> None:
        """Close somebody's account, as an administrator does."""
        self.space.people[user] = replace(self.space.person(user), deleted=True)
