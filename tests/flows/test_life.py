"""The life of an incident: which moves it allows, what each demands, who is nudged, who may see it."""

from datetime import UTC, date, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from bot.core.statuses import MOVES
from bot.core.teams import Team
from bot.core.workdays import Calendar, is_weekend
from bot.errors import Refused
from bot.flows.add_action import add_action, settle_action
from bot.flows.attach_channel import attach_channel
from bot.flows.change_status import change_severity, change_status
from bot.flows.figures import figures
from bot.flows.join_incidents import join_incidents
from bot.flows.make_private import make_private
from bot.flows.open_incident import open_incident
from bot.flows.post_update import PATIENCE, SNOOZE, dismiss_update, nudge_about_updates, post_update, snooze_update
from bot.flows.take_note import take_note
from bot.flows.take_role import give_role, hand_off
from bot.flows.tx import Rules
from bot.flows.views import checklist_views, incident_view, visible
from bot.flows.walk_checklist import (
    assign_step,
    note_step,
    nudge_overdue_steps,
    settle_step,
    start_checklist,
    start_followers,
)
from store.incidents import Incident, may_see, participants, visible_incidents
from store.people import find_person
from store.postmortems import postmortem_of
from store.types import ActionState, EntryKind, Link, Priority, Severity, Status, StepState
from tests.home import ANA, BO, CHIDI, DANA, START, Home, a_home, our_checklists


async def ref(home: Home, account: str) -> str:
    found = await home.read(lambda tx: find_person(tx.db, 1, account))
    assert found is not None
    return found


async def put(home: Home, key: str, status: Status) -> None:
    """Put an incident into a status, however it gets there."""
    await home.sql("UPDATE incident SET status = :status WHERE number = :n", status=status.value, n=int(key[4:]))


async def test_every_move_that_is_allowed_is_made_and_recorded_and_every_other_refused(home: Home) -> None:
    key = await home.open()
    for before, after in product(Status, Status):
        await put(home, key, before)
        entries = len(await home.timeline(key))
        if after not in MOVES[before]:
            with pytest.raises(Refused, match=f"It is {before}|It is not resolved yet"):
                await home.do(change_status, home.request(), after, None, key)
            assert len(await home.timeline(key)) == entries
            assert (await home.incident(key)).status is before
            continue
        await home.do(change_status, home.request(), after, "because", key)
        moved = next(moment for moment in (await home.timeline(key))[entries:] if moment.kind is EntryKind.STATUS)
        assert (moved.facts, moved.text) == ({"from": before, "to": after}, "because")
        assert (await home.incident(key)).status is after
    assert await home.wrong(key) is None


async def test_times_of_resolution_and_closing_stand_until_it_is_reopened(home: Home) -> None:
    key = await home.open()
    home.clock.pass_(minutes=42)
    resolved_at = home.clock.now()
    await home.do(change_status, home.request(), Status.RESOLVED, None, key)
    home.clock.pass_(minutes=10)
    await home.do(change_status, home.request(), Status.CLOSED, None, key)
    incident = await home.incident(key)
    assert (incident.resolved_at, incident.closed_at) == (resolved_at, home.clock.now())
    assert incident.update_due_at is incident.update_nudge_at is None
    await home.do(change_status, home.request(), Status.INVESTIGATING, None, key)
    incident = await home.incident(key)
    assert incident.resolved_at is incident.closed_at is None
    assert incident.update_due_at == home.clock.now() + timedelta(minutes=20)


async def test_resolving_starts_the_postmortem_its_due_time_and_the_checklist_for_afterwards(home: Home) -> None:
    key = await home.open(severity=Severity.SEV1)
    await home.do(give_role, home.request(), "incident_commander", BO, key)
    home.clock.pass_(hours=1)
    await home.do(change_status, home.request(), Status.RESOLVED, None, key)
    postmortem = await home.read(lambda tx: postmortem_of(tx.db, 1))
    assert postmortem is not None
    assert postmortem.due_at == datetime(2026, 3, 12, 9, tzinfo=UTC), "after 48 hours, when work begins"
    assert postmortem.owner == await ref(home, BO)
    runs = [view.run.checklist_id for view in await home.read(checklist_views, 1)]
    assert runs[0] == "first-five-minutes"
    assert "after-the-incident" in runs


@pytest.mark.parametrize(
    ("severity", "minutes"), [(Severity.SEV1, 20), (Severity.SEV2, 30), (Severity.SEV3, 60), (Severity.SEV4, None)]
)
async def test_a_severity_demands_its_updates(small_home: Home, severity: Severity, minutes: int | None) -> None:
    key = await small_home.open(severity=severity)
    due = START + timedelta(minutes=minutes) if minutes else None
    assert (await small_home.incident(key)).update_due_at == due
    other = Severity.SEV2 if severity is not Severity.SEV2 else Severity.SEV1
    small_home.clock.pass_(minutes=3)
    await small_home.do(change_severity, small_home.request(), other, key)
    again = small_home.clock.now() + timedelta(minutes=30 if other is Severity.SEV2 else 20)
    assert (await small_home.incident(key)).update_due_at == again
    with pytest.raises(Refused, match=f"It is {other.upper()} already"):
        await small_home.do(change_severity, small_home.request(), other, key)


