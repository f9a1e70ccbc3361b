"""Edits made at once: nothing that somebody wrote is lost, and everybody ends with the same text."""

from hypothesis import given
from hypothesis import strategies as some

from bot.core.edits import Edit, between, changed, edit_of, length_before, merged, moved, pieces, replacing, transformed

WORDS = some.text(alphabet="ab \n𝄞é", max_size=12)


@some.composite
def edits_of(draw: some.DrawFn, text: str) -> Edit:
    """Draw an edit of a text."""
    parts: list[int | str] = []
    left = len(text)
    while left:
        count = draw(some.integers(1, left))
        parts += [draw(WORDS), draw(some.sampled_from([count, -count]))]
        left -= count
    return edit_of([*parts, draw(WORDS)])


@some.composite
def two_edits(draw: some.DrawFn) -> tuple[str, Edit, Edit]:
    """Draw a text and two edits of it, the insertions of each in letters of its own."""
    text = draw(WORDS)
    mine, theirs = draw(edits_of(text)), draw(edits_of(text))
    return text, _with(mine, "M"), _with(theirs, "T")


def _with(edit: Edit, letter: str) -> Edit:
    return tuple(part if isinstance(part, int) else letter * len(part) for part in edit)


@given(two_edits())
def test_two_edits_end_in_the_same_text_in_whichever_order_they_arrive(drawn: tuple[str, Edit, Edit]) -> None:
    text, mine, theirs = drawn
    one = changed(changed(text, theirs), transformed(mine, theirs))
    other = changed(changed(text, mine), transformed(theirs, mine, first=True))
    assert one == other


@given(two_edits())
def test_every_inserted_character_stays_and_only_what_somebody_deleted_goes(drawn: tuple[str, Edit, Edit]) -> None:
    text, mine, theirs = drawn
    both = changed(changed(text, theirs), transformed(mine, theirs))
    inserted = sum(len(part) for edit in (mine, theirs) for part in edit if isinstance(part, str))
    assert both.count("M") + both.count("T") == inserted
    assert both.replace("M", "").replace("T", "") == "".join(
        character for character, *kept in zip(text, _kept(mine), _kept(theirs), strict=True) if all(kept)
    )


def _kept(edit: Edit) -> list[bool]:
    return [part > 0 for part in edit if isinstance(part, int) for _ in range(abs(part))]


@given(WORDS, WORDS, WORDS)
def test_a_difference_makes_one_text_of_the_other_and_a_merge_keeps_both(base: str, mine: str, now: str) -> None:
    assert changed(base, between(base, mine)) == mine
    assert "".join(text for word, text in pieces(base, between(base, mine)) if word != "removed") == mine
    assert changed(base, merged(base, base, base)) == base
    assert changed(now, merged(base, base, now)) == now
    assert changed(base, merged(base, mine, base)) == mine
    assert changed(mine, merged(base, mine, mine)) == mine
    assert length_before(merged(base, mine, now)) == len(now)


@given(some.data())
def test_a_passage_is_found_again_after_edits_around_it(data: some.DataObject) -> None:
    before, passage, after = data.draw(WORDS), "XYZ", data.draw(WORDS)
    text = before + passage + after
    around = (*data.draw(edits_of(before)), 3, *data.draw(edits_of(after)))
    edit = edit_of(list(around))
    start, end = moved(len(before), len(before) + 3, edit)
    assert changed(text, edit)[start:end] == passage
    gone = replacing(text, len(before), len(before) + 3, "")
    assert moved(len(before), len(before) + 3, gone) == (len(before), len(before))


def test_sentences_that_two_people_change_at_once_are_both_there() -> None:
    base = "## Summary\n\nThe queue was full.\n\n## Lessons\n\nQueues fill.\n"
    mine = base.replace("was full", "was full for 20 minutes")
    now = base.replace("Queues fill.", "Queues fill, and nothing told.").replace("The queue", "The eu queue")
    assert changed(now, merged(base, mine, now)) == (
        "## Summary\n\nThe eu queue was full for 20 minutes.\n\n## Lessons\n\nQueues fill, and nothing told.\n"
    )
