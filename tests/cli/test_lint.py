"""firstfive lint: what it prints, in every form, and what it exits with."""

import json
import re
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator

from bot.assets import Assets
from bot.cli.table import firstfive
from tests.cli.conftest import Shell
from tests.core.test_structure import GOOD
from tests.shared import REPOSITORY

BAD = GOOD.replace("- The alert named the queue.", "- The lead should have checked, 100 % sure: no.")
KEYS = ["file", "line", "column", "rule", "category", "severity", "sentence", "why", "rewrite", "overruled"]


@pytest.fixture
def good(folder: Path) -> Path:
    file = folder / "good.md"
    file.write_text(GOOD)
    return file


@pytest.fixture
def bad(folder: Path) -> Path:
    file = folder / "bad, bad.md"
    file.write_text(BAD)
    return file


def test_it_exits_with_0_when_clean_1_when_something_is_found_and_2_when_misused(
    shell: Shell, good: Path, bad: Path
) -> None:
    assert shell("lint", str(good)).exit_code == 0
    assert shell("lint", str(good), str(bad)).exit_code == 1
    for misuse in (
        ["lint"],
        ["lint", "absent.md"],
        ["lint", str(good), "--fail-on", "much"],
        ["lint", str(good.parent)],
    ):
        assert shell(" ".join(misuse[:1]), *misuse[1:]).exit_code == 2, misuse


@pytest.mark.parametrize(("level", "code"), [("low", 1), ("medium", 1), ("high", 1), ("never", 0)])
def test_fail_on_sets_the_least_level_that_fails(shell: Shell, bad: Path, level: str, code: int) -> None:
    assert shell("lint", str(bad), "--fail-on", level).exit_code == code


def test_below_the_level_it_is_told_and_does_not_fail(shell: Shell, folder: Path) -> None:
    (folder / "low.md").write_text(GOOD.replace("| Owner | the on-call lead |\n", ""))
    result = shell("lint low.md")
    assert result.exit_code == 0
    assert "low structure/missing-front" in result.stdout


def test_json_is_one_object_on_each_line_with_the_fields_that_programs_rely_on(shell: Shell, bad: Path) -> None:
    result = shell("lint --json", str(bad))
    (found,) = map(json.loads, result.stdout.splitlines())
    assert list(found) == KEYS
    line, column = next(
        (n, row.index("should") + 1) for n, row in enumerate(BAD.splitlines(), 1) if "should have" in row
    )
    assert (found["line"], found["column"], found["rule"]) == (line, column, "should-have")
    assert (found["category"], found["severity"], found["overruled"]) == ("blame", "high", None)
    assert result.stdout == shell("lint --format json", str(bad)).stdout


def test_what_is_piped_in_is_checked_too(shell: Shell) -> None:
    result: Result = CliRunner().invoke(firstfive, ["lint", "-", "--json"], input="\ufeffWe forgot it.\r\n")
    (found,) = map(json.loads, result.stdout.splitlines())
    assert (found["file"], found["line"], found["column"], result.exit_code) == ("stdin", 1, 4, 1)
    assert CliRunner().invoke(firstfive, ["lint", "-"], input=b"\xff\xfe").exit_code == 2


def test_only_leaves_the_other_categories_alone(shell: Shell, folder: Path) -> None:
    (folder / "all.md").write_text("# Report\n\nWe forgot to tell @kim.\n")

    def categories(words: str) -> set[str]:
        return {json.loads(line)["category"] for line in shell(f"lint all.md --json {words}").stdout.splitlines()}

    assert categories("") == {"blame", "names", "structure"}
    assert categories("--only names") == {"names"}
    assert categories("--only names --only blame") == {"blame", "names"}


def test_an_overruled_finding_is_printed_with_its_reason_and_does_not_fail(shell: Shell, folder: Path) -> None:
    (folder / "quote.md").write_text("<!-- firstfive: allow forgot because it is a song -->\nWe forgot it.\n")
    result = shell("lint quote.md")
    assert result.exit_code == 0
    assert "Overruled: it is a song" in result.stdout
    assert "1 overruled" in result.stderr
    assert shell("lint quote.md --format github").stdout == ""
    assert json.loads(shell("lint quote.md --json").stdout)["overruled"] == "it is a song"


def test_github_annotations_cannot_be_broken_out_of(shell: Shell, bad: Path) -> None:
    (line,) = shell("lint --format github", "bad, bad.md").stdout.splitlines()
    assert line.startswith("::error file=bad%2C bad.md,line=")
    place, _, message = line.removeprefix("::").partition("::")
    assert place.endswith("title=should-have")
    assert "\n" not in message


