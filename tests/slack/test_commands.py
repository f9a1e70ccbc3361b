"""The words of /incident, as people type them."""

import re

from bot.flows.views import timeline_view
from tests.slack.reading import last, message, words
from tests.world import ANA, BO, CHIDI, World


async def test_an_incident_is_worked_to_its_end_by_words_alone(world: World) -> None:
    channel = await world.open("checkout is down")
    said = {
        f"lead <@{BO}|bo>": f"<@{BO}> has the role Commander now.",
        "role comms": f"<@{ANA}> has the role Comms now.",
        "impact card payments fail for EU customers": "The impact stands on the card of INC-1.",
        "status identified a bad deploy": "INC-1 is identified now.",
        "severity sev2": "INC-1 is SEV2 now. It asks for an update every 30 minutes.",
        f"handoff <@{CHIDI}>": f"<@{CHIDI}> has your roles now. You can rest.",
        "ticket alert on a full queue": "Action item 1 of INC-1 is added as P2, due 2026-04-21.",
        "resolve rolled back": "INC-1 is resolved now.",
        "close": "INC-1 is closed now.",
        "reopen it is back": "INC-1 is investigating now.",
    }
    for text, answer in said.items():
        assert await world.slash(ANA, text, channel) == answer
    await world.settle()
    card = words(message(world, channel, "SEV2 · INC-1"))
    assert "🟠 *SEV2 · INC-1 · checkout is down*" in card
    assert f"*Commander* <@{BO}> · *Comms* <@{CHIDI}>" in card
    assert "*Impact* card payments fail for EU customers" in card
    line = words(message(world, "incidents", "INC-1"))
    assert line.endswith("impact: card payments fail for EU customers")
    assert f"<@{BO}> leads" in line
    assert {ANA, BO, CHIDI} <= set(world.slack.channel(channel).members)


async def test_an_update_is_posted_promised_and_threaded_under_the_announcement(small_world: World) -> None:
    channel = await small_world.open()
    answer = await small_world.slash(ANA, "update we are rolling back", channel)
    assert re.fullmatch(r"INC-1: the update is posted. The next one is due <!date\^\d+\^{time}\|.* UTC>.", answer)
    await small_world.settle()
    assert "*INC-1 update* we are rolling back" in words(message(small_world, channel, "we are rolling back"))
    announced, threaded = (message(small_world, "incidents", text) for text in ("*SEV1", "we are rolling back"))
    assert threaded["thread_ts"] == announced["ts"]


async def test_no_word_shows_the_card_in_an_incident_s_channel_and_the_help_elsewhere(small_world: World) -> None:
    assert "`/incident open" in await small_world.slash(ANA, "")
    channel = await small_world.open()
    await small_world.slash(BO, "", channel)
    assert "*SEV1 · INC-1 · checkout is down*" in last(small_world, BO)
    assert "Add note" in last(small_world, BO)


async def test_an_unknown_word_suggests_the_nearest(small_world: World) -> None:
    said = {
        "shwo": "There is no `/incident shwo`. Did you mean `/incident show`?",
        "Tickets": "There is no `/incident Tickets`. Did you mean `/incident ticket`?",
        "zzz": "There is no `/incident zzz`. See what there is: `/incident help`",
        "&lt;!channel&gt;": "There is no `/incident &lt;!channel&gt;`. See what there is: `/incident help`",
    }
    for text, answer in said.items():
        assert await small_world.slash(ANA, text) == answer


async def test_the_list_leads_to_what_is_being_worked_on_and_says_how_to_start_when_that_is_nothing(
    small_world: World,
) -> None:
    await small_world.slash(ANA, "list")
    assert "Nothing is being worked on. When something breaks: `/incident open" in last(small_world, ANA)
    first = await small_world.open("search is slow", words="sev3")
    second = await small_world.open("login fails")
    await small_world.slash(ANA, "resolve", first)
    await small_world.slash(BO, "list")
    live, over = last(small_world, BO).split("Lately\n")
    assert "🔴 *SEV1 · INC-2 · login fails* · investigating" in live
    assert f"<#{small_world.slack.channel(second).id}>" in live
    assert "🟢 *SEV3 · INC-1 · search is slow* · resolved" in over


