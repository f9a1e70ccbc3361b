"""Templates: ours can be extended, a hostile or broken one harms nothing and is told with its line."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from bot.assets import Assets
from bot.core.postmortem import draft
from bot.render import Renderer
from store.types import EntryKind
from tests.core.cases import Record, lived

DRAFT = draft(lived())
OURS = Renderer(Assets(None).template_folders()).render_postmortem(DRAFT, "md").text


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "templates" / "postmortem").mkdir(parents=True)
    return tmp_path


def _write(folder: Path, text: str, name: str = "postmortem.md.j2") -> Renderer:
    (folder / "templates" / "postmortem" / name).write_text(text)
    return Renderer(Assets(folder).template_folders())


def test_a_template_of_ones_own_replaces_one_block_of_ours(folder: Path) -> None:
    own = '{% extends "builtin/postmortem/postmortem.md.j2" %}\n{% block lessons %}\n## What we keep\n{% endblock %}'
    rendered = _write(folder, own).render_postmortem(DRAFT, "md")
    assert rendered.problem is None
    assert "## What we keep" in rendered.text
    assert "## Lessons learned" not in rendered.text
    assert rendered.text.partition("## What we keep")[0] == OURS.partition("## Lessons learned")[0]


def test_a_block_of_ones_own_is_in_the_page_too(folder: Path) -> None:
    own = '{% extends "builtin/postmortem/postmortem.md.j2" %}{% block lessons %}{{ super() }}**Ours**{% endblock %}'
    assert "<strong>Ours</strong>" in _write(folder, own).render_postmortem(DRAFT, "html").text


def test_html_in_a_markdown_template_is_shown_and_not_obeyed(folder: Path) -> None:
    page = _write(folder, "<script>alert(1)</script>").render_postmortem(DRAFT, "html").text
    assert "&lt;script&gt;" in page
    assert "<script" not in page


@pytest.mark.parametrize(
    ("third_line", "said"),
    [
        ("{{ draft.titel }}", "has no attribute 'titel'"),
        ("{{ nobody }}", "'nobody' is undefined"),
        ("{% endfor %}", "unknown tag 'endfor'"),
        ("{{ 1 / 0 }}", "division by zero"),
        ("{{ draft.key + 1 }}", "can only concatenate str"),
        ("{{ ''.__class__.__mro__ }}", "unsafe"),
        ("{% for a in range(1000000) %}{% endfor %}", "Range too big"),
        (
            "{% set n = range(900) %}{% for a in n %}{% for b in n %}{% endfor %}{% endfor %}",
            "take more than 500,000 turns",
        ),
        ("{{ 'x' * 1000000000 }}", "too large"),
        ("{{ 9 ** 9 ** 9 }}", "too large"),
        ('{% include "postmortem/none.j2" %}', "no template `postmortem/none.j2`"),
    ],
)
def test_a_broken_or_hostile_line_is_named_with_its_file_and_ours_is_used(
    folder: Path, third_line: str, said: str
) -> None:
    rendered = _write(folder, f"one\ntwo\n{third_line}\n").render_postmortem(DRAFT, "md")
    assert rendered.text == OURS
    assert str(rendered.problem).startswith(f"{folder}/templates/postmortem/postmortem.md.j2:3: ")
    assert said in str(rendered.problem)


def test_a_template_that_extends_itself_is_told_to_extend_ours(folder: Path) -> None:
    rendered = _write(folder, '{% extends "postmortem/postmortem.md.j2" %}').render_postmortem(DRAFT, "md")
    assert rendered.text == OURS
    assert "extend `builtin/…`" in str(rendered.problem)


def test_nothing_in_a_users_folder_poses_as_ours(folder: Path) -> None:
    fake = folder / "templates" / "builtin" / "postmortem"
    fake.mkdir(parents=True)
    (fake / "postmortem.md.j2").write_text("fake")
    own = _write(folder, '{% extends "builtin/postmortem/postmortem.md.j2" %}')
    assert own.render_postmortem(DRAFT, "md").text == OURS


def test_no_template_reaches_a_file_outside_the_folders(folder: Path) -> None:
    (folder / "secret").write_text("the key")
    rendered = _write(folder, '{% include "../../secret" %}').render_postmortem(DRAFT, "md")
    assert rendered.text == OURS


def test_a_template_that_is_not_utf_8_falls_back(folder: Path) -> None:
    own = _write(folder, "")
    (folder / "templates" / "postmortem" / "postmortem.md.j2").write_bytes(b"\xff\xfe")
    rendered = own.render_postmortem(DRAFT, "md")
    assert rendered.text == OURS
    assert rendered.problem


def test_a_template_may_change_while_the_program_runs(folder: Path) -> None:
    own = _write(folder, "first")
    assert own.render_postmortem(DRAFT, "md").text == "first"
    path = folder / "templates" / "postmortem" / "postmortem.md.j2"
    path.write_text("second")
    os.utime(path, (1, 1))
    assert own.render_postmortem(DRAFT, "md").text == "second"


def test_a_broken_page_still_shows_the_words_of_a_sound_template(folder: Path) -> None:
    own = _write(folder, '{% extends "builtin/postmortem/postmortem.md.j2" %}{% block lessons %}Own.{% endblock %}')
    _write(folder, "{{ oops }}", "page.html.j2")
    rendered = own.render_postmortem(DRAFT, "html")
    assert "<p>Own.</p>" in rendered.text
    assert "page.html.j2:1: 'oops' is undefined" in str(rendered.problem)


def test_a_page_to_keep_carries_its_style_and_one_for_the_web_links_to_it() -> None:
    ours = Renderer(Assets(None).template_folders())
    kept, linked = (ours.render_postmortem(DRAFT, "html", standalone=alone).text for alone in (True, False))
    assert "<style>" in kept
    assert "http" not in kept.partition("<main>")[0]
    assert "style" not in linked.replace("stylesheet", "")
    assert '<link rel="stylesheet" href="/static/postmortem.css">' in linked


def test_a_page_of_html_escapes_what_it_is_given() -> None:
    rendered = Renderer(Assets(None).template_folders()).render(
        "postmortem/page.html.j2", title="<script>", body="<b>", contents=[('a"b', "<i>")], css=""
    )
    assert "<script>" not in rendered.text
    assert "<b>" not in rendered.text
    assert 'href="#a&#34;b"' in rendered.text


def test_a_bar_does_not_end_a_cell() -> None:
    page = Renderer(Assets(None).template_folders()).render_postmortem(DRAFT, "html").text
    assert "<td>Alert when <code>pool | eu</code> is over 80 %</td>" in page


def test_a_timeline_of_ten_thousand_entries_is_rendered_in_the_budget() -> None:
    record = Record()
    for minute in range(10_000):
        record.add(minute, EntryKind.NOTE, "still looking")
    rendered = Renderer(Assets(None).template_folders()).render_postmortem(draft(record.case(resolved_at=None)), "md")
    assert rendered.problem is None
    assert rendered.text.count("still looking") == 10_000


@pytest.mark.parametrize(
    ("files", "used"),
    [
        (["sev1", "postmortem"], "sev1"),
        (["sev2", "postmortem"], "postmortem"),
        (["sev1", "team-card-payments"], "team-card-payments"),
        (["sev1", "team-card-payments", "team-card-payments-sev1"], "team-card-payments-sev1"),
    ],
)
def test_the_closest_template_of_ones_own_is_used(folder: Path, files: list[str], used: str) -> None:
    for name in files:
        own = _write(folder, name, f"{name}.md.j2")
    assert own.render_postmortem(replace(DRAFT, team="Card payments"), "md").text == used


def test_a_broken_template_for_a_severity_is_told_and_ours_is_used(folder: Path) -> None:
    rendered = _write(folder, "{{ oops }}", "sev1.md.j2").render_postmortem(DRAFT, "md")
    assert rendered.text == OURS
    assert "sev1.md.j2:1: 'oops' is undefined" in str(rendered.problem)
