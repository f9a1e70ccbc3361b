"""The draft: every entry is in it, nobody's name is, and what is not known is asked."""

import re
import unicodedata
from dataclasses import replace
from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.assets import Assets
from bot.core import prose
from bot.core.case import Case
from bot.core.cast import Cast
from bot.core.draft import Draft
from bot.core.postmortem import draft
from bot.core.replay import parse
from bot.core.sections import SECTIONS
from bot.core.timeline import GONE
from bot.render import Renderer
from store.types import ActionType, EntryKind, Precision
from tests.core.cases import PEOPLE, Record, lived, played
from tests.core.test_replay import NOW, TRAPS
from tests.shared import shared

RENDERER = Renderer(Assets(None).template_folders())
WRITTEN = st.text(
    st.characters(exclude_characters="@&!<", exclude_categories=["Cs", "Cc"]) | st.sampled_from("*_`#->|[]\n1.")
)
KINDS = st.sampled_from([kind for kind in EntryKind if kind not in (EntryKind.REVISION, EntryKind.WITHDRAWAL)])


def _markdown(case: Case) -> str:
    rendered = RENDERER.render_postmortem(draft(case), "md")
    assert rendered.problem is None
    return rendered.text


def _bodies(case: Case) -> dict[int, list[str]]:
    """Map each entry to what its rows in the page say, without time and actor."""
    page = RENDERER.render_postmortem(draft(case), "html").text
    bodies: dict[int, list[str]] = {}
    for seq, row in re.findall(r'<li id="entry-(\d+)" class="entry">(.*?)</li>', page, re.DOTALL):
        body = row.partition("</p>")[2]
        bodies.setdefault(int(seq), []).append(unescape(re.sub(r"<[^>]*>", " ", body)))
    return bodies


def _letters(text: str) -> str:
    """What is left of a text when all that could be markup is taken out."""
    return "".join(character for character in unicodedata.normalize("NFC", text) if character.isalnum())


def _section(sketch: Draft, name: str) -> str:
    section = sketch.sections[name]
    return "\n".join([*section.notes, *section.facts, *section.questions])


@settings(max_examples=60)
@given(st.lists(st.tuples(KINDS, WRITTEN, st.floats(-3000, 3000)), min_size=1, max_size=12))
def test_every_entry_has_one_row_and_its_text_stands_in_it_once(entries: list[tuple[EntryKind, str, float]]) -> None:
    record = Record()
    for kind, text, minutes in entries:
        record.add(minutes, kind, text)
    case = record.case(people={}, title="x")
    bodies = _bodies(case)
    assert sorted(bodies) == [moment.seq for moment in record.moments]
    for moment in record.moments:
        (body,) = bodies[moment.seq]
        letters = _letters(moment.text or "")
        if moment.kind is EntryKind.POSTMORTEM:
            assert letters in _letters(_markdown(case).partition("\n## ")[2])
        elif letters:
            said = _letters(body)
            assert said.count(letters) >= 1
            if moment.kind in (EntryKind.NOTE, EntryKind.MESSAGE, EntryKind.REPLAYED):
                assert said.partition("Outoforder")[0] == letters


FORMS = (
    "{}",
    "@{}",
    "{}'s laptop",
    "_{}_",
    "*{}*",
    "`{}`",
    "```\n{}\n```",
    "https://x.example/{}/repo",
    "({}),",
    "{}@{}",
)
WHOLE = sorted(name.removeprefix("@") for names in PEOPLE.values() for name in names)
NAMES = [*WHOLE, "Ana", "Lima", "Berg", "Dahl"]


@settings(max_examples=80)
@given(
    st.lists(st.tuples(KINDS, st.sampled_from(NAMES), st.sampled_from(FORMS), st.sampled_from("lut")), max_size=8),
    st.sampled_from(NAMES),
)
def test_no_name_of_anyone_appears_however_it_is_written(
    uses: list[tuple[EntryKind, str, str, str]], in_title: str
) -> None:
    record = Record()
    for minute, (kind, name, form, case) in enumerate(uses):
        cased = {"l": name, "u": name.upper(), "t": name.title()}[case]
        record.add(minute, kind, form.replace("{}", cased), "p-bo", title=f"ask {cased}", reason=f"{cased} left")
    text = _markdown(record.case(title=f"{in_title} cannot pay", impact=f"{in_title} and others"))
    for name in NAMES:
        pattern = "[wW]ill(?= Ode)|Will|WILL|(?<!\\w)@will" if name == "will" else rf"(?i)(?<![^\W_]){name}(?![^\W_])"
        assert re.search(pattern, text) is None, name


def test_a_name_that_is_also_a_word_is_left_where_it_is_a_word() -> None:
    record = Record()
    record.add(0, EntryKind.NOTE, "we will ask Will, or @will")
    assert _letters(_bodies(record.case())[1][0]) == _letters("we will ask responder 2, or responder 2")


