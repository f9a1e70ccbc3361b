"""Webhooks: what partners receive, how it is signed, and what their answers lead to."""

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from sqlalchemy import text
from standardwebhooks import Webhook

from bot.core.signing import check_plain, check_standard
from bot.errors import Refused
from bot.flows.add_action import add_action, settle_action
from bot.flows.change_status import change_severity, change_status
from bot.flows.make_private import make_private
from bot.flows.partner_page import Standing, delivery_page, replay_delivery
from bot.flows.post_update import post_update
from bot.flows.register_endpoint import (
    pause_endpoint,
    ping_endpoint,
    remove_endpoint,
    resume_endpoint,
    rotate_endpoint_secret,
)
from bot.flows.take_note import state_impact
from store.types import ActionState, Cause, EndpointState, Severity, Status
from tests.fakes.receiver import Receiver
from tests.home import Home
from tests.webhooks.office import Office


def bodies(receiver: Receiver) -> list[dict[str, Any]]:
    """Return what was received, in the order of its sequence."""
    return sorted((json.loads(one.body) for one in receiver.received), key=lambda body: body["data"]["sequence"])


def oracle(secret: str, headers: Any, body: bytes, at: datetime) -> Any:
    """Verify a delivery as the published package does, which knows no time but now."""
    webhook = Webhook(secret)
    signature = webhook.sign(headers["webhook-id"], at, body.decode())
    assert signature in headers["webhook-signature"].split(" ")
    fresh = datetime.now(UTC)
    mine = {**headers, "webhook-timestamp": str(int(fresh.timestamp()))}
    mine["webhook-signature"] = webhook.sign(headers["webhook-id"], fresh, body.decode())
    return webhook.verify(body, mine)


async def test_a_partner_hears_of_everything_once_in_the_order_of_its_sequence(
    office: Office, receiver: Receiver
) -> None:
    home = office.home
    await office.register(receiver.url(), full=True)
    key = await home.open()
    await home.do(change_severity, home.request(), Severity.SEV2, key)
    await home.do(state_impact, home.request(), "card payments fail", key)
    await home.do(post_update, home.request(), "we are rolling back", key=key)
    await home.do(change_status, home.request(), Status.MONITORING, key=key)
    await home.do(add_action, home.request(), "alert on a full pool", key=key)
    await home.do(settle_action, home.request(), 1, ActionState.DONE, key=key)
    await home.do(change_status, home.request(), Status.RESOLVED, key=key)
    await office.send()
    told = bodies(receiver)
    assert [(body["data"]["sequence"], body["type"]) for body in told] == [
        (1, "incident.opened"),
        (2, "incident.severity_changed"),
        (3, "incident.updated"),
        (4, "incident.updated"),
        (5, "incident.status_changed"),
        (6, "action_item.created"),
        (7, "action_item.updated"),
        (8, "incident.resolved"),
        (9, "postmortem.started"),
    ]
    assert told[1]["data"]["change"] == {"from": "sev1", "to": "sev2"}
    assert told[3]["data"]["change"]["text"] == "we are rolling back"
    assert told[0]["timestamp"] == "2026-03-10T03:00:00Z"
    assert told[0]["data"]["incident"]["title"] == "checkout is down"
    await office.send()
    assert len(receiver.received) == 9
    assert {one.standing for one in await office.deliveries()} == {Standing.DELIVERED}


async def test_a_thin_payload_and_the_queue_hold_nothing_that_a_person_wrote(
    office: Office, receiver: Receiver
) -> None:
    home = office.home
    await office.register(receiver.url())
    key = await home.open("checkout is down for ana@example.com")
    await home.do(state_impact, home.request(), "ana@example.com cannot pay", key)
    await home.do(post_update, home.request(), "ana@example.com is called back", key=key)
    queued = await home.read(
        lambda tx: [
            str(tuple(row))
            for table in ("event", "effect", "delivery")
            for row in tx.db.connection().execute(text(f"SELECT * FROM {table}"))
        ]
    )
    assert not [row for row in queued if "ana@example" in row]
    await office.send()
    assert len(receiver.received) == 3
    assert not [one for one in receiver.received if b"ana@example" in one.body]
    assert bodies(receiver)[0]["data"]["incident"] == {"key": key, "test": False}


