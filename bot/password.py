"""The database's password from a command of yours: a cloud's short-lived token, a vault's lease, a password manager."""

import logging
import shlex
import subprocess
import threading
from dataclasses import dataclass, field

from store.db import NoPassword

log = logging.getLogger("firstfive.secrets")

PATIENCE = 10  # seconds that the command may take


@dataclass(frozen=True)
class PasswordCommand:
    """A program with its arguments; no shell reads it. Its first line is the password, kept until it is refused.

    However many connections are refused at once, it runs once for them. Safe on any thread.
    """

    words: tuple[str, ...]
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)
    _kept: list[str] = field(default_factory=list, repr=False, compare=False)

    @classmethod
    def read(cls, text: str) -> "PasswordCommand":
        """Read a command as it is set. Raise ValueError for none, or for quotes that do not end."""
        words = tuple(shlex.split(text))
        if not words:
            raise ValueError("write a program and its arguments, such as: vault-password --role firstfive")
        return cls(words)

    def password(self) -> str:
        """Return the password. Raise NoPassword when there is none yet and the command gives none."""
        with self._lock:
            if not self._kept:
                self._kept[:] = [self._run()]
            return self._kept[0]

    def renew(self, refused: str) -> bool:
        """Tell that the database refused a password. Return whether there is another one to try."""
        with self._lock:
            if self._kept and self._kept[0] == refused:
                try:
                    self._kept[:] = [self._run()]
                except NoPassword as reason:
                    log.warning("%s; the last password stays in use", reason)
            return self._kept[0] != refused

    def _run(self) -> str:
        about = f"DATABASE_PASSWORD_COMMAND ({self.words[0]})"
        try:
            ran = subprocess.run(self.words, capture_output=True, text=True, timeout=PATIENCE, check=False)  # noqa: S603
        except subprocess.TimeoutExpired:
            raise NoPassword(f"{about} took over {PATIENCE} seconds") from None
        except OSError as error:
            raise NoPassword(f"{about} cannot be run: {error.strerror}") from None
        if ran.returncode != 0:
            raise NoPassword(f"{about} failed with exit code {ran.returncode}")
        lines = ran.stdout.splitlines()
        if not lines or not lines[0]:
            raise NoPassword(f"{about} printed nothing")
        return lines[0]
