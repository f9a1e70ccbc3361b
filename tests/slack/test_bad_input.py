"""What people type by mistake, in a hurry, in any script, or on purpose: a clear sentence, and nothing half done."""

import re

import pytest

from bot.core.wording import kept
from bot.slack.mrkdwn import entered, escape, incoming, quoted
from tests.slack.reading import last, message, words
from tests.world import ANA, BO, World

INVISIBLE = ["", " ", "\u200b", "\u2066\u2069", "\u00a0\u3000", "\x00\x07", "\u202e"]
PLANES = [chr((plane << 16) + 0x1F600 % 0x10000 + 1) for plane in (*range(3), 14, 15, 16)]
SCRIPTS = [
    "الدفع لا يعمل",
    "התשלום נכשל",
    "支付失败",
    "👩‍👩‍👧‍👦 👨🏽‍🚒 🏴‍☠️",
    "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳",
    "\U0001f600\U00020000\U000e0041\U000f0000\U0010fffd",
]
MENTIONS = re.compile(r"<!(?:channel|here|everyone|group|subteam)|@(?:channel|here|everyone|group)\b", re.IGNORECASE)


async def test_a_text_in_which_nothing_can_be_read_is_refused_and_nothing_is_stored(small_world: World) -> None:
    channel = await small_world.open()
    before = await small_world.slash(ANA, "note the last entry", channel)
    for nothing in INVISIBLE:
        for word, missing in (
            ("note", "Say it after the word: /incident note error rate is 48 %"),
            ("impact", "Say it after the word: /incident impact card payments fail for EU customers"),
        ):
            assert await small_world.slash(ANA, f"{word} {nothing}", channel) == missing, repr(nothing)
    for nothing in INVISIBLE[2:]:
        assert await small_world.slash(ANA, f"open sev1 {nothing}") == (
            "Say what is wrong: /incident open checkout is down" if nothing.strip() else ""
        ), repr(nothing)
    after = await small_world.slash(ANA, "note the next entry", channel)
    assert entry(after) == entry(before) + 1
    assert (await small_world.open("search is slow")).startswith("inc-2")


async def test_a_text_of_ten_thousand_characters_is_refused_with_how_many_fit(small_world: World) -> None:
    endless = "x" * 10_000
    refused = await small_world.slash(ANA, f"open {endless}")
    assert refused.startswith("That title has 10000 characters, and 200 fit. Write a short one")
    channel = await small_world.open()
    assert channel.startswith("inc-1")
    for word in (
        "note",
        "impact",
        "update",
        "status identified",
        "resolve",
        "check done 1",
        "check skip 1",
        "check note 1",
    ):
        answer = await small_world.slash(ANA, f"{word} {endless}", channel)
        assert answer == "That has 10000 characters, and 3000 fit. Put it in a document and note its link.", word
    for word in (
        endless,
        f"status {endless}",
        f"start {endless}",
        f"show {endless}",
        f"check {endless}",
        f"role {endless}",
    ):
        assert len(await small_world.slash(ANA, word, channel)) < 400, word[:20]
    assert "_investigating_" in words(message(small_world, channel, "*SEV1"))
    assert "· 0 of 4" in words(message(small_world, channel, "First five minutes"))


async def test_the_longest_texts_that_fit_are_shown_whole(small_world: World) -> None:
    title, text = "<" * 200, "<&>" * 1000
    channel = await small_world.open(incoming_as_slack_sends(title))
    await small_world.slash(ANA, f"update {incoming_as_slack_sends(text)}", channel)
    await small_world.slash(ANA, f"impact {incoming_as_slack_sends(text)}", channel)
    await small_world.slash(ANA, f"check note 1 {incoming_as_slack_sends(text)}", channel)
    for number in range(60):
        await small_world.slash(ANA, f"ticket {number} {incoming_as_slack_sends('<' * 190)}", channel)
    await small_world.settle()
    shown = "".join(words(message(small_world, channel, "*INC-1 update*")).split("\n"))
    assert shown.count("&lt;&amp;&gt;") == 1000
    for word in ("show", "timeline", "list", "check", ""):
        await small_world.slash(ANA, word, channel)
        assert "&lt;" in last(small_world, ANA), word


@pytest.mark.parametrize("text", [*SCRIPTS, *PLANES], ids=lambda text: f"U+{ord(text[0]):05X}")
def test_every_script_and_plane_comes_through_unchanged(text: str) -> None:
    assert kept(incoming(text)) == text


async def test_every_script_is_shown_as_it_was_written(small_world: World) -> None:
    for number, text in enumerate(SCRIPTS, 1):
        channel = await small_world.open(text)
        assert channel == f"inc-{number}" or channel == f"inc-{number}-zalgo"
        await small_world.slash(ANA, f"note {text}", channel)
        await small_world.slash(ANA, "timeline", channel)
        assert last(small_world, ANA).count(text) == 4  # of opening and note: a line each, and a choice each
        assert text in words(message(small_world, "incidents", f"INC-{number}"))