async def test_endpoints_hear_of_what_they_asked_for(small_office: Office, receiver: Receiver) -> None:
    office, home = small_office, small_office.home
    await office.register(receiver.url("/incidents"), types=("incident",))
    await office.register(receiver.url("/resolved"), types=("incident.resolved", "action_item"))
    with pytest.raises(Refused, match=r"incident\.opend is no type of event"):
        await office.register(receiver.url(), types=("incident.opend",))
    key = await home.open()
    await home.do(change_status, home.request(), Status.RESOLVED, key=key)
    await office.send()
    types = sorted(json.loads(one.body)["type"] for one in receiver.received)
    assert types == ["incident.opened", "incident.resolved", "incident.resolved"]


async def test_private_incidents_leave_only_to_endpoints_that_may_hear_of_them(
    small_office: Office, receiver: Receiver
) -> None:
    office, home = small_office, small_office.home
    await office.register(receiver.url("/public"), full=True)
    await office.register(receiver.url("/private"), full=True, private=True)
    await home.open("a leaked key", private=True)
    key = await home.open("checkout is down")
    await home.do(make_private, home.request(), key)  # before anything was sent
    await office.send()
    ours = [one for one in await office.deliveries() if one.endpoint.id == 1]
    assert [(one.standing, one.effect.reason) for one in ours] == [(Standing.FAILED, "the incident became private")]
    assert len(receiver.received) == 3
    found = await home.read(delivery_page, 1, ours[0].effect.id or 0)
    assert found
    assert found[1].body == ""


async def test_our_signatures_are_those_of_standard_webhooks_and_of_the_plain_scheme_for_who_asks(
    small_office: Office, receiver: Receiver
) -> None:
    office, home = small_office, small_office.home
    _, secret = await office.register(receiver.url("/standard"))
    _, plain_secret = await office.register(receiver.url("/plain"), plain=True)
    await home.open("naïve 漢字")
    await office.send()
    standard, plain = sorted(receiver.received, key=lambda one: "x-webhook-id" in one.headers)
    assert oracle(secret, standard.headers, standard.body, home.clock.now())["type"] == "incident.opened"
    assert check_standard([secret], standard.headers, standard.body, home.clock.now()) == standard.id
    assert "x-webhook-signature" not in standard.headers
    assert plain.headers["x-webhook-id"] == plain.id == standard.id
    assert plain.headers["x-webhook-timestamp"] == str(int(home.clock.now().timestamp()))
    check_plain([plain_secret], plain.headers["x-webhook-signature"], plain.body)
    check_standard([plain_secret], plain.headers, plain.body, home.clock.now())


async def test_while_a_secret_rotates_both_sign_and_afterwards_the_new_one_alone(
    office: Office, receiver: Receiver
) -> None:
    home = office.home
    _, old = await office.register(receiver.url(), plain=True)
    new, ends_at = await home.do(rotate_endpoint_secret, home.request(), 1, timedelta(hours=24))
    assert ends_at == home.clock.now() + timedelta(hours=24)
    await home.open()
    await office.send()
    both = receiver.received[-1]
    for secret in (old, new):
        oracle(secret, both.headers, both.body, home.clock.now())
    check_plain([old], both.headers["x-webhook-signature"], both.body)
    check_plain([new], both.headers["x-webhook-signature-next"], both.body)
    home.clock.pass_(hours=25)
    await home.open()
    await office.send()
    after = receiver.received[-1]
    assert len(after.headers["webhook-signature"].split(" ")) == 1
    oracle(new, after.headers, after.body, home.clock.now())
    check_plain([new], after.headers["x-webhook-signature"], after.body)


