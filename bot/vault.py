"""The secrets in force in this process, and the keyring that seals them.

They are what the settings hold until the database says more. Once a second the vault looks whether a file, the keyring
or a version has changed, so that every process follows a rotation within two seconds.
"""

import asyncio
import logging
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bot.core.keyring import Keyring
from bot.core.secrets import LINKS, Version
from bot.core.spans import span
from bot.flows.keep_secret import (
    first_secret,
    note_uses,
    secret_versions,
    secrets_change,
    take_in_settings,
)
from bot.flows.rewrap_keys import is_needed
from bot.house import Clock, House
from bot.keyring import KeyringError, alter, is_inline, parse
from bot.log import conceal
from bot.secret import DATABASE_LOGIN, SIGNING_SECRET, Secret, mistaken
from bot.settings import Settings

log = logging.getLogger("firstfive.secrets")

BEAT = 1.0  # seconds between looks
TOLD = timedelta(seconds=30)  # a use is written down once in so long


class Vault:
    """Holds the versions of every secret that is set, the current one first."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._given, self._clock = settings.secrets, clock
        self._overlap, self._keyring = settings.secret_overlap, settings.keyring
        self._keyring_file = None if is_inline(settings.keyring) else Secret(path=Path(settings.keyring))
        self._ring_text = ""
        self._names = (*self._given, LINKS)
        self._texts: dict[str, list[str]] = {}
        self._taken: dict[str, list[str]] = {}
        self._versions: dict[str, tuple[Version, ...]] = {}
        self._change = 0
        self._uses: dict[tuple[str, int], datetime] = {}
        self._told: dict[tuple[str, int], datetime] = {}
        self._warned: set[str] = set()
        for name in self._given:
            texts = self._texts_of(name)
            self._versions[name] = tuple(Version(name, 0, text, clock.now()) for text in reversed(texts))

    def held(self, name: str) -> "Held":
        """Return one secret, for a door that needs no other."""
        return Held(self, name)

    def valid(self, name: str) -> list[Version]:
        """Return the versions of a secret that hold now, the current one first."""
        now = self._clock.now()
        return [version for version in self._versions.get(name, ()) if version.is_valid(now)]

    def used(self, version: Version) -> None:
        """Remember that a version was used just now."""
        self._uses[version.name, version.number] = self._clock.now()

    def open(self, house: House) -> None:
        """Read what the database holds, and make what is made here the first time."""
        self.follow(house.read_now(secret_versions, self._names))
        if not self.valid(LINKS):
            house.do_now(first_secret, LINKS, secrets.token_hex(32))
            self.follow(house.read_now(secret_versions, self._names))

    def follow(self, found: Sequence[Version]) -> None:
        """Put into force what the database holds. A secret that it does not hold stays as the settings have it."""
        now = self._clock.now()
        held: dict[str, list[Version]] = {}
        for version in found:
            if version.is_valid(now):
                held.setdefault(version.name, []).append(version)
        self._versions |= {name: tuple(versions) for name, versions in held.items()}
        conceal(version.text for versions in held.values() for version in versions)
        conceal(version.text.partition(":")[2] for version in held.get(DATABASE_LOGIN, ()))

    async def watch(self, house: House) -> None:
        """Look once a second until cancelled. What cannot be looked at now is looked at again."""
        while True:
            try:
                await self.look(house)
            except Exception:  # The database is away, or a file is half there; what was in force stays in force.
                log.exception("secrets could not be looked at; they stay as they were")
            await asyncio.sleep(BEAT)

    async def look(self, house: House) -> None:
        """Take in what changed in files, follow what changed in the database, and write down what was used."""
        await self._follow_keyring(house)
        given = {name: self._texts_of(name) for name in self._given}
        if given != self._taken:
            await house.do_behind(take_in_settings, given, self._overlap)
            self._taken = given
        change = await house.read(secrets_change, self._names)
        if change != self._change:
            self.follow(await house.read(secret_versions, self._names))
            self._change = change
        await self._write_uses(house)
        self._warn()

    def _texts_of(self, name: str) -> list[str]:
        """Return what the settings hold for a secret, the newest last; what they held before while a file is amiss."""
        secret = self._given[name]
        try:
            text = secret.value()
        except (OSError, UnicodeDecodeError) as error:
            self._say_once(f"{name}_FILE={secret.path} cannot be read ({error}); the last value stays in force")
            return self._texts[name]
        if problem := "the file is empty" if not text else mistaken(name, text):
            self._say_once(f"{name}_FILE={secret.path}: {problem} The last value stays in force")
            return self._texts[name]
        texts = text.split(",") if name == SIGNING_SECRET else [text]
        self._texts[name] = [part.strip() for part in reversed(texts) if part.strip()]
        conceal(self._texts[name])
        return self._texts[name]

    async def _write_uses(self, house: House) -> None:
        """Write down what was used, each version once in a while."""
        never = datetime.min.replace(tzinfo=self._clock.now().tzinfo)
        due = {key: at for key, at in self._uses.items() if at - self._told.get(key, never) >= TOLD}
        if due:
            await house.do_behind(note_uses, due)
            self._told |= due

    def _warn(self) -> None:
        """Say once of every version that is used and ends soon that its time is nearly over."""
        now = self._clock.now()
        for versions in self._versions.values():
            for version in versions:
                used = self._uses.get((version.name, version.number), version.used_at)
                if version.ends_soon(now) and version.ends_at and used:
                    left, ago = span(version.ends_at - now), span(now - used)
                    self._say_once(
                        f"{version.name} version {version.number} ends at {version.ends_at:%Y-%m-%d %H:%M} UTC",
                        f" (in {left}) and was last used {ago} ago. See who has it still: firstfive secrets list",
                    )

    async def _follow_keyring(self, house: House) -> None:
        """Put a changed keyring into force, and destroy former keys whose time is over and that wrap nothing."""
        if self._keyring_file is None:
            return
        text = self._keyring_file.value()
        if text != self._ring_text:
            ring = parse(text, str(self._keyring_file.path))
            house.keyring, self._ring_text = ring, text
        for kek_id in house.keyring.ended(self._clock.now()):
            if not await house.read(is_needed, kek_id):
                await asyncio.to_thread(self._destroy, kek_id)

    def _destroy(self, kek_id: str) -> None:
        def without(ring: Keyring) -> Keyring:
            return ring.without(kek_id)

        try:
            alter(self._keyring, without)
            log.warning("the former key-encryption key %s was destroyed: nothing is wrapped under it any more", kek_id)
        except KeyringError as error:
            self._say_once(f"the former key {kek_id} could not be destroyed: {error}")

    def _say_once(self, what: str, more: str = "") -> None:
        if what not in self._warned:
            self._warned.add(what)
            log.warning("%s%s", what, more)


@dataclass(frozen=True, slots=True)
class Held:
    """One secret of the vault, as a door holds it."""

    vault: Vault
    name: str

    def valid(self) -> list[Version]:
        """Return the versions that hold now, the current one first."""
        return self.vault.valid(self.name)

    def texts(self) -> list[str]:
        """Return what the versions that hold now say, the current one first."""
        return [version.text for version in self.valid()]

    def used(self, version: Version) -> None:
        """Remember that a version was used just now."""
        self.vault.used(version)
