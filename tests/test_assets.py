"""Claims about where checklists and templates come from, and what a broken or missing file does."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.assets import MOST_FILES, Assets
from bot.core.checklists import Moment
from bot.core.marked_yaml import LONGEST

ROOT = Path(__file__).parents[1]
OURS = {path.stem for path in (ROOT / "checklists").glob("*.yaml")}

MINE = """\
id: mine
title: Mine
starts: by_hand
steps:
  - id: look
    text: Look at it.
    why: You see it then.
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The user's `checklists/`."""
    folder = tmp_path / "checklists"
    folder.mkdir()
    return folder


def told(assets: Assets) -> list[str]:
    return [str(problem) for problem in assets.checklists()[1]]


def in_force(assets: Assets) -> set[str]:
    return set(assets.checklists()[0])


def test_without_a_folder_of_the_user_ours_are_in_force() -> None:
    checklists, problems = Assets(None).checklists()
    assert set(checklists) == OURS
    assert problems == ()


def test_a_checklist_of_the_user_is_added_to_ours(folder: Path) -> None:
    (folder / "whatever.yml").write_text(MINE)
    assert in_force(Assets(folder.parent)) == OURS | {"mine"}


def test_a_checklist_of_the_user_replaces_ours_of_the_same_id(folder: Path) -> None:
    (folder / "quiet.yaml").write_text(MINE.replace("mine", "investigation"))
    checklists, problems = Assets(folder.parent).checklists()
    assert checklists["investigation"].title == "Mine"
    assert checklists["investigation"].starts == Moment.BY_HAND
    assert problems == ()


def test_a_broken_file_is_told_and_leaves_ours_in_force(folder: Path) -> None:
    broken = folder / "investigation.yaml"
    broken.write_text("id: investigation\ntitle: Mine\nstarts: by_hnd\nsteps: []\n")
    assets = Assets(folder.parent)
    assert assets.checklists()[0]["investigation"].title == "Investigation"
    assert told(assets) == [
        f"{broken}:3:9: `starts` is `by_hnd`. Did you mean `by_hand`?",
        f"{broken}:4:8: `steps` is an empty list. Add one, or remove the key.",
    ]


def test_a_file_is_read_again_when_it_changes_and_forgotten_when_it_goes(folder: Path) -> None:
    assets = Assets(folder.parent)
    file = folder / "mine.yaml"
    file.write_text("id: mine\n")
    assert told(assets)
    file.write_text(MINE)
    assert in_force(assets) == OURS | {"mine"}
    assert told(assets) == []
    file.unlink()
    assert in_force(assets) == OURS


def test_a_change_that_keeps_size_and_time_is_seen_too(folder: Path) -> None:
    assets = Assets(folder.parent)
    file = folder / "mine.yaml"
    file.write_text(MINE)
    os.utime(file, ns=(0, 0))
    assert "mine" in in_force(assets)
    file.write_text(MINE.replace("mine", "ours"))
    os.utime(file, ns=(0, 0))
    assert "ours" in in_force(assets)


def test_an_unchanged_folder_is_not_read_again(folder: Path) -> None:
    (folder / "mine.yaml").write_text(MINE)
    assets = Assets(folder.parent)
    assert assets.checklists() is assets.checklists()


def test_two_files_of_the_user_with_one_id_are_told_and_the_first_is_used(folder: Path) -> None:
    (folder / "a.yaml").write_text(MINE)
    (folder / "b.yaml").write_text("# again\n" + MINE.replace("Mine", "Other"))
    assets = Assets(folder.parent)
    assert assets.checklists()[0]["mine"].title == "Mine"
    assert told(assets) == [
        f"{folder}/b.yaml:2:5: `mine` is also the id of {folder}/a.yaml, which is used. Give this one its own."
    ]


def test_a_checklist_that_waits_for_one_that_is_not_there_is_told_with_the_nearest(folder: Path) -> None:
    (folder / "mine.yaml").write_text(MINE.replace("by_hand", "{after: resolutoin}"))
    assets = Assets(folder.parent)
    assert told(assets) == [f"{folder}/mine.yaml:3:17: there is no checklist `resolutoin`. Did you mean `resolution`?"]
    assert "mine" in in_force(assets)


def test_checklists_that_wait_for_one_another_are_told(folder: Path) -> None:
    (folder / "a.yaml").write_text(MINE.replace("by_hand", "{after: yours}"))
    (folder / "b.yaml").write_text(MINE.replace("mine", "yours").replace("by_hand", "{after: mine}"))
    circle = "in a circle. Let one of them start on `incident_opened`."
    assert told(Assets(folder.parent)) == [
        f"{folder}/a.yaml:3:17: this waits for mine and yours {circle}",
        f"{folder}/b.yaml:3:17: this waits for yours and mine {circle}",
    ]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (MINE.encode() + "    hint: déjà vu\n".encode("latin-1"), ":8:1: this line is not UTF-8"),
        (MINE.encode("utf-16"), ":1:1: this line is not UTF-8"),
        (b"#" * (LONGEST + 1), ":1:1: the file is longer than 65,536 bytes"),
        (b"\x00" * 100, ":1:1: the character U+0000 cannot be in a YAML file"),
        (b"", ":1:1: the file is empty"),
    ],
)
def test_a_file_that_is_no_text_is_told(folder: Path, content: bytes, problem: str) -> None:
    (folder / "mine.yaml").write_bytes(content)
    (only,) = told(Assets(folder.parent))
    assert only.startswith(f"{folder}/mine.yaml{problem}")


