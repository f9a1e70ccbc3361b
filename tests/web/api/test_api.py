"""The API: the objects of the shell, known by their tags, in pages, and nothing for whom it is not."""

import json

import httpx

from bot.flows.as_json import incident_object
from bot.flows.open_incident import open_incident
from bot.flows.tx import Request
from bot.flows.views import incident_id_of
from bot.practice.cast import TEAM_ID
from tests.web.api.conftest import Program
from tests.world import ANA, BO


async def test_an_incident_is_the_object_that_the_shell_prints_and_not_sent_to_who_knows_it(program: Program) -> None:
    key = await program.open("checkout is down", severity="sev1")
    await program.post(f"/incidents/{key}/actions", {"title": "alert when the pool is full", "owner": ANA})
    answer = await program.get(f"/incidents/{key}")
    row = await program.world.house.read(incident_id_of, key)
    assert answer.json() == await program.world.house.read(incident_object, row or 0)
    assert (await program.get(f"/incidents/{key}", If_None_Match=answer.headers["etag"])).status_code == 304
    assert (await program.get(f"/incidents/{key}", If_None_Match=f'"x", W/{answer.headers["etag"]}')).status_code == 304
    await program.post(f"/incidents/{key}/notes", {"text": "error rate is 48 %"})
    assert (await program.get(f"/incidents/{key}", If_None_Match=answer.headers["etag"])).status_code == 200


async def test_pages_hold_everything_once_whatever_comes_in_between(program: Program) -> None:
    keys = [await program.open(f"paged {number}") for number in range(5)]
    seen: list[str] = []
    page = (await program.get("/incidents?q=paged&limit=2")).json()
    while True:
        seen += [one["key"] for one in page["items"]]
        await program.open("paged meanwhile")
        if page["next"] is None:
            break
        page = (await program.get(f"/incidents?q=paged&limit=2&cursor={page['next']}")).json()
    assert seen == keys[::-1]


async def test_a_timeline_is_told_in_pages_and_looked_through_though_it_is_sealed(program: Program) -> None:
    key = await program.open()
    for text in ("the pool is full", "rolled back", "pools are fine again"):
        await program.post(f"/incidents/{key}/notes", {"text": text})
    whole = (await program.get(f"/incidents/{key}/timeline")).json()["items"]
    told, page = [], {"next": ""}
    while page["next"] is not None:
        after = f"&cursor={page['next']}" if page["next"] else ""
        page = (await program.get(f"/incidents/{key}/timeline?limit=2{after}")).json()
        told += page["items"]
    assert told == whole
    found = (await program.get(f"/incidents/{key}/timeline?q=pool")).json()["items"]
    assert [one["text"] for one in found] == ["the pool is full", "pools are fine again"]
    assert (await program.get(f"/incidents/{key}/timeline?q=%20!")).json()["items"] == []
    assert (await program.get(f"/incidents/{key}/timeline/proof")).json()["broken"] is None


async def test_a_cursor_that_is_made_up_or_of_another_list_is_refused_as_such(program: Program) -> None:
    for number in range(3):
        await program.open(f"number {number}")
    given = (await program.get("/deliveries?limit=1")).json()["next"]
    assert (await program.get(f"/deliveries?limit=1&cursor={given}")).status_code == 200
    for path in (f"/incidents?cursor={given}", f"/deliveries?cursor={given[:-2]}AA", "/actions?cursor=AAAA"):
        answer = await program.get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
        assert "cursor" in answer.json()["detail"]


async def test_what_was_done_under_a_key_is_not_done_again_and_answered_byte_for_byte(program: Program) -> None:
    first = await program.post("/incidents", {"title": "opened once"}, Idempotency_Key="open-1")
    again = await program.post("/incidents", {"title": "opened once"}, Idempotency_Key="open-1")
    assert (again.content, again.status_code) == (first.content, 201)
    assert again.headers["location"] == first.headers["location"] == f"/api/v1/incidents/{first.json()['key']}"
    assert (first.headers.get("idempotent-replayed"), again.headers["idempotent-replayed"]) == (None, "true")
    other = await program.post("/incidents", {"title": "something else"}, Idempotency_Key="open-1")
    assert (other.status_code, len((await program.get("/incidents?q=opened+once")).json()["items"])) == (422, 1)
    await program.world.pass_(minutes=24 * 60 + 1)
    late = await program.post("/incidents", {"title": "opened late"}, Idempotency_Key="open-1")
    assert (late.status_code, late.json()["title"]) == (201, "opened late")


