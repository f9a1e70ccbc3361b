"""Similar incidents: found by their words on either database, never a private one, with what helped then."""

from dataclasses import replace

from bot.core.similar import is_alike, telling_words
from bot.core.teams import Team
from bot.flows.change_status import change_status
from bot.flows.digest_view import digest_view
from bot.flows.postmortem_case import postmortem_case
from bot.flows.publish_postmortem import publish_postmortem
from bot.flows.similar_incidents import similar_to
from bot.flows.take_note import state_impact
from store.types import Status
from tests.home import Home

TEXT = "# P\n\n## What went well\n\nDraining the queue by hand.\n\n## Lessons learned\n\nQueues fill.\n"


async def past(home: Home, title: str, impact: str = "", *, private: bool = False) -> str:
    key = await home.open(title, private=private)
    if impact:
        await home.do(state_impact, home.request(), impact, key=key)
    await home.do(change_status, home.request(), Status.RESOLVED, key=key)
    return key


async def found(home: Home, key: str) -> list[tuple[str, str]]:
    incident = await home.incident(key)
    return [(each.incident.key, each.helped) for each in await home.read(similar_to, incident.id or 0)]


async def test_past_incidents_about_the_same_are_found_the_best_first_with_what_helped(home: Home) -> None:
    published = await past(home, "checkout queue is full")
    await home.do(publish_postmortem, home.request(), TEXT, 0, key=published)
    by_impact = await past(home, "payments fail", impact="the queue of the checkout is full")
    await past(home, "search is slow")
    await past(home, "checkout queues are full", private=True)
    await home.open("checkout queues fill up again")  # goes on, so nobody knows yet what helps
    key = await home.open("the checkout queues are filling")
    assert await found(home, key) == [(published, "Draining the queue by hand."), (by_impact, "")]
    told = [effect for effect in await home.effects("slack.similar")]
    assert [effect.incident_id for effect in told][-1] == (await home.incident(key)).id
    case = await home.read(postmortem_case, (await home.incident(key)).id or 0)
    assert ("seen before: INC-1 checkout queue is full. What helped: Draining the queue by hand.", None) in case.links


async def test_a_past_incident_is_alike_by_the_factors_that_its_postmortem_published(home: Home) -> None:
    key = await past(home, "payments fail")
    factors = "# P\n\n## Contributing factors\n\n- The connection pool of the ledger was exhausted.\n"
    await home.do(publish_postmortem, home.request(), factors, 0, key=key)
    await home.do(publish_postmortem, home.request(), TEXT, 0, key=await past(home, "search is slow"))
    assert await found(home, await home.open("ledger connections exhausted")) == [(key, "")]
    assert await found(home, await home.open("certificates of the ledger end")) == []


async def test_what_befell_the_same_service_is_alike_in_other_words(small_home: Home) -> None:
    home = small_home
    home.house.rules = replace(home.rules, teams=(Team("all", "incidents", services=("checkout",)),))
    key = await past(home, "checkout queue is full")
    await past(home, "search queue is full")
    assert await found(home, await home.open("Checkout answers with stale baskets")) == [(key, "")]


async def test_nothing_alike_is_nothing_said(home: Home) -> None:
    await past(home, "checkout is down")
    key = await home.open("search is down")
    assert await found(home, key) == []
    assert await home.effects("slack.similar") == []


async def test_words_that_a_search_could_misread_are_only_words(home: Home) -> None:
    await past(home, 'checkout "OR NOT" (full) & | ! \'; --')
    key = await home.open('NEAR checkout* OR ( "full')
    assert [other for other, _ in await found(home, key)] == ["INC-1"]


async def test_a_digest_has_a_lesson_worth_reading_again(home: Home) -> None:
    key = await past(home, "checkout queue is full")
    await home.do(publish_postmortem, home.request(), TEXT, 0, key=key)
    view = await home.read(digest_view, 1, home.rules.teams[0], home.clock.now())
    assert view.lesson is not None
    assert view.lesson.text == "Queues fill."
    assert not view, "a lesson alone is no reason to write"


def test_what_is_common_tells_nothing_and_half_of_the_rest_is_alike() -> None:
    assert telling_words("The checkout is down, checkout errors for users") == ["checkout"]
    assert is_alike(["checkout", "queues", "filling"], "queue of the checkout")
    assert not is_alike(["checkout", "queues", "filling"], "search queue")
    assert not is_alike([], "anything")