AS_WORDS = {
    "Will the job run again? Mark it as done, may be tomorrow.": "will",
    "Page the owner. The page went to slack, and slack was slow.": "page",
    "- Grant it to the role; the grant is old.": "grant",
}
AS_NAMES = {
    "Then Will restarted it.": "Then colleague 1 restarted it.",
    "will restarted it, says @will.": "will restarted it, says colleague 1.",
    "Will Ode and Mark Page rolled back.": "colleague 1 and colleague 2 rolled back.",
    "Mark did it after Page had called Grant.": "colleague 1 did it after colleague 1 had called colleague 2.",
    "ask @somebody.else at @here or @types/node": "ask someone at @here or @types/node",
}
OTHERS = {"q-will": ["will", "Will Ode"], "q-mark": ["Mark Page"], "q-grant": ["Grant"], "q-slack": ["slack"]}


@pytest.mark.parametrize("text", AS_WORDS)
def test_a_word_that_is_somebody_s_name_stays_where_it_is_a_word(text: str) -> None:
    record = Record()
    record.add(0, EntryKind.NOTE, text)
    assert Cast(record.case(people={}, bystanders=OTHERS)).redacted(text) == text


@pytest.mark.parametrize("text", AS_NAMES)
def test_who_took_no_part_and_is_named_in_a_sentence_is_told_as_a_colleague(text: str) -> None:
    record = Record()
    record.add(0, EntryKind.NOTE, text)
    assert Cast(record.case(people={}, bystanders=OTHERS)).redacted(text) == AS_NAMES[text]


@settings(max_examples=100)
@given(
    st.lists(
        st.sampled_from(["Zora", "Tove Lund", "@zora", "ZORA", "lund", "the queue", "is full.", "zorak", "(Tove)"])
    )
)
def test_nobody_who_is_known_and_took_no_part_is_named_and_no_longer_word_is_touched(pieces: list[str]) -> None:
    record = Record()
    text = " ".join(pieces)
    record.add(0, EntryKind.NOTE, text)
    told = Cast(record.case(people={}, bystanders={"q-1": ["zora"], "q-2": ["Tove Lund"]})).redacted(text)
    assert re.search(r"(?i)\b(?:zora|tove|lund)\b", told) is None
    assert told.count("zorak") == pieces.count("zorak")
    assert told.count("the queue") == pieces.count("the queue")


def test_the_same_case_gives_the_same_bytes() -> None:
    assert _markdown(lived()).encode() == _markdown(lived()).encode()


def test_no_section_is_empty_and_none_holds_template_text() -> None:
    for case in (lived(), Record().case(), Record().case(resolved_at=None)):
        sketch = draft(case)
        assert list(sketch.sections) == list(SECTIONS)
        assert all(_section(sketch, name) or (name == "action_items" and sketch.actions) for name in SECTIONS)
        assert not re.search(r"TBD|\?\?\?|TODO", _markdown(case))


def test_whoever_held_a_role_is_called_by_it_and_others_are_numbered_as_they_appear() -> None:
    cast = Cast(lived())
    assert [cast.of(ref) for ref in ("p-ana", "p-bo", "p-cleo", "p-will", "p-nobody", None)] == [
        "the first incident commander",
        "responder 2",
        "the communications lead",
        "the second incident commander",
        "someone",
        "firstfive",
    ]


def test_a_live_responder_never_takes_the_number_of_a_recorded_one() -> None:
    record = Record()
    record.add(0, EntryKind.REPLAYED, "x", None, role="responder-1")
    record.add(1, EntryKind.NOTE, "x", "p-bo")
    assert Cast(record.case()).of("p-bo") == "responder 2"


def test_a_first_name_that_two_people_share_names_neither() -> None:
    record = Record()
    record.add(0, EntryKind.NOTE, "ask Ana")
    case = record.case(people={"p-1": {"Ana Lima"}, "p-2": {"Ana Rey"}})
    assert "ask a responder" in _bodies(case)[1][0]


def test_an_edit_shows_the_earlier_text_and_a_withdrawal_shows_none() -> None:
    bodies = _bodies(lived())
    assert "Rollback finished" in bodies[16][0]
    assert re.search(r"Edited, earlier:\s+Rollback finshed", bodies[16][0])
    assert "Withdrawn by its author." in bodies[18][0]
    assert "hasty" not in _markdown(lived())


def test_what_was_edited_before_it_was_withdrawn_is_gone_too() -> None:
    record = Record()
    note = record.add(0, EntryKind.NOTE, "a hasty word")
    record.add(1, EntryKind.REVISION, "a softer word", revises=note)
    record.add(2, EntryKind.WITHDRAWAL, revises=note)
    assert "word" not in _markdown(record.case())


