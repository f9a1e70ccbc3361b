"""Applying a plan: one transaction after another, written down, so that an interrupted run goes on where it was."""

import json
from collections.abc import Mapping
from itertools import count
from pathlib import Path
from typing import Any

from bot.insight.reconcile.comparing import Progress
from bot.insight.reconcile.databases.table import PATCHED
from bot.insight.reconcile.places import Place, ReconcileError
from bot.insight.reconcile.plan import OURS, PATCHES

PLANNED, APPLYING, APPLIED = "planned", "applying", "applied"


class State:
    """How far a plan was carried out, in ``state.json`` of its folder. *fingerprint* tells what it was made for."""

    def __init__(self, folder: Path, fingerprint: str) -> None:
        self._file = folder / "state.json"
        self._fingerprint = fingerprint

    def is_unfinished(self) -> bool:
        """Tell whether the folder holds this plan, half applied; raise ReconcileError when it holds another's."""
        written = self._read()
        if written.get("status") != APPLYING:
            return False
        if written.get("fingerprint") != self._fingerprint:
            raise ReconcileError(
                f"{self._file.parent} holds a half applied patch of other tables, or of another policy. "
                "Finish that one first with the command it was begun with, or name another folder: --output"
            )
        return True

    def done(self, side: str) -> int:
        """Return how many files of a side's patch are known to be carried out."""
        return int(self._read().get(side, 0))

    def write(self, status: str, **done: int) -> None:
        """Write down how far it is."""
        held = {"status": status, "fingerprint": self._fingerprint, "a": self.done("a"), "b": self.done("b")}
        beside = self._file.with_suffix(".new")
        beside.write_text(json.dumps(held | done) + "\n", encoding="utf-8")
        beside.replace(self._file)

    def put_away(self) -> Path | None:
        """Move a patch that was applied, with what undoes it, into a folder below; return it, or None if there is none.

        A new plan takes its place, and would take its rollback with it.
        """
        folder = self._file.parent
        if self._read().get("status") != APPLIED or not any(folder.glob("rollback-*/*.sql")):
            return None
        kept = next(path for number in count(1) if not (path := folder / f"applied-{number}").exists())
        kept.mkdir()
        for name in (*PATCHES, *OURS):  # The state goes last, so that what an interruption leaves is moved next time.
            if (folder / name).exists():
                (folder / name).rename(kept / name)
        return kept

    def _read(self) -> dict[str, Any]:
        try:
            read: dict[str, Any] = json.loads(self._file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise ReconcileError(f"{self._file} cannot be read: {error}. Name another folder: --output") from None
        return read


def apply(folder: Path, places: Mapping[str, Place], state: State, progress: Progress) -> None:
    """Carry out the patches in *folder* from where *state* says. What was done and not written down is done again."""
    scripts = {side: sorted((folder / f"patch-{side}").glob("*.sql")) for side in ("a", "b")}
    total = sum(len(files) for files in scripts.values())
    state.write(APPLYING)
    for side, files in scripts.items():
        done = state.done(side)
        if done == len(files):
            continue
        with PATCHED[places[side].kind](places[side]) as database:
            for number, file in enumerate(files[done:], start=done + 1):
                progress("patching", number + (len(scripts["a"]) if side == "b" else 0), total)
                database.execute(file.read_text(encoding="utf-8"))
                state.write(APPLYING, **{side: number})


def require_patchable(places: Mapping[str, Place]) -> None:
    """Raise ReconcileError when a side is a file that cannot be patched in place."""
    for side, place in places.items():
        if place.kind not in PATCHED:
            raise ReconcileError(
                f"{side.upper()} is {place}, and a {place.kind} file cannot be patched in place. Leave out --apply: "
                f"the statements for the database it was taken from are in patch-{side}/."
            )