async def test_what_was_refused_under_a_key_may_be_asked_again(program: Program) -> None:
    key = await program.open()
    closing = [await program.post(f"/incidents/{key}/close", {}, Idempotency_Key="close")]
    await program.post(f"/incidents/{key}/resolve", {})
    closing.append(await program.post(f"/incidents/{key}/close", {}, Idempotency_Key="close"))
    assert [answer.status_code for answer in closing] == [409, 200]
    assert closing[0].json()["detail"] == "It is not resolved yet."


async def test_a_postmortem_is_only_replaced_by_who_read_what_they_replace(program: Program) -> None:
    key = await program.open()
    read = await program.get(f"/postmortems/{key}", Accept="text/markdown;q=0.9, application/pdf;q=0.1")
    assert read.text.startswith(f"# Postmortem {key}")
    text = b"# What happened\n\nThe pool was full.\n"

    async def put(**headers: str) -> httpx.Response:
        return await program.send("PUT", f"/postmortems/{key}", text, Content_Type="text/markdown", **headers)

    assert (await put()).status_code == 428
    assert (await put(If_Match='"old"')).status_code == 412
    written = await put(If_Match=read.headers["etag"])
    assert written.json() == {"key": key, "version": 1}
    assert (await put(If_Match=read.headers["etag"])).status_code == 412
    assert (await program.get(f"/postmortems/{key}?format=md")).content == text
    assert (await program.get(f"/postmortems/{key}/versions/1")).json()["text"] == text.decode()
    pdf = await program.get(f"/postmortems/{key}", Accept="application/pdf")
    assert (pdf.content[:5], pdf.headers["etag"][:3]) == (b"%PDF-", 'W/"')
    assert (await program.get(f"/postmortems/{key}", Accept="image/png")).status_code == 406


async def test_what_is_private_is_not_there_for_who_takes_no_part(program: Program) -> None:
    world = program.world
    common = await program.open("a common one")
    opened = await world.house.do(open_incident, Request("theirs", BO, TEAM_ID), "somebody was dismissed", private=True)
    await program.post(f"/incidents/{common}/resolve", {})
    row = await world.house.read(incident_id_of, opened.key)
    absent, paths = "INC-999", ("", "/timeline", "/timeline/proof", "/checklists", "/actions", "/review", "/similar")
    for path in (*(f"/incidents/{{}}{path}" for path in paths), "/postmortems/{}", "/postmortems/{}/versions"):
        theirs, none = await program.get(path.format(opened.key)), await program.get(path.format(absent))
        assert theirs.status_code == none.status_code == 404
        assert theirs.text.replace(opened.key, absent) == none.text, path
    for path, body in (("notes", {"text": "x"}), ("resolve", {}), ("private", None)):
        assert (await program.post(f"/incidents/{opened.key}/{path}", body)).status_code == 404
    assert (await program.post(f"/incidents/{common}/merge", {"key": opened.key})).status_code == 404
    for path in ("/incidents", "/incidents?q=dismissed", "/deliveries", "/actions", "/postmortems", "/reviews"):
        told = (await program.get(path)).json()["items"]
        assert not [one for one in told if opened.key in json.dumps(one) or one.get("incident_id") == row], path


BAD = [
    (b'{"text": "\\u0000\\u0007"}', "application/json", 422),
    (b'{"text": "\\ud800"}', "application/json", 422),
    (b'{"text": "x", "\\udfff": 1}', "application/json", 422),
    (b'{"text": "\xff"}', "application/json", 400),
    (b'{"text": ' + b"9" * 5000 + b"}", "application/json", 400),
    (b'{"text": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "application/json", 400),
    (b'{"text": "x"', "application/json", 400),
    (b"[]", "application/json", 422),
    (b"", "application/json", 422),
    (b'{"text": "x"}', "text/plain", 415),
    (b'{"text": "' + b"x" * (1 << 20) + b'"}', "application/json", 413),
]


async def test_a_bad_body_is_refused_with_what_is_wrong_with_it(program: Program) -> None:
    key = await program.open()
    for content, kind, status in BAD:
        answer = await program.send("POST", f"/incidents/{key}/notes", content, Content_Type=kind)
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), content[
            :40
        ]
        assert answer.json()["detail"]