def test_an_entry_whose_key_is_gone_says_so() -> None:
    record = Record()
    record.add(0, EntryKind.NOTE, GONE)
    assert GONE in _bodies(record.case())[1][0]


def test_an_entry_recorded_out_of_order_stands_where_it_happened_and_says_so() -> None:
    text = _markdown(lived())
    assert text.index("#entry-4)") < text.index("* [#1](#entry-1)")
    assert "Out of order:* recorded after [#3](#entry-3)" in text
    assert "Recorded out of order, and marked so: 1 entry." in text


def test_every_row_has_its_date_across_midnight_and_says_how_well_its_time_is_known() -> None:
    record = Record()
    record.add(0, EntryKind.NOTE, "x")
    record.add(30, EntryKind.NOTE, "x", precision=Precision.MINUTE)
    record.add(31, EntryKind.NOTE, "x", precision=Precision.APPROXIMATE, margin_s=23 * 60)
    record.add(32, EntryKind.NOTE, "x", precision=Precision.INTERPOLATED)
    assert [(row.when, row.precision) for row in draft(record.case()).rows] == [
        ("2026-11-23 23:41:05 UTC", ""),
        ("2026-11-24 00:11 UTC", "to the minute"),
        ("about 2026-11-24 00:12 UTC", "±23 min"),
        ("about 2026-11-24 00:13 UTC", "order known, minute not"),
    ]


def test_a_row_links_to_the_message_it_was_made_from() -> None:
    assert "[source](<https://acme.slack.com/archives/C1AB/p1700000000000100>)" in _markdown(lived())


def test_what_evidently_went_well_and_wrong_is_told_with_its_entries() -> None:
    sketch = draft(lived())
    assert "1 checklist step was done by the minute asked: [#5](#entry-5)." in _section(sketch, "went_well")
    wrong = _section(sketch, "went_wrong")
    assert "1 promised public update was missed: [#12](#entry-12)." in wrong
    assert "“Roll back?” was skipped because no old build is kept ([#10](#entry-10))." in wrong
    assert "“invite” failed for good: account deactivated ([#13](#entry-13))." in wrong


def test_a_step_after_its_minute_is_late_by_the_difference() -> None:
    case = replace(lived(), step_minutes={"first-five-minutes": {"changed": 1}})
    assert "“What changed?” was done 24 s late ([#5](#entry-5))." in _section(draft(case), "went_wrong")


def test_what_is_not_known_is_asked() -> None:
    record = Record()
    record.add(0, EntryKind.OPENED, "Checkout is down", severity="sev1")
    record.add(60, EntryKind.NOTE, "x")
    sketch = draft(record.case())
    assert "Who or what noticed first? No entry says how it was detected." in _section(sketch, "detection")
    assert "What happened in the 1 h between [#1](#entry-1) and [#2](#entry-2)?" in _section(sketch, "timeline")
    assert "Who was affected, how many, and how is that known?" in _section(sketch, "impact")
    assert "No action item is recorded." in _section(sketch, "action_items")


def test_a_note_answers_the_question_of_its_section() -> None:
    cause = draft(lived()).sections["root_cause"]
    assert (cause.notes, cause.questions) == (("The limit came from a default.",), ())


def test_changes_before_the_impact_and_skipped_steps_are_proposed_as_factors_with_their_entries() -> None:
    record = Record()
    record.add(-60, EntryKind.NOTE, "Upgrade of the cluster started")
    record.add(-4, EntryKind.CHANGE, "checkout: v42 by ci", None, what="deploy")
    record.add(0, EntryKind.OPENED, "Checkout is down", severity="sev1")
    record.add(5, EntryKind.STEP, outcome="skipped", title="Roll back?")
    factors = _section(draft(record.case()), "contributing_factors")
    began = "A change is recorded 1 h before the incident began ([#1](#entry-1)): “Upgrade of the cluster started”."
    assert f"**Proposed:** {began}" in factors
    assert "A change is recorded 4 min before the incident began ([#2](#entry-2)): “checkout: v42 by ci”." in factors
    assert "**Proposed:** Steps of a checklist were skipped: [#4](#entry-4)." in factors
    assert "Which of these hold" in factors


def test_slow_marks_and_the_longest_silence_are_proposed_as_factors() -> None:
    record = Record()
    record.add(0, EntryKind.OPENED, "Checkout is down", severity="sev1")
    record.add(3, EntryKind.IMPACT, "Payments fail since 23:31 UTC")
    record.add(20, EntryKind.ROLE, role="incident_commander", person="p-ana")
    record.add(70, EntryKind.STATUS, None, to="monitoring")
    factors = _section(draft(record.case()), "contributing_factors")
    assert "Time to acknowledge was 20 min ([#1](#entry-1), [#3](#entry-3))." in factors
    assert "50 min of the 1 h 20 min passed between [#3](#entry-3) and [#4](#entry-4)." in factors