async def test_retries_keep_the_id_and_have_a_fresh_timestamp_and_follow_the_schedule(
    office: Office, receiver: Receiver
) -> None:
    home = office.home
    await office.register(receiver.url())
    receiver.status, receiver.text = 503, "we are closed, whsec_c2VjcmV0c2VjcmV0c2VjcmV0"
    await home.open()
    began, waits = home.clock.now(), []
    for pause in (60, 300, 900, 3600, 7200, 14400, 28800):
        await office.send()
        due = (await office.deliveries())[0].effect.due_at
        waits.append((due - home.clock.now()).total_seconds())
        assert waits[-1] == pytest.approx(pause)
        home.clock.pass_(seconds=waits[-1])
    await office.send()
    (delivery,) = await office.deliveries()
    assert (delivery.standing, delivery.effect.cause) == (Standing.FAILED, Cause.GAVE_UP)
    assert len(set(receiver.ids)) == 1
    stamps = [int(one.headers["webhook-timestamp"]) for one in receiver.received]
    assert stamps[0] == int(began.timestamp())
    assert len(set(stamps)) == len(stamps) == 8
    found = await home.read(delivery_page, 1, delivery.effect.id or 0)
    assert found
    attempts = found[1].attempts
    assert [(one.status, one.reason) for one in attempts] == [(503, "answered 503")] * 8
    assert {one.answer for one in attempts} == {"we are closed, whsec_***"}


async def test_an_endpoint_may_have_a_schedule_of_its_own_and_a_refusal_is_told_from_an_absence(
    small_office: Office, receiver: Receiver
) -> None:
    office, home = small_office, small_office.home
    await office.register(receiver.url(), delays=(5,))
    receiver.status = 422
    await home.open()
    await office.send()
    home.clock.pass_(seconds=5)
    await office.send()
    (delivery,) = await office.deliveries()
    assert (delivery.effect.attempts, delivery.effect.cause) == (2, Cause.REFUSED)


@pytest.mark.parametrize(
    ("asked", "least", "most"),
    [("90", 90, 108), ("3", 60, 72), ("86400", 120, 144), ("date", 100, 120), ("soon", 60, 60)],
)
async def test_a_partner_may_ask_for_one_to_two_steps_of_patience(
    small_office: Office, receiver: Receiver, asked: str, least: float, most: float
) -> None:
    office, home = small_office, small_office.home
    await office.register(receiver.url())
    receiver.status = 429
    when = format_datetime(home.clock.now() + timedelta(seconds=100), usegmt=True)
    receiver.headers = {"Retry-After": when if asked == "date" else asked}
    await home.open()
    await office.send()
    wait = (await office.deliveries())[0].effect.due_at - home.clock.now()
    assert least <= wait.total_seconds() <= most


async def test_a_receiver_that_is_gone_is_disabled_at_once_and_hears_nothing_until_somebody_resumes_it(
    office: Office, receiver: Receiver
) -> None:
    home = office.home
    await office.register(receiver.url())
    await home.open()
    await home.open()
    receiver.status = 410
    await office.send()
    assert (await office.endpoint()).state is EndpointState.DISABLED
    assert len(receiver.received) in (1, 2)  # both were claimed together
    receiver.status = 200
    await home.open()
    assert len(await office.deliveries()) == 2
    assert [effect.args for effect in await home.effects("slack.endpoint")] == [{"endpoint": 1}]
    await home.do(resume_endpoint, home.request(), 1)
    await home.open()
    await office.send()
    assert (await office.deliveries())[-1].standing is Standing.DELIVERED


async def test_after_96_hours_of_failure_it_is_said_and_after_120_the_endpoint_is_disabled(
    office: Office, receiver: Receiver
) -> None:
    home = office.home
    await office.register(receiver.url())
    receiver.status = 500

    async def fail() -> tuple[EndpointState, int]:
        await home.open()
        await office.send()
        return (await office.endpoint()).state, len(await home.effects("slack.endpoint"))

    said = []
    for _ in range(11):
        said.append(await fail())
        home.clock.pass_(hours=12)
    active, disabled = EndpointState.ACTIVE, EndpointState.DISABLED
    assert said == [(active, 0)] * 8 + [(active, 1)] * 2 + [(disabled, 2)]


