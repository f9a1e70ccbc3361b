"""SARIF 2.1.0: findings as code scanning services and editors read them."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from bot.core.rulebook import Finding, Level

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS = {Level.HIGH: "error", Level.MEDIUM: "warning", Level.LOW: "note"}


def sarif(checked: Mapping[str, Sequence[Finding]], version: str) -> dict[str, Any]:
    """Return one run over *checked* files. Overruled findings are there, suppressed with the author's reason."""
    found = [(file, finding) for file, findings in checked.items() for finding in findings]
    rules = sorted({finding.rule for _, finding in found})
    of_rule = {finding.rule: finding for _, finding in found}
    driver = {
        "name": "firstfive",
        "semanticVersion": version,
        "rules": [_rule(of_rule[rule]) for rule in rules],
    }
    results = [_result(file, finding, rules.index(finding.rule)) for file, finding in found]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(finding: Finding) -> dict[str, Any]:
    return {
        "id": finding.rule,
        "shortDescription": {"text": finding.rule.replace("-", " ")},
        "help": {"text": finding.rewrite},
        "defaultConfiguration": {"level": LEVELS[finding.level]},
        "properties": {"tags": [finding.category]},
    }


def _result(file: str, finding: Finding, index: int) -> dict[str, Any]:
    region: dict[str, Any] = {"startLine": finding.line, "startColumn": finding.column}
    if finding.sentence:
        region["snippet"] = {"text": finding.sentence}
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": LEVELS[finding.level],
        "message": {"text": f"{finding.why} {finding.rewrite}"},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": quote(file)}, "region": region}}],
    }
    if finding.overruled is not None:
        result["suppressions"] = [{"kind": "inSource", "justification": finding.overruled}]
    return result
