"""What was promised to the outside, for those who look after it: what is hidden is not in it."""

import re

from bot.flows.promise import for_incident, promise
from bot.flows.tx import Tx
from store.incidents import incident_by_number
from tests.web.forms import get, post
from tests.world import ANA, World

DEAD = (
    "UPDATE effect SET state = 'dead', cause = 'refused', reason = 'channel_not_found', attempts = 3, "
    "settled_at = '2026-03-10T03:00:00.500000+00:00' WHERE state = 'due'"
)


def promised(tx: Tx) -> None:
    """Promise something for each incident, and something for none; all of it failed for good."""
    for number in (1, 2):
        incident = incident_by_number(tx.db, 1, number)
        assert incident is not None
        for_incident(tx, incident, "slack.card")
    promise(tx, "slack.home", workspace_id=1)
    tx.db.flush()
    tx.db.connection().exec_driver_sql(DEAD)


async def test_what_failed_is_counted_by_cause_shown_with_why_and_tried_again_singly_or_since_a_time(
    small_world: World,
) -> None:
    world = small_world
    await world.open("checkout is down")
    await world.open("a leaked key", words="sev2 private")
    await world.house.do(promised)
    page = (await get(world, "/deliveries")).text
    assert 'Failed for good <span class="count">2<' in page
    assert "channel_not_found" in page
    assert "INC-2" not in page
    numbers = re.findall(r'href="/deliveries/(\d+)"', page)
    assert len(numbers) == 2
    of_hidden = "SELECT min(id) FROM effect WHERE incident_id = 2 AND state = 'dead'"
    hidden = await world.house.read(lambda tx: tx.db.connection().exec_driver_sql(of_hidden).scalar())
    for path in (f"/deliveries/{hidden}", "/deliveries/999999", f"/deliveries/{10**12}"):
        assert (await get(world, path)).status_code == 404
    assert (await post(world, "/deliveries", f"/deliveries/{hidden}/retry")).status_code == 404
    assert (await get(world, "/deliveries?cause=bug&kind=slack")).text.count("None is like that") == 1
    one = await post(world, "/deliveries", f"/deliveries/{numbers[0]}/retry")
    assert "waiting" in one.text
    again = await post(world, "/deliveries", f"/deliveries/{numbers[0]}/retry")
    assert (again.status_code, "retried already" in again.text) == (409, True)
    late = await post(world, "/deliveries", "/deliveries/recover", since="2026-03-11T00:00", kind="slack")
    assert (late.status_code, "Choose an earlier time" in late.text) == (422, True)
    begun = await post(world, "/deliveries", "/deliveries/recover", since="2026-03-10T03:00", cause="refused")
    assert "made due again" in begun.text
    await world.pass_(seconds=10)
    assert "Nothing failed for good." in (await get(world, "/deliveries")).text


async def test_partners_are_registered_and_their_endpoints_looked_after_on_one_page(small_world: World) -> None:
    world = small_world
    assert "Nobody is told of what happens here." in (await get(world, "/partners")).text

    async def press(path: str, **fields: str) -> str:
        return (await post(world, "/partners", path, **fields)).text

    assert ">Acme Status" in await press("/partners", name="Acme Status")
    assert "There is a partner Acme Status already" in await press("/partners", name="Acme Status")
    for url, why in (
        ("http://acme.example/hooks", "does not begin with https"),
        ("https://169.254.169.254/latest", "is not a public address"),
        ("https://[::ffff:10.0.0.1]/", "is not a public address"),
        ("https://2130706433/", "cannot be an endpoint"),
    ):
        refused = await press("/partners/1/endpoints", url=url, type="incident")
        assert why in refused, url
        assert refused.index('action="/partners/1/endpoints"') < refused.index('role="alert"')
        assert 'value="incident" checked' in refused
    registered = await press("/partners/1/endpoints", url="https://acme.example/hooks", type="incident", full="1")
    [secret] = re.findall(r"whsec_[A-Za-z0-9+/=]+", registered)
    assert "whsec_" not in (await get(world, "/partners")).text
    twice = [await press("/partners/endpoints/1/rotate", form="a-mark-of-its-own") for _ in range(2)]
    assert ["whsec_" in answer for answer in twice] == [True, False]
    assert "That was done already" in twice[1]
    assert "is on its way as delivery" in await press("/partners/endpoints/1/ping")
    assert "pauses" in await press("/partners/endpoints/1/pause")
    assert "paused already" in await press("/partners/endpoints/1/pause")
    assert "is active" in await press("/partners/endpoints/1/resume")
    [other] = re.findall(r"whsec_[A-Za-z0-9+/=]+", await press("/partners/endpoints/1/rotate"))
    assert other != secret
    [address] = re.findall(r"<code>(https?://[^<]*/partners/1/deliveries[^<]*)<", await press("/partners/1/link"))
    theirs = await get(world, world.url + address.replace("&amp;", "&").removeprefix(world.server.bot.links.base))
    assert "webhook.ping" in theirs.text
    assert "ffpartner_" in await press("/partners/1/token")
    assert "is removed" in await press("/partners/endpoints/1/remove")
    assert "no endpoint 1" in await press("/partners/endpoints/1/ping")
    for path in ("/partners/9/link", "/partners/9/token", "/partners/endpoints/1/explode"):
        assert (await post(world, "/partners", path)).status_code in (404, 422)
    kept = "SELECT count(*) FROM audit_entry WHERE what = 'secret_rotated' AND detail IN ('webhook-1', 'partner-1')"
    assert await world.house.read(lambda tx: tx.db.connection().exec_driver_sql(kept).scalar()) == 4
    assert ANA not in str(await get(world, "/partners"))
