"""Sign in with Slack: a page that asks who somebody is, and whether the app may know it."""

from collections.abc import Callable, Sequence
from html import escape

from aiohttp import web
from yarl import URL

from bot.practice.cast import CLIENT_ID
from bot.practice.ids import new_id
from bot.practice.workspace import Grant, Workspace

PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>Sign in with the practice Slack</title>
<style>body {{ font: 15px/1.5 system-ui, sans-serif; max-width: 30rem; margin: 3rem auto; padding: 0 1rem }}
a {{ display: block; padding: .4rem 0 }}</style>
<h1>Who are you?</h1><p>firstfive asks for your name and address in {team}.</p>
{people}<p><a href="{cancel}">Cancel</a></p></html>"""


class Consent:
    """The page, and the way back to the app."""

    def __init__(self, spaces: Callable[[], Sequence[Workspace]]) -> None:
        self._spaces = spaces

    async def ask(self, request: web.Request) -> web.StreamResponse:
        """Show who could sign in. With `user` in the address, that person agreed."""
        asked = request.query
        if asked.get("client_id") != CLIENT_ID or asked.get("response_type") != "code":
            return web.Response(status=400, text="invalid_client_id or invalid response_type")
        if "openid" not in asked.get("scope", "").split() or "redirect_uri" not in asked:
            return web.Response(status=400, text="invalid_scope or no redirect_uri")
        back = URL(asked["redirect_uri"]).update_query(state=asked.get("state", ""))
        everyone = [(space, person) for space in self._spaces() for person in space.people.values()]
        for space, person in everyone:
            if asked.get("user") == person.id and asked.get("team", space.team.id) == space.team.id:
                self._spaces()[0].grants[code := new_id("")] = Grant(
                    person, asked.get("nonce", ""), asked["redirect_uri"], space.clock()
                )
                raise web.HTTPFound(back.update_query(code=code))
        people = "".join(
            f'<a href="{escape(str(request.rel_url.update_query(user=person.id, team=space.team.id)))}">'
            f"{escape(person.name)}, in {escape(space.team.name)}</a>"
            for space, person in everyone
            if not person.deleted
        )
        cancel = escape(str(back.update_query(error="access_denied")))
        text = PAGE.format(team=escape(everyone[0][0].team.name), people=people, cancel=cancel)
        return web.Response(text=text, content_type="text/html")