def test_what_is_not_a_readable_file_is_told_and_never_waited_for(folder: Path) -> None:
    (folder / "folder.yaml").mkdir()
    (folder / "gone.yaml").symlink_to("nowhere")
    (folder / "loop.yaml").symlink_to("loop.yaml")
    os.mkfifo(folder / "pipe.yaml")
    assets = Assets(folder.parent)
    assert in_force(assets) == OURS
    assert [problem.removeprefix(f"{folder}/") for problem in told(assets)] == [
        "folder.yaml:1:1: this is not a file. Remove it, or give it another name.",
        "gone.yaml:1:1: the file cannot be read: No such file or directory. Mend or remove it.",
        "loop.yaml:1:1: the file cannot be read: Too many levels of symbolic links. Mend or remove it.",
        "pipe.yaml:1:1: this is not a file. Remove it, or give it another name.",
    ]


def test_a_link_out_of_the_folder_is_refused_and_one_inside_is_followed(folder: Path) -> None:
    outside = folder.parent / "secret.yaml"
    outside.write_text(MINE)
    (folder / "out.yaml").symlink_to(outside)
    (folder / "..data").mkdir()  # how Kubernetes mounts a config map
    (folder / "..data" / "in.yaml").write_text(MINE.replace("mine", "mounted"))
    (folder / "in.yaml").symlink_to("..data/in.yaml")
    assets = Assets(folder.parent)
    assert in_force(assets) == OURS | {"mounted"}
    assert told(assets) == [f"{folder}/out.yaml:1:1: this link leads out of the folder. Put a copy of the file here."]


def test_other_files_beside_checklists_are_left_alone(folder: Path) -> None:
    for name in ("README.md", ".hidden.yaml", "mine.yaml~", "notes.txt"):
        (folder / name).write_text("not a checklist")
    assert told(Assets(folder.parent)) == []


def test_a_name_of_any_bytes_can_be_told(folder: Path) -> None:
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff.yaml")).write_text("")
    (only,) = told(Assets(folder.parent))
    assert only.encode().startswith(os.fsencode(folder) + rb"/\udcff.yaml:1:1:")


def test_more_files_than_one_folder_should_hold_are_told(folder: Path) -> None:
    for number in range(MOST_FILES + 1):
        (folder / f"{number:03}.yaml").write_text(MINE.replace("mine", f"mine-{number}"))
    assets = Assets(folder.parent)
    assert len(in_force(assets) - OURS) == MOST_FILES
    assert told(assets) == [
        f"{folder}:1:1: {MOST_FILES + 1} files are here, and {MOST_FILES} are read. Remove the others."
    ]


def test_a_folder_that_is_not_there_is_told_and_one_without_checklists_is_fine(tmp_path: Path) -> None:
    assert told(Assets(tmp_path)) == []
    missing = Assets(tmp_path / "missing")
    assert in_force(missing) == OURS
    assert told(missing) == [
        f"{tmp_path}/missing:1:1: this folder is not there. Create it, or unset FIRSTFIVE_OVERRIDES."
    ]
    (tmp_path / "file").write_text("")
    assert told(Assets(tmp_path / "file")) == [
        f"{tmp_path}/file/checklists:1:1: the folder cannot be read: Not a directory. Make it a folder we may read."
    ]


def test_templates_of_the_user_are_searched_first_and_ours_stay_reachable_as_builtin(tmp_path: Path) -> None:
    ours = ROOT / "templates"
    assert Assets(None).template_folders() == [("", ours), ("builtin", ours)]
    assert Assets(tmp_path).template_folders() == [("", tmp_path / "templates"), ("", ours), ("builtin", ours)]


def test_an_installed_package_finds_what_it_carries(tmp_path: Path) -> None:
    for name in ("bot/__init__.py", "bot/assets.py", "bot/core", "store/__init__.py", "store/types.py"):
        target = tmp_path / name
        target.parent.mkdir(exist_ok=True)
        (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, target)
    shutil.copytree(ROOT / "checklists", tmp_path / "bot/builtin/checklists")
    script = "from bot.assets import *; a = Assets(None); print(sorted(a.checklists()[0]), a.template_folders()[0][1])"
    ran = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == f"{sorted(OURS)} {tmp_path}/bot/builtin/templates"
