"""Access, pure: roles, passes, the marks of forms, and how often each may come."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.core.access import SCOPES, SLIDES, Admission, is_over
from bot.core.forms import form_mark, is_our_form
from bot.core.pacing import Pace, Paces
from bot.core.passes import LASTS, Pass, Passes
from store.types import Scope, WebRole

NOW = datetime(2026, 3, 10, 3, 0, tzinfo=UTC)


def test_each_role_may_what_the_one_before_may_and_an_admin_everything() -> None:
    assert SCOPES[WebRole.VIEWER] < SCOPES[WebRole.RESPONDER] < SCOPES[WebRole.ADMIN] == set(Scope)
    assert all(scope.endswith(":read") for scope in SCOPES[WebRole.VIEWER])
    assert not any("partners" in scope or scope is Scope.ADMIN for scope in SCOPES[WebRole.RESPONDER])


def test_the_settings_come_before_what_somebody_was_given_and_that_before_what_everybody_has() -> None:
    admission = Admission(WebRole.VIEWER, ("U1", "ana@example.com"))
    assert admission.of("U1", WebRole.VIEWER) is WebRole.ADMIN
    assert admission.of("U2", WebRole.RESPONDER) is WebRole.RESPONDER
    assert admission.of("U2", None) is WebRole.VIEWER
    entry = admission.names("Ana@Example.com")
    assert admission.of("U2", None, entry) is WebRole.ADMIN
    assert Admission(WebRole.VIEWER).of("U2", None, entry) is WebRole.VIEWER, "the entry is gone from the settings"
    assert admission.names("ana@example.org") == admission.names(None) == ""


def test_a_session_is_over_unused_old_or_signed_out() -> None:
    end = NOW + timedelta(days=1)
    assert not is_over(NOW, NOW - SLIDES + timedelta(seconds=1), end, None)
    assert is_over(NOW, NOW - SLIDES, end, None)
    assert is_over(end, end, end, None)
    assert is_over(NOW, NOW, end, NOW)


def test_a_pass_holds_for_minutes_and_through_a_rotation_and_not_altered() -> None:
    given_, old, new = Pass(7, "a1b2", "c3d4"), Passes(lambda: ["old"]), Passes(lambda: ["new", "old"])
    word = old.made(given_, NOW)
    assert new.read(word, NOW + LASTS - timedelta(seconds=1)) == given_
    assert new.read(word, NOW + LASTS) is None
    assert Passes(lambda: ["new"]).read(word, NOW) is None
    assert new.read(word.replace("7.", "8.", 1), NOW) is None


@given(st.text(max_size=60))
def test_no_text_that_we_did_not_make_is_a_pass_or_a_mark(text: str) -> None:
    assert Passes(lambda: ["secret"]).read(text, NOW) is None
    assert not is_our_form(["secret"], "session 1", text)
    assert is_our_form(["new", "secret"], "session 1", form_mark("secret", "session 1"))


@given(st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 30)), max_size=200))
def test_nobody_comes_oftener_than_their_pace_and_whoever_waits_as_told_gets_in(
    comings: list[tuple[str, float]],
) -> None:
    paces, now, passed = Paces(Pace(per_minute=6, burst=3)), 0.0, dict[str, list[float]]()
    for key, pause in comings:
        now += pause
        wait = paces.wait(key, now)
        if wait:
            now += wait
            assert paces.wait(key, now + 1e-6) == 0
        passed.setdefault(key, []).append(now)
    for times in passed.values():
        for first in range(len(times)):
            for last in range(first, len(times)):
                assert last - first + 1 <= 3 + (times[last] - times[first]) / 10 + 1e-3


def test_however_many_come_only_so_many_are_remembered() -> None:
    paces = Paces(Pace(per_minute=1, burst=1), most=100)
    assert [paces.wait(str(number), 0.0) for number in range(1000)] == [0.0] * 1000
    assert paces.wait("999", 0.0) > 0
    assert len(paces._left) == 100
