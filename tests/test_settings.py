"""Settings: the environment over firstfive.toml, every mistake at once with its fix, and no secret ever shown."""

import contextlib
import os
from dataclasses import fields, replace
from datetime import date, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as laws
from hypothesis import strategies as st

from bot.core.recovery import DEFAULT
from bot.core.severities import DEFAULTS
from bot.core.slots import Weekday, weekly
from bot.core.workdays import Calendar
from bot.outside import VARIABLES as OUTSIDE
from bot.secret import SECRETS, SENDERS, Secret
from bot.settings import VARIABLES, Settings, SettingsError, read_settings
from store.types import ActionType, Severity, WebRole

SLACK = {"SLACK_BOT_TOKEN": "xoxb-1-s3cret", "SLACK_SIGNING_SECRET": "s1gning"}


def problems(environment: dict[str, str], folder: Path) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        read_settings(environment, folder)
    return caught.value.problems


def write(folder: Path, text: str) -> None:
    (folder / "firstfive.toml").write_text(text)


def test_nothing_set_is_enough_to_start(tmp_path: Path) -> None:
    settings = read_settings({}, tmp_path)
    assert settings == Settings()
    assert settings.public_url == "http://127.0.0.1:8080"
    assert not settings.slack_bot_token


def test_every_variable_has_its_field_and_every_field_its_variable() -> None:
    tables = {"alerting", "demands", "naming", "outside", "recovery", "senders", "teams"}
    assert set(VARIABLES.values()) | tables == {field.name for field in fields(Settings)}
    assert set(SECRETS) <= {*VARIABLES, *SENDERS, *OUTSIDE}


def test_who_comes_in_as_what_is_the_operators_to_say(tmp_path: Path) -> None:
    said = {"FIRSTFIVE_WEB_ROLE": "Viewer", "FIRSTFIVE_ADMINS": "U02AB34CD, Ana@Example.com"}
    admission = read_settings(said, tmp_path).admission
    assert (admission.role, admission.admins) == (WebRole.VIEWER, ("U02AB34CD", "ana@example.com"))
    wrong = problems({"FIRSTFIVE_WEB_ROLE": "boss", "FIRSTFIVE_ADMINS": "ana"}, tmp_path)
    assert "it is one of viewer, responder, admin." in wrong[0]
    assert "neither a Slack user id, such as U02AB34CD, nor an address" in wrong[1]


def test_every_mistake_is_told_at_once_with_what_to_do(tmp_path: Path) -> None:
    write(tmp_path, "prot = 80\n[severity.sev9]\nupdate_minutes = 3\n[severity.sev1]\nupdate_minutes = -1\n")
    environment = {
        "DATABASE_URL": "mysql://x",
        "SLACK_APP_TOKEN": "xoxp-wrong",
        "SLACK_API_URL": "slack.com",
        "FIRSTFIVE_PORT": "80 80",
        "FIRSTFIVE_OVERRIDES": str(tmp_path / "nowhere"),
        "FIRSTFIVE_TIMEZONE": "Madrid",
        "FIRSTFIVE_LOG_FORMAT": "xml",
        "FIRSTFIVE_TIMEZOEN": "UTC",
    }
    told = problems(environment, tmp_path)
    assert told == [
        "firstfive.toml: [severity.sev9] is no severity. There are sev1 to sev4.",
        "firstfive.toml: [severity.sev1] update_minutes is a whole number; 0 asks for none.",
        told[2],
        "FIRSTFIVE_TIMEZOEN is no setting. Did you mean `FIRSTFIVE_TIMEZONE`?",
        "DATABASE_URL='mysql://x': it begins with sqlite:/// or postgresql+psycopg://",
        "SLACK_APP_TOKEN begins with 'xapp-'; this one does not. Copy it from your app's page in Slack.",
        "SLACK_API_URL='slack.com': write it in full, such as https://firstfive.example.com",
        "FIRSTFIVE_PORT='80 80': a port is a number from 0 to 65535.",
        f"FIRSTFIVE_OVERRIDES='{tmp_path}/nowhere': there is no such folder.",
        "FIRSTFIVE_TIMEZONE='Madrid': no such time zone. Name one such as Europe/Madrid.",
        "FIRSTFIVE_LOG_FORMAT='xml': it is console or json.",
        "SLACK_APP_TOKEN is set and SLACK_BOT_TOKEN is not. Set both for Socket Mode.",
    ]
    assert told[2].startswith("firstfive.toml: 'prot' is no setting.")


