"""Makes the doors to what is outside of Slack and Jira, of those that are set up. Each library is loaded only then."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from bot.core.links import Links
from bot.house import House
from bot.outbox.outcome import Handler
from bot.outside import Outside
from bot.render import Renderer
from bot.secret import CONFLUENCE_TOKEN, MODEL_KEY, SMTP_PASSWORD
from bot.vault import Vault

EmailOf = Callable[[int, str], Awaitable[str | None]]


@dataclass(frozen=True, slots=True)
class Door:
    """What one door keeps, and how it is closed."""

    handlers: Mapping[str, Handler]
    close: Callable[[], Awaitable[None]]


def doors(
    outside: Outside, house: House, vault: Vault, renderer: Renderer, links: Links, email_of: EmailOf
) -> Iterator[Door]:
    """Yield every door that is set up. *email_of* says under which address a workspace knows an account."""
    if outside.confluence:
        yield _confluence(outside, house, vault)
    if outside.mail:
        yield _mail(outside, house, vault, renderer, links, email_of)
    if outside.model:
        yield _model(outside, house, vault)


def _confluence(outside: Outside, house: House, vault: Vault) -> Door:
    from bot.confluence.api import ConfluenceApi
    from bot.confluence.desk import Desk
    from bot.confluence.table import SENDERS

    desk = Desk(ConfluenceApi(outside.confluence, vault.held(CONFLUENCE_TOKEN), house.clock), house)
    return Door({kind: partial(send, desk) for kind, send in SENDERS.items()}, desk.close)


def _mail(outside: Outside, house: House, vault: Vault, renderer: Renderer, links: Links, email_of: EmailOf) -> Door:
    from bot.mail.courier import Courier
    from bot.mail.invite import Desk
    from bot.mail.table import SENDERS

    desk = Desk(Courier(outside.mail, vault.held(SMTP_PASSWORD)), house, renderer, links, email_of)
    return Door({kind: partial(send, desk) for kind, send in SENDERS.items()}, desk.close)


def _model(outside: Outside, house: House, vault: Vault) -> Door:
    from bot.model.api import ModelApi
    from bot.model.propose import Desk
    from bot.model.table import SENDERS

    desk = Desk(ModelApi(outside.model, vault.held(MODEL_KEY), house.clock), house)
    return Door({kind: partial(send, desk) for kind, send in SENDERS.items()}, desk.close)