async def test_a_missed_update_nudges_the_commander_twice_then_a_deputy_then_nobody(home: Home) -> None:
    key = await home.open()
    await home.do(give_role, home.request(), "incident_commander", BO, key)
    await home.do(give_role, home.request(), "scribe", DANA, key)
    await home.do(give_role, home.request(), "communications", CHIDI, key)
    home.clock.pass_(minutes=19, seconds=59)
    assert await home.do(nudge_about_updates) == 0
    told: list[str] = []
    for _ in range(6):
        home.clock.pass_(seconds=PATIENCE.total_seconds())
        await home.do(nudge_about_updates)
        assert await home.do(nudge_about_updates) == 0, "once for each time, however often the clock asks"
        told = await home.told("update_missed")
    assert told == [BO, BO, CHIDI]
    assert (await home.kinds(key)).count(EntryKind.UPDATE_MISSED) == 1


async def test_without_a_deputy_the_commander_hears_it_the_third_time_too(home: Home) -> None:
    await home.open()
    for _ in range(5):
        home.clock.pass_(minutes=20)
        await home.do(nudge_about_updates)
    assert await home.told("update_missed") == [ANA] * 3


async def test_an_update_a_snooze_and_a_dismissal_each_change_the_promise(home: Home) -> None:
    key = await home.open()
    home.clock.pass_(minutes=21)
    await home.do(nudge_about_updates)
    await home.do(snooze_update, home.request(), key)
    assert (await home.incident(key)).update_due_at == home.clock.now() + SNOOZE
    home.clock.pass_(minutes=11)
    assert await home.do(nudge_about_updates) == 1, "after a snooze it begins anew"
    await home.do(post_update, home.request(), "we roll back", 45, key=key)
    assert (await home.incident(key)).update_due_at == home.clock.now() + timedelta(minutes=45)
    update = (await home.timeline(key))[-1]
    assert (update.kind, update.text, update.facts) == (EntryKind.UPDATE, "we roll back", {"next_in_minutes": 45})
    await home.do(dismiss_update, home.request(), key)
    home.clock.pass_(days=1)
    assert await home.do(nudge_about_updates) == 0
    await home.do(post_update, home.request(), "still rolling back", key=key)
    assert (await home.incident(key)).update_due_at == home.clock.now() + timedelta(minutes=20)
    await home.do(change_status, home.request(), Status.RESOLVED, None, key)
    home.clock.pass_(days=1)
    assert await home.do(nudge_about_updates) == 0
    with pytest.raises(Refused, match="INC-1 is resolved"):
        await home.do(snooze_update, home.request(), key)
    with pytest.raises(Refused, match="INC-1 is resolved"):
        await home.do(post_update, home.request(), "done", key=key)


async def test_a_private_incident_is_seen_by_those_who_take_part_and_by_nobody_else(home: Home) -> None:
    key = await home.open("salaries leaked", private=True)
    public = await home.open("checkout is down", account=BO)
    await home.do(give_role, home.request(), "scribe", CHIDI, key)
    ana, bo, chidi = [await ref(home, who) for who in (ANA, BO, CHIDI)]

    async def seen_by(viewer: str | None) -> list[str]:
        return [incident.key for incident in await home.read(lambda tx: visible_incidents(tx.db, 1, viewer))]

    assert await seen_by(ana) == await seen_by(chidi) == [public, key]
    assert await seen_by(bo) == await seen_by(None) == [public]
    assert [incident.key for incident in await home.read(visible, None)] == [public]
    incident = await home.incident(key)
    may = await home.read(lambda tx: [may_see(tx.db, incident, who) for who in (ana, chidi, bo, None)])
    assert may == [True, True, False, False]
    with pytest.raises(Refused, match="There is no incident INC-1"):
        await home.do(take_note, home.request(BO), "I should not know", key)
    assert bo not in await home.read(lambda tx: participants(tx.db, 1))
    view = await home.read(incident_view, 1)
    assert view is not None
    assert not view.announced


async def test_what_becomes_private_disappears_from_where_it_was(home: Home) -> None:
    key = await home.open()
    await home.do(lambda tx: attach_channel(1, "C1", "inc-1-checkout", tx))
    await home.do(make_private, home.request(), key)
    incident = await home.incident(key)
    assert (incident.private, incident.channel_id, incident.channel_name) == (True, None, None)
    kinds = [effect.kind for effect in await home.effects()]
    assert "slack.leave_public" in kinds
    assert kinds.count("slack.create_channel") == 2
    assert (await home.kinds(key))[-1] is EntryKind.PRIVATE
    with pytest.raises(Refused, match="private already"):
        await home.do(make_private, home.request(), key)