@pytest.mark.parametrize("port", ["²", "-1", "65536", "8080.0", "１２"])
def test_a_port_is_a_plain_number(tmp_path: Path, port: str) -> None:
    assert problems({"FIRSTFIVE_PORT": port}, tmp_path)[0].endswith("a port is a number from 0 to 65535.")


@laws(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(sorted(VARIABLES)), st.text(max_size=20), max_size=4), st.text(max_size=40))
def test_whatever_is_written_there_it_is_read_or_told_and_never_crashes(
    tmp_path: Path, environment: dict[str, str], toml: str
) -> None:
    (tmp_path / "firstfive.toml").write_bytes(toml.encode("utf-8", "surrogatepass"))
    with contextlib.suppress(SettingsError):
        read_settings(environment, tmp_path)


def test_the_environment_wins_over_the_file_also_when_one_names_a_file_and_the_other_the_secret(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("xoxb-from-file\n")
    write(tmp_path, f'slack_bot_token_file = "{tmp_path}/token"\nslack_signing_secret = "a"\nfirstfive_port = 1\n')
    assert read_settings({}, tmp_path).slack_bot_token.value() == "xoxb-from-file"
    settings = read_settings({"SLACK_BOT_TOKEN": "xoxb-from-environment", "FIRSTFIVE_PORT": "2"}, tmp_path)
    assert settings.slack_bot_token.value() == "xoxb-from-environment"
    assert settings.port == 2


def test_a_secret_given_both_ways_in_one_place_is_told(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("xoxb-1")
    both = {**SLACK, "SLACK_BOT_TOKEN_FILE": str(tmp_path / "token")}
    assert problems(both, tmp_path) == ["SLACK_BOT_TOKEN and SLACK_BOT_TOKEN_FILE are both set. Keep one of them."]


def test_a_secret_in_a_file_is_read_again_when_the_file_changes(tmp_path: Path) -> None:
    path = tmp_path / "signing"
    path.write_text("old\n")
    settings = read_settings({"SLACK_SIGNING_SECRET_FILE": str(path), "SLACK_BOT_TOKEN": "xoxb-1"}, tmp_path)
    assert settings.slack_signing_secret.value() == "old"
    path.write_text("new\n")
    assert settings.slack_signing_secret.value() == "new"
    stamp = path.stat()
    (tmp_path / "next").write_text("nxt\n")
    os.utime(tmp_path / "next", ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    (tmp_path / "next").replace(path)  # as an orchestrator swaps a mounted secret, with the same size and time
    assert settings.slack_signing_secret.value() == "nxt"


@pytest.mark.parametrize(
    ("content", "told"), [(b"", "the file is empty. Write the secret into it."), (b"\xff\xfe\x00", "it holds no text.")]
)
def test_a_file_that_holds_no_secret_is_told(tmp_path: Path, content: bytes, told: str) -> None:
    """An empty signing secret would let anybody sign."""
    path = tmp_path / "signing"
    path.write_bytes(content)
    environment = {"SLACK_SIGNING_SECRET_FILE": str(path), "SLACK_BOT_TOKEN": "xoxb-1"}
    assert told in problems(environment, tmp_path)[0]
    path.unlink()
    assert "No such file or directory. Name a file" in problems(environment, tmp_path)[0]


def test_a_file_is_named_for_secrets_alone(tmp_path: Path) -> None:
    assert problems({"FIRSTFIVE_PORT_FILE": "/run/port"}, tmp_path)[0].startswith("FIRSTFIVE_PORT_FILE is no setting.")


def test_no_secret_is_ever_shown(tmp_path: Path) -> None:
    environment = {
        **SLACK,
        "SLACK_APP_TOKEN": "xapp-s3cret",
        "DATABASE_URL": "postgresql+psycopg://bot:s3cret@db/firstfive",
        "FIRSTFIVE_KEYRING": '{"current": "s3cret"}',
    }
    settings = read_settings(environment, tmp_path)
    assert "s3cret" not in repr(settings)
    assert "s1gning" not in repr(settings)
    assert repr(Secret("s3cret")) == "Secret(path=None)"
    told = problems({**environment, "DATABASE_URL": "postgres://bot:s3cret@db/firstfive"}, tmp_path)
    assert told == [
        "DATABASE_URL='postgres://bot:***@db/firstfive': it begins with sqlite:/// or postgresql+psycopg://"
    ]
    assert "s3cret" not in str(problems({"SLACK_BOT_TOKEN": "s3cret", "SLACK_APP_TOKEN": "s3cret"}, tmp_path))


def test_a_severity_asks_for_what_the_team_decides(tmp_path: Path) -> None:
    write(
        tmp_path,
        '[severity.sev1]\nupdate_minutes = 15\nroles = ["ic", "scribe", "legal"]\n'
        "[severity.sev4]\nannounced = true\npostmortem_hours = 0\n",
    )
    demands = read_settings({}, tmp_path).demands
    assert demands[Severity.SEV1].update_minutes == 15
    assert demands[Severity.SEV1].roles == ("incident_commander", "scribe", "legal")
    assert demands[Severity.SEV1].postmortem_hours == DEFAULTS[Severity.SEV1].postmortem_hours
    assert demands[Severity.SEV4].announced
    assert demands[Severity.SEV4].postmortem_hours is None
    assert demands[Severity.SEV2] == DEFAULTS[Severity.SEV2]


@pytest.mark.parametrize(
    ("toml", "told"),
    [
        ("severity = 1", "severity is a table for each severity. Begin one with [severity.sev1]."),
        ("severity.sev1 = 1", "severity.sev1 is a table. Begin it with [severity.sev1]."),
        (
            "[severity.sev1]\nupdate_minuts = 1",
            "[severity.sev1] 'update_minuts' is unknown. Did you mean `update_minutes`?",
        ),
        ("[severity.sev1]\nupdate_minutes = true", "update_minutes is a whole number; 0 asks for none."),
        ('[severity.sev1]\nroles = "ic"', "roles is a list of words"),
        ('[severity.sev1]\nroles = ["not a role"]', "roles is a list of words"),
        ('[severity.sev1]\nannounced = "no"', "announced is true or false."),
        ("[severity.sev1]\nmeaning = 4", "meaning is a sentence in quotes."),
        ("[slack]\ntoken = 1", "'slack' is no setting."),
        ("database_url = [1]", "database_url is one value, not a table or a list."),
        ("database_url = ", "cannot be read"),
    ],
)
def test_a_mistake_in_the_file_names_what_it_is_and_what_to_write(tmp_path: Path, toml: str, told: str) -> None:
    write(tmp_path, toml)
    assert told in problems({}, tmp_path)[0]


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({"SLACK_APP_TOKEN": "xapp-1"}, "SLACK_APP_TOKEN is set and SLACK_BOT_TOKEN is not."),
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, "neither SLACK_APP_TOKEN (Socket Mode) nor SLACK_SIGNING_SECRET (HTTP)"),
    ],
)
def test_settings_that_cannot_work_together_are_told(tmp_path: Path, environment: dict[str, str], told: str) -> None:
    assert told in problems(environment, tmp_path)[0]