# The required parts of SARIF 2.1.0 for what is printed here, in our own words.
RESULT = {
    "type": "object",
    "required": ["ruleId", "ruleIndex", "level", "message", "locations"],
    "properties": {
        "level": {"enum": ["none", "note", "warning", "error"]},
        "ruleIndex": {"type": "integer", "minimum": 0},
        "message": {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "minLength": 1}}},
        "locations": {
            "type": "array",
            "minItems": 1,
            "items": {
                "properties": {
                    "physicalLocation": {
                        "required": ["artifactLocation", "region"],
                        "properties": {
                            "artifactLocation": {"required": ["uri"], "properties": {"uri": {"pattern": "^[^ ]+$"}}},
                            "region": {
                                "required": ["startLine", "startColumn"],
                                "properties": {
                                    "startLine": {"type": "integer", "minimum": 1},
                                    "startColumn": {"type": "integer", "minimum": 1},
                                },
                            },
                        },
                    }
                }
            },
        },
        "suppressions": {"items": {"required": ["kind"], "properties": {"kind": {"enum": ["inSource", "external"]}}}},
    },
}
SARIF = Draft202012Validator(
    {
        "type": "object",
        "required": ["version", "runs"],
        "properties": {
            "version": {"const": "2.1.0"},
            "$schema": {"type": "string", "format": "uri"},
            "runs": {
                "minItems": 1,
                "items": {
                    "required": ["tool", "results"],
                    "properties": {
                        "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                        "tool": {"required": ["driver"], "properties": {"driver": {"required": ["name", "rules"]}}},
                        "results": {"items": RESULT},
                    },
                },
            },
        },
    }
)


def test_sarif_has_its_shape_points_at_its_rules_and_suppresses_what_is_overruled(shell: Shell, bad: Path) -> None:
    (bad.parent / "quote.md").write_text("<!-- firstfive: allow forgot because it is a song -->\nWe forgot it.\n")
    printed = json.loads(shell("lint --format sarif quote.md", str(bad.relative_to(Path.cwd()))).stdout)
    SARIF.validate(printed)
    (run,) = printed["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [rules[result["ruleIndex"]]["id"] for result in run["results"]] == ["forgot", "should-have"]
    assert run["results"][0]["suppressions"] == [{"kind": "inSource", "justification": "it is a song"}]
    assert "suppressions" not in run["results"][1]


def test_rules_of_ones_own_add_to_ours_from_a_file_or_the_overrides(shell: Shell, folder: Path) -> None:
    rule = "rules:\n  - {id: dragons, level: high, find: ['dragons?'], why: 'Here be “{found}”.', rewrite: 'Say it.'}\n"
    (folder / "rules").mkdir()
    (folder / "rules" / "mine.yaml").write_text(rule)
    (folder / "text.md").write_text("A dragon came, and we forgot it.")
    found = shell("lint text.md --json --rules rules/mine.yaml").stdout
    assert [json.loads(line)["rule"] for line in found.splitlines()] == ["dragons", "forgot"]
    assert shell("lint text.md --json", FIRSTFIVE_OVERRIDES=str(folder)).stdout == found
    (folder / "rules" / "mine.yaml").write_text(rule.replace("dragons?", "(("))
    broken = shell("lint text.md --rules rules/mine.yaml")
    assert broken.exit_code == 2
    assert "rules/mine.yaml:2:39: this is no regular expression" in broken.stderr


def test_the_vale_style_is_yaml_that_vale_reads(shell: Shell, folder: Path) -> None:
    assert shell("lint --export-vale styles").exit_code == 0
    styles = {path.stem: yaml.safe_load(path.read_text()) for path in (folder / "styles" / "firstfive").glob("*.yml")}
    assert len(styles) == len(Assets(None).rulebook()[0].rules)
    for style in styles.values():
        assert set(style) == {"extends", "message", "level", "scope", "ignorecase", "nonword", "tokens"}
        assert style["extends"] == "existence"
        assert style["level"] in ("suggestion", "warning", "error")
        assert style["message"].count("%s") == 1
        assert all(re.search(r"\{[a-z]", token) is None for token in style["tokens"])


def test_the_schema_accepts_our_rules_and_refuses_what_the_reader_refuses() -> None:
    schema = Draft202012Validator(json.loads((REPOSITORY / "docs" / "reference" / "rules.schema.json").read_text()))
    for ours in (REPOSITORY / "rules").glob("*.yaml"):
        schema.validate(yaml.safe_load(ours.read_text()))
    for wrong in ("rule: []", "rules: []", "rules: [{id: a, level: low}]", "words: {A: [x]}", "excuses: {a: {far: x}}"):
        assert not schema.is_valid(yaml.safe_load(wrong)), wrong


def test_a_draft_says_that_the_checker_finds_something_in_what_people_noted(shell: Shell) -> None:
    shell("open checkout is down")
    assert "checker" not in shell("postmortem INC-1").stderr
    shell("note INC-1", "the operator forgot the second pool")
    told = shell("postmortem INC-1")
    assert "The checker finds 1 thing" in told.stderr
    assert "firstfive postmortem INC-1 | firstfive lint -" in told.stderr
    found = CliRunner().invoke(firstfive, ["lint", "-", "--json"], input=told.stdout)
    assert [json.loads(line)["rule"] for line in found.stdout.splitlines()] == ["forgot"]


def test_the_hooks_for_other_repositories_name_commands_that_there_are(shell: Shell, good: Path) -> None:
    hooks = yaml.safe_load((REPOSITORY / ".pre-commit-hooks.yaml").read_text())
    assert {"id", "name", "entry", "language", "files"} <= set.intersection(*(set(hook) for hook in hooks))
    for hook in hooks:
        assert shell(hook["entry"].removeprefix("firstfive "), str(good)).exit_code == 0