async def test_merging_ends_one_points_at_the_other_and_brings_everyone_along(home: Home) -> None:
    one, other = await home.open("checkout is down"), await home.open("payments fail", account=BO)
    await home.do(lambda tx: attach_channel(2, "C2", "inc-2", tx))
    await home.do(give_role, home.request(), "scribe", CHIDI, one)
    await home.do(join_incidents, home.request(), other, Link.MERGED, one)
    ended, goes_on = await home.incident(one), await home.incident(other)
    assert (ended.status, ended.link, ended.joined_to_id) == (Status.CLOSED, Link.MERGED, goes_on.id)
    assert goes_on.status is Status.INVESTIGATING
    everyone = await home.read(lambda tx: participants(tx.db, goes_on.id or 0))
    assert {await ref(home, who) for who in (ANA, BO, CHIDI)} <= everyone
    links = [[m.facts for m in await home.timeline(key) if m.kind is EntryKind.LINK] for key in (one, other)]
    assert links == [
        [{"link": "merged", "incident": other}],
        [{"link": "merged", "incident": one, "from": True}],
    ]
    for this, that, told in (
        (other, other, "cannot be joined to itself"),
        (other, one, "was joined to another incident itself"),
        (one, other, "was joined to another incident already"),
    ):
        with pytest.raises(Refused, match=told):
            await home.do(join_incidents, home.request(), that, Link.DUPLICATE, this)
    await home.do(change_status, home.request(), Status.INVESTIGATING, None, one)
    assert (await home.incident(one)).joined_to_id is None
    assert await home.wrong(one) is await home.wrong(other) is None


async def test_a_public_incident_is_not_joined_to_a_private_one(home: Home) -> None:
    private, public = await home.open(private=True), await home.open()
    with pytest.raises(Refused, match="its channel would give it away"):
        await home.do(join_incidents, home.request(), private, Link.MERGED, public)


async def test_whoever_acts_takes_part_and_roles_change_hands(home: Home) -> None:
    key = await home.open()
    await home.do(take_note, home.request(BO), "a deploy went out", key)
    assert {await ref(home, ANA), await ref(home, BO)} == await home.read(lambda tx: participants(tx.db, 1))
    await home.do(give_role, home.request(), "scribe", None, key)
    assert await home.do(hand_off, home.request(), CHIDI, key) == CHIDI
    view = await home.read(incident_view, 1)
    assert view is not None
    assert view.holders == {"incident_commander": CHIDI, "scribe": CHIDI}
    assert view.vacant == ("communications",)
    assert view.commander == CHIDI
    with pytest.raises(Refused, match="You hold no role here"):
        await home.do(hand_off, home.request(), BO, key)
    with pytest.raises(Refused, match="They have that role already"):
        await home.do(give_role, home.request(), "scribe", CHIDI, key)
    assert await home.told("role_given") == [CHIDI, CHIDI]


async def test_a_checklist_runs_once_in_an_incident(home: Home) -> None:
    key = await home.open()
    with pytest.raises(Refused, match="First five minutes was started in this incident already"):
        await home.do(start_checklist, home.request(), "first", key)
    assert await home.do(start_checklist, home.request(), "common culprits", key) == "Common culprits"
    with pytest.raises(Refused, match="There is no checklist nothing"):
        await home.do(start_checklist, home.request(), "nothing", key)
    runs = [view.run.checklist_id for view in await home.read(checklist_views, 1)]
    assert runs == ["first-five-minutes", "common-culprits"]


async def test_each_outcome_of_a_step_is_a_timeline_entry_and_the_next_checklist_follows_the_last(home: Home) -> None:
    key = await home.open()
    await home.do(note_step, home.request(), 1, "2 deploys, 1 flag", key=key)
    await home.do(assign_step, home.request(), 2, BO, key=key)
    await home.do(settle_step, home.request(), 1, StepState.DONE, key=key)
    with pytest.raises(Refused, match="Say why it is skipped"):
        await home.do(settle_step, home.request(), 2, StepState.SKIPPED, key=key)
    with pytest.raises(Refused, match="Step 1 is done already"):
        await home.do(settle_step, home.request(), 1, StepState.DONE, key=key)
    with pytest.raises(Refused, match="First five minutes has steps 1 to 4"):
        await home.do(settle_step, home.request(), 9, StepState.DONE, key=key)
    await home.do(settle_step, home.request(BO), 2, StepState.SKIPPED, "one region only", key=key)
    await home.do(settle_step, home.request(), 3, StepState.DONE, key=key)
    last = await home.do(settle_step, home.request(), 4, StepState.DONE, key=key)
    assert last.finished
    moments = await home.timeline(key)
    steps = [(m.facts["position"], m.facts["outcome"], m.text) for m in moments if m.kind is EntryKind.STEP]
    assert steps == [
        (1, "noted", "2 deploys, 1 flag"),
        (2, "assigned", None),
        (1, "done", None),
        (2, "skipped", "one region only"),
        (3, "done", None),
        (4, "done", None),
    ]
    events = [(m.facts["checklist"], m.facts["event"]) for m in moments if m.kind is EntryKind.CHECKLIST]
    assert events == [
        ("first-five-minutes", "started"),
        ("first-five-minutes", "finished"),
        ("investigation", "started"),
    ]
    home.clock.pass_(minutes=10)
    assert await home.do(start_followers) == 0