async def test_one_delivery_that_arrives_ends_a_row_of_failures(small_office: Office, receiver: Receiver) -> None:
    office, home = small_office, small_office.home
    await office.register(receiver.url(), delays=())
    receiver.status = 500
    await home.open()
    await office.send()
    assert (await office.endpoint()).failing_since == home.clock.now()
    receiver.status = 204
    await home.open()
    await office.send()
    assert (await office.endpoint()).failing_since is None


async def test_a_redirect_is_not_followed(small_office: Office, receiver: Receiver) -> None:
    office, home = small_office, small_office.home
    await office.register(receiver.url("/from"))
    receiver.status, receiver.headers = 307, {"Location": receiver.url("/to")}
    await home.open()
    await office.send()
    assert len(receiver.received) == 1
    assert (await office.deliveries())[0].effect.reason == "answered 307, and redirects are not followed"


async def test_of_an_endless_answer_16_kib_are_kept(small_office: Office, receiver: Receiver) -> None:
    office, home = small_office, small_office.home
    await office.register(receiver.url())
    receiver.text = "é" * 3_000_000
    await home.open()
    await office.send()
    (delivery,) = await office.deliveries()
    found = await home.read(delivery_page, 1, delivery.effect.id or 0)
    assert found
    assert 16_000 < len((found[1].attempts[0].answer or "").encode()) <= 16 * 1024


async def test_what_happens_while_an_endpoint_pauses_is_kept_for_it(office: Office, receiver: Receiver) -> None:
    home = office.home
    await office.register(receiver.url())
    await home.open()
    await home.do(pause_endpoint, home.request(), 1)
    await home.open()
    home.clock.pass_(days=3)
    await office.send()
    assert receiver.received == []
    await home.do(resume_endpoint, home.request(), 1)
    await office.send()
    assert len(set(receiver.ids)) == 2


async def test_a_removed_endpoint_hears_nothing_and_its_secret_is_gone(
    small_office: Office, receiver: Receiver
) -> None:
    office, home = small_office, small_office.home
    await office.register(receiver.url())
    await home.open()
    await home.do(remove_endpoint, home.request(), 1)
    await home.open()
    await office.send()
    assert receiver.received == []
    assert await home.scalar("SELECT count(*) FROM secret_version") == 0
    with pytest.raises(Refused, match="There is no endpoint 1"):
        await home.do(ping_endpoint, home.request(), 1)


async def test_a_ping_goes_to_one_endpoint_whatever_it_asked_for(small_office: Office, receiver: Receiver) -> None:
    office, home = small_office, small_office.home
    await office.register(receiver.url("/one"), types=("postmortem",))
    await office.register(receiver.url("/other"))
    await home.do(ping_endpoint, home.request(), 1)
    await office.send()
    (received,) = receiver.received
    assert json.loads(received.body)["type"] == "webhook.ping"


async def test_a_replay_keeps_the_id_and_asked_for_twice_is_sent_once(office: Office, receiver: Receiver) -> None:
    home = office.home
    await office.register(receiver.url())
    await home.open()
    await office.send()
    home.clock.pass_(days=2)
    number = (await office.deliveries())[0].effect.id or 0
    await home.do(replay_delivery, 1, number)
    with pytest.raises(Refused, match="on its way"):
        await home.do(replay_delivery, 1, number)
    await office.send()
    assert len(receiver.received) == 2
    assert len(set(receiver.ids)) == 1
    (delivery,) = await office.deliveries()
    assert (delivery.standing, delivery.effect.attempts) == (Standing.DELIVERED, 2)


async def test_a_partner_that_does_not_answer_is_told_in_words(small_home: Home, small_office: Office) -> None:
    office, home = small_office, small_office.home
    await office.register("http://127.0.0.1:1/hooks")
    await home.open()
    await office.send()
    (delivery,) = await office.deliveries()
    assert (delivery.effect.reason or "").startswith("cannot connect: ")
