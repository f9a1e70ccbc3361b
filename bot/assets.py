"""Finds templates, checklists, fonts and rules of the checker: the user's folder first, then ours, which ship."""

import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.core.checklists import After, Checklist, parse
from bot.core.marked_yaml import LONGEST, BrokenFileError, Problem, nearest, place_of
from bot.core.rulebook import Rulebook, read

MOST_FILES = 200  # in one folder; with more it is the wrong folder

FONTS = {
    "regular": "DejaVuSans.ttf",
    "bold": "DejaVuSans-Bold.ttf",
    "italic": "DejaVuSans-Oblique.ttf",
    "mono": "DejaVuSansMono.ttf",
}

Checklists = tuple[Mapping[str, Checklist], tuple[Problem, ...]]


@dataclass(frozen=True)
class _Listed:
    """A file as it stood when it was listed; equal for as long as nobody writes, replaces or unlocks it."""

    path: Path
    modified: int  # nanoseconds
    changed: int  # nanoseconds; moves with permissions too, so that a file made readable is read
    size: int  # bytes


@dataclass(frozen=True)
class _Written:
    """A checklist and the file that it was read from."""

    checklist: Checklist
    path: Path
    text: str


class Assets:
    """What people may replace. *overrides* is a folder that holds `checklists/`, `rules/`, `templates/`; or None."""

    def __init__(self, overrides: Path | None) -> None:
        self._overrides = overrides
        self._builtin = _builtin()
        self._read: tuple[object, Checklists] = (None, ({}, ()))
        self._rules: tuple[object, tuple[Rulebook, tuple[Problem, ...]]] = (None, (Rulebook(), ()))

    def checklists(self) -> Checklists:
        """Return the checklists in force by id, and what is wrong with the files that are not. It never raises.

        A user's checklist wins over ours of the same id; while the user's file is broken, ours stays in force. They are
        read again only when a file has changed, so this is cheap to ask at every turn.
        """
        problems: list[Problem] = []
        ours = tuple(_listed(self._builtin / "checklists", problems))
        theirs = tuple(_listed(self._overrides / "checklists", problems)) if self._overrides else ()
        stamp = (ours, theirs, tuple(problems))
        if self._read[0] != stamp:
            self._read = (stamp, _in_force(ours, theirs, problems))
        return self._read[1]

    def rulebook(self, *more: Path) -> tuple[Rulebook, tuple[Problem, ...]]:
        """Return what the checker of postmortems goes by: ours, the user's `rules/`, then *more*; each adds.

        A broken file of the user's adds nothing, and what is wrong with it is returned. They are read again only when
        a file has changed; the same book is returned until then, with its patterns compiled.
        """
        problems: list[Problem] = []
        folders = [self._builtin / "rules", *([self._overrides / "rules"] if self._overrides else [])]
        listed = [file for folder in folders for file in _listed(folder, problems)]
        stamp = (tuple(listed), tuple(problems))
        if more:
            return _rulebook([*(file.path for file in listed), *more], problems)
        if self._rules[0] != stamp:
            self._rules = (stamp, _rulebook([file.path for file in listed], problems))
        return self._rules[1]

    def fonts(self) -> dict[str, Path]:
        """Return the font files for regular, bold, italic and mono: the user's `fonts/regular.ttf`, otherwise ours."""
        theirs = self._overrides / "fonts" if self._overrides else None
        return {
            name: theirs / f"{name}.ttf"
            if theirs and (theirs / f"{name}.ttf").is_file()
            else self._builtin / "fonts" / file
            for name, file in FONTS.items()
        }

    def template_folders(self) -> list[tuple[str, Path]]:
        """Return (prefix, folder) in the order to search: the template `prefix/name` is the file `name` in the folder.

        Ours stand under `builtin` too, so that a user's file can extend the one it replaces. A folder may be absent.
        """
        ours = self._builtin / "templates"
        theirs = [("", self._overrides / "templates")] if self._overrides else []
        return [*theirs, ("", ours), ("builtin", ours)]


def _rulebook(paths: Iterable[Path], problems: list[Problem]) -> tuple[Rulebook, tuple[Problem, ...]]:
    book = Rulebook()
    for path in paths:
        try:
            book = read(_text(path), _shown(path), book)
        except BrokenFileError as broken:
            problems.extend(broken.problems)
    return book, tuple(problems)