def test_how_a_neighbour_is_tried_again_is_the_operators_to_say(tmp_path: Path) -> None:
    write(tmp_path, "[recovery]\nrest_s = 5\nfloor = 4\n")
    assert read_settings({}, tmp_path).recovery == replace(DEFAULT, rest_s=5, floor=4)
    write(tmp_path, "[recovery]\nflor = 4\nprobes = 0\nfailing = true\n")
    with pytest.raises(SettingsError) as error:
        read_settings({}, tmp_path)
    assert error.value.problems == [
        "firstfive.toml: [recovery] 'flor' is unknown. Did you mean `floor`?",
        "firstfive.toml: [recovery] probes is a whole number above 0.",
        "firstfive.toml: [recovery] failing is a number above 0.",
    ]


def test_a_team_is_what_its_table_says_and_the_rest_as_for_everyone(tmp_path: Path) -> None:
    write(
        tmp_path,
        '[team.payments]\nchannel = "#pay"\ncountry = "ES-MD"\nzone = "Europe/Madrid"\nservices = ["check out"]\n'
        'lead = "U0DANA001"\ndigest = "Tuesday 10:30"\n[team.rest]\n',
    )
    payments, rest = read_settings(
        {"FIRSTFIVE_ANNOUNCE_CHANNEL": "ops", "FIRSTFIVE_TIMEZONE": "Asia/Tokyo"}, tmp_path
    ).teams
    assert (payments.channel, payments.lead, payments.calendar.zone.key) == ("pay", "U0DANA001", "Europe/Madrid")
    assert payments.digest == weekly(Weekday.TUESDAY, time(10, 30))
    assert [payments.calendar.off(date(2026, 5, day)) for day in (1, 2, 3, 4)] == [True, True, True, False]
    assert (rest.channel, rest.calendar) == ("ops", Calendar(ZoneInfo("Asia/Tokyo")))