async def test_show_tells_people_impact_checklists_items_and_what_was_not_delivered(small_world: World) -> None:
    channel = await small_world.open()
    small_world.slack.deactivate(BO)
    for text in (
        f"role comms <@{BO}>",
        "impact EU card payments",
        "ticket alert on a full queue",
        "check done 1 a deploy",
    ):
        await small_world.slash(ANA, text, channel)
    await small_world.settle()
    await small_world.slash(CHIDI, "show inc-1")
    seen = last(small_world, CHIDI)
    for part in (
        f"*Commander* <@{ANA}> · *Comms* <@{BO}> · *Scribe* — open",
        "*Impact* EU card payments",
        "▶ First five minutes 1 of 4 · 2. What is the blast radius?",
        "☐ *1. alert on a full queue*  no owner · P2 · prevent · due 2026-04-21",
        f"Slack would not let me invite <@{BO}>",
        "Retry",
        "http://127.0.0.1:8080/incidents/INC-1?until=",
    ):
        assert part in seen, part


async def test_the_timeline_shows_the_latest_twenty_and_marks_what_was_corrected(small_world: World) -> None:
    channel = await small_world.open()
    ts = small_world.slack.say(BO, channel, "errors since 02:51")
    await small_world.settle()
    small_world.slack.react(BO, channel, ts, "pushpin")
    await small_world.settle()
    small_world.slack.edit(BO, channel, ts, "errors since 02:49")
    await small_world.settle()
    for number in range(18):
        await small_world.slash(ANA, f"note number {number}", channel)
    await small_world.slash(ANA, "timeline", channel)
    seen = last(small_world, ANA)
    assert "the latest 20 of" in seen
    assert "number 17" in seen
    assert "opened SEV1" not in seen
    assert re.search(rf"<!date\^\d+\^{{time}}\|[^>]+> <@{BO}> errors since 02:49 _\(corrected\)_", seen)
    assert "02:51" not in seen


async def test_an_entry_is_corrected_by_its_number_and_keeps_its_first_wording(small_world: World) -> None:
    channel = await small_world.open()
    answer = await small_world.slash(ANA, "note error rate is 48 %", channel)
    seq = int(answer.rstrip(".").split()[-1])
    assert "Say which entry" in await small_world.slash(ANA, "correct it was 4.8 %", channel)
    assert "has no text to correct" in await small_world.slash(ANA, "correct 999 error rate was 4.8 %", channel)
    said = await small_world.slash(BO, f"correct #{seq} error rate was 4.8 %", channel)
    assert said == f"Entry {seq} of INC-1 is corrected. Its first wording stays on the timeline."
    page = await small_world.house.read(timeline_view, 1)
    assert page is not None
    corrected = next(moment for moment in page.moments if moment.seq == seq)
    assert (corrected.text, corrected.history) == ("error rate was 4.8 %", ("error rate is 48 %",))


async def test_a_private_incident_does_not_exist_for_those_who_take_no_part(small_world: World) -> None:
    channel = await small_world.open("payroll leak", words="sev1 private")
    assert channel == "inc-1"
    assert small_world.slack.channel(channel).is_private
    for text in ("show INC-1", "timeline INC-1", "merge INC-1", "postmortem INC-1"):
        where = await small_world.open("other", user=BO) if text.startswith("merge") else "#general"
        assert "There is no incident INC-1." in await small_world.slash(BO, text, where), text
    await small_world.slash(BO, "list")
    assert "payroll" not in last(small_world, BO)
    await small_world.slash(ANA, "list")
    assert "payroll leak* · private 🔒" in last(small_world, ANA)
    assert not any("payroll" in text for text in small_world.slack.said("incidents"))


async def test_an_incident_that_becomes_private_moves_and_leaves_nothing_behind(small_world: World) -> None:
    channel = await small_world.open("payroll leak")
    old = small_world.slack.channel(channel).id
    answer = await small_world.slash(ANA, "private", channel)
    assert answer.startswith("INC-1 is private now.")
    await small_world.settle()
    assert small_world.slack.said("incidents") == []
    assert small_world.slack.channel(old).is_archived
    assert "payroll" not in small_world.slack.channel(old).name
    assert "*SEV1 · INC-1 · payroll leak* · private 🔒" in words(message(small_world, "inc-1", "INC-1"))
    assert await small_world.slash(ANA, "private", "inc-1") == "INC-1 is private already."