def _builtin() -> Path:
    """The wheel carries ours inside the package; in a checkout they stand at the root of the repository."""
    packaged = Path(__file__).parent / "builtin"
    return packaged if packaged.is_dir() else Path(__file__).parents[1]


def _listed(folder: Path, problems: list[Problem]) -> Iterator[_Listed]:
    try:
        paths = sorted(path for path in folder.iterdir() if _is_yaml(path))
    except FileNotFoundError:
        if not folder.parent.exists():
            problems.append(_about(folder.parent, "this folder is not there. Create it, or unset FIRSTFIVE_OVERRIDES."))
        return
    except OSError as error:
        problems.append(_about(folder, f"the folder cannot be read: {error.strerror}. Make it a folder we may read."))
        return
    if len(paths) > MOST_FILES:
        problems.append(_about(folder, f"{len(paths)} files are here, and {MOST_FILES} are read. Remove the others."))
    for path in paths[:MOST_FILES]:
        try:
            state = path.stat()
            astray = path.is_symlink() and not path.resolve().is_relative_to(folder.resolve())
        except OSError as error:
            problems.append(_about(path, f"the file cannot be read: {error.strerror}. Mend or remove it."))
            continue
        if astray:
            problems.append(_about(path, "this link leads out of the folder. Put a copy of the file here."))
        elif not stat.S_ISREG(state.st_mode):
            problems.append(_about(path, "this is not a file. Remove it, or give it another name."))
        else:
            yield _Listed(path, state.st_mtime_ns, state.st_ctime_ns, state.st_size)


def _is_yaml(path: Path) -> bool:
    return path.suffix.lower() in (".yaml", ".yml") and not path.name.startswith(".")


def _in_force(ours: tuple[_Listed, ...], theirs: tuple[_Listed, ...], listing: list[Problem]) -> Checklists:
    problems = list(listing)
    written = _read(ours, problems) | _read(theirs, problems)
    problems.extend(_that_never_start(written))
    return {id_: one.checklist for id_, one in written.items()}, tuple(sorted(problems))


def _read(files: tuple[_Listed, ...], problems: list[Problem]) -> dict[str, _Written]:
    read: dict[str, _Written] = {}
    for file in files:
        try:
            text = _text(file.path)
            checklist = parse(text, _shown(file.path))
        except BrokenFileError as broken:
            problems.extend(broken.problems)
            continue
        first = read.setdefault(checklist.id, _Written(checklist, file.path, text))
        if first.path != file.path:
            sentence = f"`{checklist.id}` is also the id of {_shown(first.path)}, which is used. Give this one its own."
            problems.append(_about(file.path, sentence, place_of(text, "id")))
    return read


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(LONGEST + 1)
    except OSError as error:
        sentence = f"the file cannot be read: {error.strerror}. Check its permissions."
        raise BrokenFileError([_about(path, sentence)]) from error
    if len(content) > LONGEST:
        raise BrokenFileError([_about(path, f"the file is longer than {LONGEST:,} bytes. Split it.")])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise BrokenFileError([_about(path, "this line is not UTF-8. Save the file as UTF-8.", (line, 1))]) from error


def _that_never_start(written: dict[str, _Written]) -> Iterator[Problem]:
    """Checklists that wait for one that does not exist, or for one that waits for them. By hand they still start."""
    for one in written.values():
        path = [one.checklist.id]
        starts = one.checklist.starts
        while isinstance(starts, After) and starts.checklist in written and starts.checklist not in path:
            path.append(starts.checklist)
            starts = written[starts.checklist].checklist.starts
        if not isinstance(starts, After):
            continue
        if starts.checklist in written:
            sentence = f"this waits for {' and '.join(path)} in a circle. Let one of them start on `incident_opened`."
        elif len(path) == 1:
            sentence = f"there is no checklist `{starts.checklist}`. {nearest(starts.checklist, written)}"
        else:
            continue  # told about the one that names it
        yield _about(one.path, sentence, place_of(one.text, "starts", "after"))


def _about(path: Path, sentence: str, place: tuple[int, int] = (1, 1)) -> Problem:
    return Problem(_shown(path), *place, sentence)


def _shown(path: Path) -> str:
    """The path as text that can be printed and stored, whatever bytes its name is made of."""
    return str(path).encode("utf-8", "backslashreplace").decode()