def test_action_items_are_checked_for_owner_and_type() -> None:
    (item,) = lived().actions
    lonely = type(item)(**{**item.model_dump(), "owner": None, "type": ActionType.REPAIR})
    questions = _section(draft(replace(lived(), actions=[lonely])), "action_items")
    assert "No action item is of type prevent or detect." in questions
    assert "Who takes action item 1? It has no owner." in questions


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("<!channel> <!here|here> hi", "@channel here hi"),
        ("<https://x.example/a_b|the *log*> now", r"[the \*log\*](<https://x.example/a_b>) now"),
        ("see https://x.example/a_b.", "see <https://x.example/a_b>."),
        ("<javascript:alert(1)|x>", r"\<javascript:alert(1)\|x\>"),
        ("[x](javascript:alert(1))", r"\[x\](javascript:alert(1))"),
        ("<img src=x onerror=alert(1)>", r"\<img src=x onerror=alert(1)\>"),
        ("a &lt;b&gt; &amp;amp; c", r"a \<b\> \&amp; c"),
        ("# not a heading\n- nor a list\n=====", "\\# not a heading\n\\- nor a list\n\\====="),
        ("*bold* _it_ ~no~ snake_case 2*3*4", r"**bold** *it* ~~no~~ snake_case 2\*3\*4"),
        ("write to ana@corp.example", "write to an e-mail address"),
        ("in <#C1|inc-7> or <#C2>", "in #inc-7 or a channel"),
        ("at <!date^1700000000^{date}|14 Nov>", "at 14 Nov"),
        ("see ```x `y` z``` and `a*b`", "see\n\n```\nx `y` z\n```\n\nand `a*b`"),
        ("left\u202egnp.exe\x00", "left\ufffdgnp.exe\ufffd"),
    ],
)
def test_slack_marks_become_markdown_and_nothing_else_does(written: str, printed: str) -> None:
    assert prose.block(written, Cast(Record().case(people={}))) == printed


@settings(max_examples=100)
@given(st.text(st.sampled_from("<>/scriptaoneror=\"'()[]:!`*_~#-|\\&;\n x1.@")))
def test_no_text_becomes_html_or_a_link_that_was_not_meant(text: str) -> None:
    record = Record()
    record.add(0, EntryKind.NOTE, text)
    page = RENDERER.render_postmortem(draft(record.case(title=text, people={})), "html").text
    main = page.partition("<main>")[2].partition("</main>")[0]
    main = re.sub(r'<svg class="picture".*?</svg>', "", main, count=1, flags=re.DOTALL)  # no word of theirs is in it
    tags = set(re.findall(r"<([a-z0-9]+)", main))
    allowed = {"h1", "h2", "p", "ul", "li", "a", "strong", "em", "s", "code", "pre", "br"}
    assert tags <= allowed | {"table", "thead", "tbody", "tr", "th", "td"}
    assert all(href.startswith(("#", "http")) for href in re.findall(r'href="([^"]*)"', main))


def test_a_recording_full_of_traps_is_drafted_whole() -> None:
    case = played(parse(TRAPS.read_text(), NOW))
    bodies = _bodies(case)
    assert sorted(bodies) == list(range(1, 13))
    text = _markdown(case)
    assert "about 2024-12-31 23:58 UTC · **impact start**\n  **monitoring** · ±23 min · line 2" in text
    assert "zed" not in text
    assert "“Detected” comes" not in text
    assert "Time to resolve | impact start | about 1 h 17 min" in text


def test_every_event_of_a_real_recording_is_in_its_postmortem_and_no_handle_is() -> None:
    folder = shared("data", "replays")
    for path in sorted(folder.glob("*.jsonl")):
        recording = parse(path.read_text(), NOW)
        case = played(recording, path.stem)
        bodies = _bodies(case)
        for seq, line in enumerate(recording.lines, 2):
            (body,) = bodies[seq]
            text = re.sub(r"[\w.]+@[\w-]+\.com", prose.MASKED, line.text)
            assert _letters(body).startswith(_letters(text)), (path.name, line.number)
        roles = re.findall(r'"([\w-]+)": "(?:on-call|responder-\d+)"', path.with_suffix(".meta.json").read_text())
        for handle in roles:
            assert not re.search(rf"(?i)\b{re.escape(handle)}\b", _markdown(case)), (path.name, handle)


def test_a_link_to_an_entry_leads_to_its_row() -> None:
    page = RENDERER.render_postmortem(draft(lived()), "html").text
    targets = set(re.findall(r' id="([^"]+)"', page))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= targets