def test_every_mistake_in_a_team_is_told_with_the_fix(tmp_path: Path) -> None:
    write(
        tmp_path,
        '[team.pay]\nchannel = 3\nzone = "Madrid"\ncountry = "XX"\nlead = "dana"\nservices = "x"\ndigest = "monday"\n'
        '[team.ops]\ncountry = "ES-XX"\nchanel = "x"\ndigest = "monday 19:00"\n',
    )
    told = "\n".join(problems({}, tmp_path))
    for part in (
        "[team.pay] channel is a channel's name",
        "[team.pay] zone='Madrid': no such time zone. Name one such as Europe/Madrid.",
        "[team.pay] country='XX' is not known.",
        "[team.pay] lead='dana' is no Slack user id.",
        "[team.pay] services is a list of words",
        "[team.pay] digest='monday': write a day and a time",
        "[team.ops] country='ES-XX': ES has no such part",
        "[team.ops] 'chanel' is unknown.",
        "[team.ops] digest='monday 19:00': write a day and a time from 09:00 to 17:59",
    ):
        assert part in told, part
    write(tmp_path, 'team = "pay"\n')
    assert problems({}, tmp_path) == ["firstfive.toml: team is a table for each team. Begin one with [team.payments]."]


def test_a_table_says_what_a_project_in_jira_calls_things(tmp_path: Path) -> None:
    write(
        tmp_path,
        '[jira]\nissue_type = "Story"\n[jira.types]\nrepair = "Bug"\n[jira.fields]\ncustomfield_1 = { id = "3" }\n',
    )
    naming = read_settings({}, tmp_path).naming
    assert [naming.type_of(each) for each in (ActionType.REPAIR, ActionType.PREVENT)] == ["Bug", "Story"]
    assert naming.fields == {"customfield_1": {"id": "3"}}
    write(tmp_path, "[jira]\nissue_typ = 4\nparent_type = 4\nfields = 4\n[jira.priorities]\np9 = 'Blocker'\n")
    with pytest.raises(SettingsError) as told:
        read_settings({}, tmp_path)
    assert told.value.problems == [
        "firstfive.toml: [jira] 'issue_typ' is unknown. Did you mean `issue_type`?",
        "firstfive.toml: [jira] parent_type is a name in quotes.",
        "firstfive.toml: [jira.fields] is a table.",
        "firstfive.toml: [jira.priorities] 'p9' is unknown. There are p0, p1, p2, p3.",
    ]


def test_half_of_jira_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as told:
        read_settings({"JIRA_URL": "https://acme.example", "JIRA_PROJECT": "ops", "JIRA_SETTLE_SECONDS": "0"}, tmp_path)
    *values, half = told.value.problems
    assert [problem.partition("=")[0] for problem in values] == ["JIRA_PROJECT", "JIRA_SETTLE_SECONDS"]
    assert "Set JIRA_API_TOKEN and JIRA_PROJECT too" in half


def test_which_alerts_open_an_incident_is_read_and_every_slip_is_told(tmp_path: Path) -> None:
    write(
        tmp_path,
        '[alerts]\nwindow_minutes = 3\n[[alerts.open]]\nas = "sev1"\nseverity = "critical"\nlabels = {team = "x"}\n',
    )
    alerting = read_settings({}, tmp_path).alerting
    assert (alerting.window, alerting.openings[0].as_, alerting.openings[0].labels) == (
        timedelta(minutes=3),
        Severity.SEV1,
        {"team": "x"},
    )
    write(
        tmp_path,
        "[alerts]\nwindow_minutes = 0\nwindoe = 1\n"
        '[[alerts.open]]\nas = "sev9"\n[[alerts.open]]\nalerts = 0\n[[alerts.open]]\nserice = "x"\n',
    )
    told = problems({}, tmp_path)
    for word in ("window_minutes is a whole number", "'windoe'", "sev9", "alerts is a whole number", "'serice'"):
        assert any(word in problem for problem in told), word