async def test_the_next_checklist_starts_after_five_minutes_though_the_first_is_not_done(home: Home) -> None:
    key = await home.open()
    resolved = await home.open()
    await home.do(change_status, home.request(), Status.RESOLVED, None, resolved)
    home.clock.pass_(minutes=4, seconds=59)
    assert await home.do(start_followers) == 0
    home.clock.pass_(seconds=1)
    assert await home.do(start_followers) == 1
    assert await home.do(start_followers) == 0
    assert [view.run.checklist_id for view in await home.read(checklist_views, 1)] == [
        "first-five-minutes",
        "investigation",
    ]
    assert (await home.incident(key)).live


async def test_an_overdue_step_nudges_once_whoever_has_it(home: Home) -> None:
    key = await home.open()
    await home.do(assign_step, home.request(), 1, BO, key=key)
    home.clock.pass_(minutes=2, seconds=1)
    await home.do(nudge_overdue_steps)
    await home.do(nudge_overdue_steps)
    assert await home.told("step_overdue") == [BO]


async def test_action_items_are_numbered_within_their_incident_and_declining_asks_why(home: Home) -> None:
    one, other = await home.open(), await home.open()
    numbers = [(await home.do(add_action, home.request(), f"item {n}", key=one))[1].number for n in range(3)]
    assert numbers == [1, 2, 3]
    assert (await home.do(add_action, home.request(), "item", owner=BO, key=other))[1].number == 1
    assert await home.told("action_given") == [BO]
    with pytest.raises(Refused, match="Say why it is declined"):
        await home.do(settle_action, home.request(), 2, ActionState.DECLINED, key=one)
    declined = await home.do(settle_action, home.request(), 2, ActionState.DECLINED, "too costly", key=one)
    assert declined.state is ActionState.DECLINED
    entry = (await home.timeline(one))[-1]
    assert (entry.facts, entry.text) == ({"number": 2, "state": "declined"}, "too costly")
    with pytest.raises(Refused, match="has no action item 9"):
        await home.do(settle_action, home.request(), 9, ActionState.DONE, key=one)


async def test_test_incidents_and_ended_ones_are_in_no_figure(home: Home) -> None:
    await home.open()
    await home.open(test=True)
    ended = await home.open()
    await home.do(change_status, home.request(), Status.RESOLVED, None, ended)
    assert (await home.read(figures)).live == 1
    view = await home.read(incident_view, 2)
    assert view is not None
    assert not view.announced


async def test_a_person_at_a_shell_and_one_in_slack_work_on_the_same_incident(home: Home) -> None:
    opened = await home.do(open_incident, home.request("shell:ana", team=None), "checkout is down", Severity.SEV1)
    await home.do(take_note, home.request(BO, team="T1"), "seen it", opened.key)
    await home.do(take_note, home.request("shell:ana", team=None), "me too", opened.key)
    notes = [moment.text for moment in await home.timeline(opened.key) if moment.kind is EntryKind.NOTE]
    assert notes == ["seen it", "me too"]
    assert await home.scalar("SELECT count(*) FROM workspace") == 1


def test_an_incident_is_called_by_its_number() -> None:
    assert Incident(number=7, status=Status.MONITORING).key == "INC-7"
    assert [Incident(status=status).live for status in Status] == [True, True, True, False, False]


async def test_a_due_date_counts_the_working_days_of_the_team_not_those_of_utc(sqlite_url: str) -> None:
    def off(day: date) -> bool:
        return is_weekend(day) or day == date(2026, 3, 16)

    everyone = Team("everyone", "incidents", Calendar(ZoneInfo("America/New_York"), off))
    with a_home(sqlite_url, rules=Rules(checklists=our_checklists, teams=(everyone,))) as home:
        key = await home.open()
        _, item = await home.do(add_action, home.request(), "alert on queue depth", priority=Priority.P0, key=key)
        assert home.clock.now().date() == date(2026, 3, 10)
        assert item.due_on == date(2026, 3, 19), "from the ninth, as it still is there; a weekend and a holiday are off"