async def test_a_test_incident_is_marked_and_not_announced(small_world: World) -> None:
    channel = await small_world.open("fire drill", words="test sev1")
    assert "fire drill* · test" in words(message(small_world, channel, "fire drill"))
    assert small_world.slack.said("incidents") == []


async def test_merging_ends_one_incident_and_brings_its_people_to_the_other(small_world: World) -> None:
    goes_on = await small_world.open("checkout is down")
    ends = await small_world.open("payments fail", user=BO)
    answer = await small_world.slash(BO, "merge INC-1", ends)
    assert answer == "INC-2 is closed. The work goes on in INC-1; everyone here is invited there."
    await small_world.settle()
    assert BO in small_world.slack.channel(goes_on).members
    assert "INC-2 is merged into INC-1. The work goes on there." in words(message(small_world, ends, "INC-2 is merged"))
    refusals = {
        "duplicate INC-2": "INC-2 was joined to another incident itself. Name the one that goes on.",
        "merge INC-1": "INC-1 cannot be joined to itself.",
        "duplicate": "Say which incident goes on: /incident duplicate INC-4.",
        "merge banana": "There is no incident banana.",
    }
    for text, refusal in refusals.items():
        assert (await small_world.slash(ANA, text, goes_on)).startswith(refusal), text
    assert await small_world.slash(BO, "reopen", ends) == "INC-2 is investigating now."
    await small_world.settle()
    assert "Merged into" not in words(message(small_world, ends, "*SEV1 · INC-2"))


async def test_a_move_that_its_life_does_not_allow_is_refused_with_what_to_type(small_world: World) -> None:
    channel = await small_world.open()
    said = {
        "close": "It is not resolved yet. Resolve it first: /incident resolve what fixed it",
        "status investigating": "It is investigating already.",
        "reopen": "It is investigating already.",
        "resolve": "INC-1 is resolved now.",
        "status monitoring": "It is resolved. Open it again first: /incident reopen",
        "update all well": "INC-1 is resolved. Open it again first: /incident reopen",
        "update": "INC-1 is resolved. Open it again first: /incident reopen",
        "severity 1": "It is SEV1 already.",
    }
    for text, answer in said.items():
        assert await small_world.slash(ANA, text, channel) == answer, text


async def test_resolution_names_duration_owner_and_date_and_starts_what_comes_after(small_world: World) -> None:
    channel = await small_world.open()
    await small_world.slash(ANA, "resolve rolled back", channel)
    await small_world.settle()
    over = words(message(small_world, channel, "Resolved after"))
    assert re.search(rf"🟢 \*Resolved after \d+ s\* · draft postmortem is ready · due <!date.+> · owner <@{ANA}>", over)
    assert "After the incident · 0 of 4" in small_world.slack.said(channel)
    assert "SEV1 · resolved · checkout is down" in small_world.slack.channel(channel).topic


async def test_postmortem_posts_the_draft_as_a_file_and_offers_the_form(small_world: World) -> None:
    channel = await small_world.open()
    answer = await small_world.slash(ANA, "postmortem", channel)
    assert "The draft of INC-1 is on its way to the channel" in answer
    assert "Add notes" in last(small_world, ANA)
    await small_world.settle()
    file = message(small_world, channel, "INC-1 postmortem draft")["files"][0]
    assert b"# Postmortem INC-1: checkout is down" in small_world.slack.file(file["id"])


async def test_start_lists_the_checklists_and_starts_one_by_the_start_of_its_name(small_world: World) -> None:
    channel = await small_world.open()
    listed = await small_world.slash(ANA, "start", channel)
    assert "`/incident start common-culprits`  Common culprits · 9 steps · starts when you say so" in listed
    assert await small_world.slash(ANA, "start Common", channel) == "Common culprits is started."
    await small_world.settle()
    table = words(message(small_world, channel, "Common culprits · 0 of 9"))
    assert "*What you see · Likely cause · How to verify*" in table
    again = await small_world.slash(ANA, "start common-culprits", channel)
    assert again == "Common culprits was started in this incident already. See it: /incident check"
    unknown = await small_world.slash(ANA, "start banana", channel)
    assert unknown.startswith("There is no checklist banana. There are: after-the-incident")
