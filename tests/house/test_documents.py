"""The documents hold together: links lead somewhere, nothing leads outside, and the lock fits the project."""

import re
import subprocess
import tomllib
from pathlib import Path

from packaging.requirements import Requirement

from tests.shared import REPOSITORY

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)")
HEADING = re.compile(r"(?m)^#+ +(.+?)\s*$")
FENCE = re.compile(r"(?ms)^```.*?^```|`[^`\n]*`")
# Put together here so that this file passes its own test.
REGISTRIES = re.compile(
    "|".join([r"py" + r"pi\.org", "python" + "hosted", "npm" + r"js\.(org|com)", "deb" + r"ian\.org"])
)


def tracked(*patterns: str) -> list[Path]:
    """Return the files that git knows, or would if they were added, without those it ignores."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", "--", *patterns]
    names = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True).stdout
    return [REPOSITORY / name for name in names.split("\0") if name and (REPOSITORY / name).is_file()]


def anchors(document: Path) -> set[str]:
    """Return the anchors that a document's headings make: lower case, hyphens for spaces, no other signs."""
    headings = HEADING.findall(FENCE.sub(lambda code: code[0].strip("`"), document.read_text()))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def leads_astray(document: Path, link: str) -> bool:
    """Tell whether a relative link leads to no file, to no heading, or out of the repository."""
    path, _, anchor = link.partition("#")
    target = (document.parent / path).resolve() if path else document
    if not target.is_relative_to(REPOSITORY) or not target.exists():
        return True
    return bool(anchor) and target.suffix == ".md" and anchor not in anchors(target)


def test_every_link_leads_to_something_in_the_repository() -> None:
    astray = [
        f"{document.relative_to(REPOSITORY)}: {link}"
        for document in tracked("*.md")
        for link in LINK.findall(FENCE.sub("", document.read_text()))
        if "://" not in link and not link.startswith("mailto:") and leads_astray(document, link)
    ]
    assert astray == []


def test_no_document_speaks_of_files_outside_the_repository() -> None:
    outside = [
        f"{document.relative_to(REPOSITORY)}:{number}"
        for document in tracked("*.md", "*.yaml", "*.yml", "*.toml", "*.html", "*.j2")
        for number, line in enumerate(document.read_text().splitlines(), start=1)
        if re.search(r"\.\./shared|/work/", line)
    ]
    assert outside == []


def test_no_file_names_the_host_of_a_package_registry() -> None:
    naming = [
        str(path.relative_to(REPOSITORY)) for path in tracked() if REGISTRIES.search(path.read_text(errors="ignore"))
    ]
    assert naming == []


def test_the_change_log_begins_with_what_is_not_released_or_the_version_at_hand() -> None:
    version = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]["version"]
    newest = re.search(r"(?m)^## (\S+)", (REPOSITORY / "CHANGELOG.md").read_text())
    assert newest
    assert newest[1] in ("Unreleased", version)


def test_every_decision_is_in_the_index_under_a_number_of_its_own() -> None:
    folder = REPOSITORY / "docs" / "decisions"
    decisions = sorted(path.name for path in folder.glob("[0-9]*.md"))
    numbers = [name[:4] for name in decisions]
    assert len(set(numbers)) == len(numbers)
    assert [name for name in decisions if f"({name})" not in (folder / "README.md").read_text()] == []


def test_the_locks_hold_every_dependency_at_a_version_that_the_project_accepts() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())
    asked = {
        "requirements.lock": project["project"]["dependencies"],
        "requirements-dev.lock": project["project"]["dependencies"] + project["dependency-groups"]["dev"],
        "requirements-engines.lock": project["dependency-groups"]["engines"],
    }
    stale = [
        (lock, wish)
        for lock, wishes in asked.items()
        for wish in map(Requirement, wishes)
        if not any(version in wish.specifier for version in locked(lock).get(wish.name.lower(), []))
    ]
    assert stale == [], "Run make lock."


def locked(lock: str) -> dict[str, list[str]]:
    """Return the versions in a lock by package; one that differs by platform has several."""
    found: dict[str, list[str]] = {}
    for name, version in re.findall(r"(?m)^([\w.-]+)==([^\s;\\]+)", (REPOSITORY / lock).read_text()):
        found.setdefault(name, []).append(version)
    return found
