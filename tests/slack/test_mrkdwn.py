"""Slack's text: what people typed comes in plain, and what goes out mentions and links only what was meant."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.slack.mrkdwn import (
    accounts_in,
    entered,
    escape,
    incoming,
    line,
    mention,
    quoted,
    unmentioned,
    when,
)

# Pieces that mean something to Slack, to throw together with anything else.
MEANING = """
    < > & | @ # ! <@ <! &lt; &gt; &amp; @U0BO00001 U0BO00001 <@U0ANA0001> <!channel> <!here|here> <#C01|incidents>
    <https://x.example|@U0BO00001> <!subteam^S1|@U0BO00001> <!date^1^{time}|x> <mailto:a@b.example> @channel @here
    &#60; &lt;@U0BO00001&gt; ```
"""
PIECES = st.sampled_from([*MEANING.split(), "\n", " "])
TEXTS = st.lists(PIECES | st.text(max_size=6), max_size=8).map("".join)

_TOKEN = re.compile(r"<([^<>]*)>")
_PERSON = re.compile(r"@[UW][A-Z0-9]{2,}")


def tokens(text: str) -> list[str]:
    """Return what Slack would act upon in a text that we send."""
    return _TOKEN.findall(text)


def meant(raw: str) -> list[str]:
    """Return the people whom Slack says somebody mentioned in raw text."""
    return [inside.split("|")[0][1:] for inside in tokens(raw) if _PERSON.fullmatch(inside.split("|")[0])]


@given(TEXTS)
def test_nothing_escaped_acts(text: str) -> None:
    shown = escape(text)
    assert "<" not in shown
    assert ">" not in shown
    assert not re.search(r"@(channel|here|everyone|group)\b", shown, re.IGNORECASE)


@given(TEXTS)
def test_nothing_quoted_acts_but_mentions_of_people(text: str) -> None:
    shown = quoted(text)
    assert all(_PERSON.fullmatch(token) for token in tokens(shown))
    assert "<!" not in shown
    assert "<" not in _TOKEN.sub("", shown)


@given(TEXTS)
@example("&lt;<!x|@U0BO00001>&gt;")
@example("&lt;&lt;@U0BO00001&gt;")
@example("<@U0ANA0001>&lt;@U0BO00001&gt;")
@example("<<@U0ANA0001>")
@example("&lt;<@w|@U0BO00001>&gt;")
def test_from_a_person_to_the_timeline_and_back_only_meant_mentions_stay(raw: str) -> None:
    """An escaped mention is one that nobody meant, however it is pieced together."""
    shown = quoted(incoming(raw))
    assert [token[1:] for token in tokens(shown)] == meant(raw)
    assert accounts_in(shown) == meant(raw)


@given(TEXTS)
def test_whatever_comes_in_it_can_be_kept(raw: str) -> None:
    plain = incoming(raw + "\x00\ud800")
    assert "\x00" not in plain
    plain.encode()


@given(st.text(alphabet="ab &<>.:/é\n", max_size=20).filter(lambda text: "<@" not in text))
def test_plain_words_come_in_as_they_were_typed(typed: str) -> None:
    raw = typed.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")  # as Slack sends them
    assert incoming(raw) == typed


@given(TEXTS)
def test_nobody_is_mentioned_in_a_title(raw: str) -> None:
    assert tokens(escape(unmentioned(incoming(raw)))) == []


@given(TEXTS)
def test_what_is_typed_into_a_form_mentions_nobody(text: str) -> None:
    assert tokens(quoted(entered(text))) == []


@given(TEXTS, st.integers(2, 40))
@example("`" * 9, 3)
def test_a_line_is_one_line_and_cuts_no_mention_open(text: str, longest: int) -> None:
    shown = line(incoming(text), longest)
    assert "\n" not in shown
    assert "```" not in shown
    assert all(_PERSON.fullmatch(token) for token in tokens(shown))
    assert "<" not in _TOKEN.sub("", shown)


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("a &lt;b&gt; &amp; c", "a <b> & c"),
        ("&amp;lt;", "&lt;"),
        ("see <https://x.example>", "see https://x.example"),
        ("see <https://x.example/p|the page>", "see the page (https://x.example/p)"),
        ("see <https://x.example|x.example>", "see https://x.example"),
        ("in <#C01|incidents>", "in #incidents"),
        ("<!channel> look", "@channel look"),
        ("<!subteam^S1|@oncall> look", "@oncall look"),
        ("<@U0ANA0001|ana> look", "<@U0ANA0001> look"),
        ("&lt;@U0ANA0001&gt; look", "< @U0ANA0001> look"),
    ],
)
def test_what_people_type_comes_in_as_it_looks(raw: str, plain: str) -> None:
    assert incoming(raw) == plain


@pytest.mark.parametrize(
    ("account", "shown"),
    [
        ("U0ANA0001", "<@U0ANA0001>"),
        ("shell:ana", "ana"),
        ("shell:<!channel>", "&lt;!channel&gt;"),
        ("U0>x", "U0&gt;x"),
        ("", ""),
    ],
)
def test_a_person_is_mentioned_on_slack_and_named_elsewhere(account: str, shown: str) -> None:
    assert mention(account) == shown


def test_a_time_has_whole_seconds_and_utc_for_who_cannot_read_it() -> None:
    moment = datetime(2026, 3, 10, 3, 0, 59, 999_999, tzinfo=UTC)
    assert when(moment) == "<!date^1773111659^{time}|2026-03-10 03:00 UTC>"