def test_marks_that_turn_the_line_around_and_control_characters_are_left_out() -> None:
    assert kept("a\u202egpj.exe\x00\x1b[31m\u2067b\u2069") == "agpj.exe[31mb"
    assert kept("one\ntwo\tthree") == "one\ntwo\tthree"


async def test_nothing_that_is_typed_calls_anybody_who_was_not_meant(small_world: World) -> None:
    typed = f"&lt;!channel&gt; &lt;!here&gt; &lt;@{BO}&gt; &lt;!subteam^S1&gt; &amp;lt;!everyone&amp;gt; @here @Channel"
    sent = f"<!channel> <!here|@here> <!subteam^S1|@ops> <https://evil.example|https://bank.example> {typed}"
    channel = await small_world.open(sent)
    for word in ("note", "update", "impact", "ticket", "check done 1", "check skip 2", "check note 3", "resolve", sent):
        await small_world.slash(ANA, f"{word} {sent}", channel)
        await small_world.settle()
    await small_world.press(ANA, channel, "action_decline")
    await small_world.slack.submit(ANA, values={"text": f"<!channel> <@{BO}> @everyone"})
    await small_world.press(ANA, channel, "postmortem_notes")
    await small_world.slack.submit(ANA, values={"summary": f"<!here> <@{BO}>"})
    for word in ("show", "timeline", "list", "", "postmortem"):
        await small_world.slash(ANA, word, channel)
        await small_world.settle()
    said = "\n".join(shown_anywhere(small_world))
    assert "@\u2060channel" in said
    assert not MENTIONS.findall(said)
    assert f"<@{BO}>" not in said
    assert "<https://evil" not in said
    assert BO not in small_world.slack.channel(channel).members


async def test_somebody_who_is_meant_is_mentioned(small_world: World) -> None:
    channel = await small_world.open()
    await small_world.slash(ANA, f"update <@{BO}|bo> rolls back, see <https://wiki.example/runbook>", channel)
    await small_world.settle()
    shown = words(message(small_world, channel, "*INC-1 update*"))
    assert f"<@{BO}> rolls back, see https://wiki.example/runbook" in shown


def test_a_mention_in_a_form_is_only_characters() -> None:
    assert quoted(entered(f"<@{BO}> & <!here>\x00")) == f"&lt; @{BO}&gt; &amp; &lt;!here&gt;"
    assert escape("@here and user@hereford") == "@\u2060here and user@hereford"


async def test_a_missing_or_wrong_argument_is_refused_with_an_example(small_world: World) -> None:
    channel = await small_world.open()
    said = {
        "handoff": "Say whom: /incident handoff @ana",
        "handoff ana": "Name one person: type @ and pick them from the list that opens. /incident handoff @ana",
        f"lead <@{ANA}> <@{BO}>": "Name one person: type @ and pick them",
        f"lead <@{ANA}>": "You have that role already.",
        "role": "Say which role and who: /incident role comms @bo.",
        "role 42": "Say which role and who: /incident role comms @bo.",
        "role comms bo": "Name one person: type @ and pick them from the list that opens. /incident role comms @bo",
        "severity": "Say which: /incident severity sev2. SEV1: customers cannot use the product",
        "severity sev9": "Say which: /incident severity sev2.",
        "status": "Say which: /incident status identified a bad deploy.",
        "status identifed": "There is no status identifed. Did you mean `identified`?",
        "show INC-999999999999": "There is no incident INC-999999999999.",
        "show ١": "There is no incident ١.",
        "merge": "Say which incident goes on: /incident merge INC-4.",
        "start ../../etc": "There is no checklist ../../etc.",
    }
    for text, answer in said.items():
        assert (await small_world.slash(ANA, text, channel)).startswith(answer), text
    elsewhere = await small_world.slash(ANA, "note lost")
    assert elsewhere == "This is not an incident's channel. Go to that channel, or see them all: /incident list"


async def test_a_word_is_found_in_any_case_and_after_any_space(small_world: World) -> None:
    channel = await small_world.open()
    assert (await small_world.slash(ANA, "  NOTE\nerror rate\n48 %", channel)).startswith("Noted")
    assert await small_world.slash(ANA, "severity  SEV-2 ", channel) == (
        "INC-1 is SEV2 now. It asks for an update every 30 minutes."
    )


def entry(answer: str) -> int:
    return int(answer.rstrip(".").rsplit(" ", 1)[1])


def incoming_as_slack_sends(text: str) -> str:
    """Return typed characters as Slack escapes them."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def shown_anywhere(world: World) -> list[str]:
    """Return the words of every message and view there is, public and private."""
    state = world.slack.state()
    public = [each for channel in state["channels"] for each in channel["messages"]]
    private = [each for seen in state["ephemerals"].values() for each in seen]
    return [f"{each.get('text', '')}\n{words(each)}" for each in [*public, *private]]
