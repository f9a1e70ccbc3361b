"""Handing one message to a mail server. It blocks, so it runs on a thread of its own."""

import asyncio
import smtplib
import ssl
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from bot.errors import Failed, Rejected, Retry, Unknown
from bot.machine import is_loopback
from bot.outbox.hold import still_held
from bot.outside import Mail
from bot.secret import SMTP_PASSWORD
from bot.vault import Held
from store.types import Cause

TIMEOUT = 10.0  # seconds to connect, and for each answer
PORTS = {"smtp": 587, "smtps": 465}


class Courier:
    """One server. A name and a password go over TLS only, but for a server on this machine."""

    def __init__(self, settings: Mail, password: Held) -> None:
        self._settings, self._password = settings, password

    @property
    def sender(self) -> str:
        return self._settings.sender

    async def send(self, message: EmailMessage) -> None:
        """Hand over a message. Raise Unknown when the server took it and no answer says so."""
        still_held()
        await asyncio.to_thread(self._send, message)

    async def greet(self) -> None:
        """Connect and sign in, and send nothing."""
        await asyncio.to_thread(self._send, None)

    def _send(self, message: EmailMessage | None) -> None:
        handing_over = False
        try:
            with self._connected() as server:
                self._sign_in(server)
                if message is not None:
                    handing_over = True
                    server.send_message(message)
        except smtplib.SMTPException as error:
            raise _judged(error, handing_over) from error
        except (OSError, ValueError) as error:
            said = f"the mail server did not answer ({type(error).__name__})"
            raise (Unknown if handing_over else Retry)(said) from error

    def _connected(self) -> smtplib.SMTP:
        parts = urlsplit(self._settings.url)
        host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
        if parts.scheme == "smtps":
            return smtplib.SMTP_SSL(host, port, timeout=TIMEOUT, context=ssl.create_default_context())
        server = smtplib.SMTP(host, port, timeout=TIMEOUT)
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
            server.ehlo()
        elif parts.username and not is_loopback(host):
            server.close()
            said = "the mail server offers no TLS, and a password is not sent without (FIRSTFIVE_SMTP_URL)"
            raise smtplib.SMTPNotSupportedError(said)
        return server

    def _sign_in(self, server: smtplib.SMTP) -> None:
        user, held = urlsplit(self._settings.url).username, self._password.valid()
        if user and held:
            server.login(unquote(user), held[0].text)
            self._password.used(held[0])


def _judged(error: smtplib.SMTPException, handing_over: bool) -> Failed:
    """Return what a refusal means: 4 asks to come back, 5 is for good, and no answer to a message may be either."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return Retry(f"the mail server does not accept {SMTP_PASSWORD}", cause=Cause.CONFIGURATION)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return Rejected(str(error), cause=Cause.CONFIGURATION)
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return (Unknown if handing_over else Retry)("the mail server hung up")
    codes = [error.smtp_code] if isinstance(error, smtplib.SMTPResponseException) else []
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _ in error.recipients.values()]
    said = f"the mail server answered {', '.join(map(str, codes)) or type(error).__name__}"
    return Rejected(said) if codes and all(500 <= code < 600 for code in codes) else Retry(said)
