"""firstfive webhooks"""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

from bot.cli.partners import partner
from bot.cli.shell import asking, json_option, opened, print_json

if TYPE_CHECKING:
    from store.endpoints import Endpoint, Partner

ONCE = "It is shown this once. Give it to the partner over a channel that you trust."


@click.group(epilog="Example: firstfive webhooks list")
def webhooks() -> None:
    """Tell partners what happens: register their endpoints, test them, and see how they stand."""


webhooks.add_command(partner)


def _delays(context: click.Context, parameter: click.Parameter, value: str | None) -> tuple[int, ...] | None:
    if value is None:
        return None
    words = [word.strip() for word in value.split(",") if word.strip()]
    if not all(word.isascii() and word.isdigit() and len(word) < 10 for word in words):
        raise click.BadParameter("write whole seconds, such as 60,300,900. Nothing between the quotes means no retry.")
    return tuple(int(word) for word in words)


@webhooks.command(
    "add", epilog='Example: firstfive webhooks add "Acme Status" https://acme.example/hooks --type incident'
)
@click.argument("partner")
@click.argument("url")
@click.option("--type", "types", multiple=True, help="A type of event, or a group such as incident. None means all.")
@click.option("--full", is_flag=True, help="Send the incident itself, not only its key.")
@click.option("--private", is_flag=True, help="Private incidents may leave to here.")
@click.option("--plain", is_flag=True, help="Send the X-Webhook-* headers as well.")
@click.option("--rate", type=float, default=20.0, show_default=True, help="Deliveries a second at most.")
@click.option("--retry-delays", "delays", callback=_delays, help="Seconds before each retry, such as 60,300,900.")
@json_option(help="Print the endpoint and its secret as JSON.")
def add(partner: str, url: str, as_json: bool, **wishes: Any) -> None:
    """Register an endpoint of a partner, and print the secret that signs what is sent to it."""
    with opened() as bot:
        from bot.flows.register_endpoint import Wishes, register_endpoint

        loopback = bot.settings.webhooks_to_loopback
        endpoint, secret = bot.house.do_now(
            register_endpoint, asking(), partner, url, Wishes(**wishes), loopback=loopback
        )
    if as_json:
        print_json(_object(endpoint) | {"secret": secret})
        return
    click.echo(
        f"Endpoint {endpoint.id} hears of {', '.join(endpoint.types) or 'everything'}. Its secret:\n\n{secret}\n"
    )
    click.echo(f"{ONCE} Then test it: firstfive webhooks ping {endpoint.id}")


@webhooks.command("list", epilog="Example: firstfive webhooks list --json")
@json_option(help="Print the endpoints as JSON.")
def list_(as_json: bool) -> None:
    """List every endpoint, by partner."""
    found = _endpoints()
    if as_json:
        print_json([_object(endpoint) | {"partner": one.name} for one, endpoint in found])
        return
    for one, endpoint in found:
        failing = f"  failing since {endpoint.failing_since:%Y-%m-%d %H:%M} UTC" if endpoint.failing_since else ""
        click.echo(f"{endpoint.id:>4}  {endpoint.state:<8}  {one.name}  {endpoint.url}{failing}")
    if not found:
        click.echo("There are no endpoints. Register one: firstfive webhooks add PARTNER URL")


@webhooks.command("show", epilog="Example: firstfive webhooks show 3")
@click.argument("number", type=int)
@json_option(help="Print the endpoint as JSON.")
def show(number: int, as_json: bool) -> None:
    """Show one endpoint and how it stands. What was sent there is on its partner's page."""
    found = next(((one, endpoint) for one, endpoint in _endpoints() if endpoint.id == number), None)
    if found is None:
        raise click.ClickException(f"There is no endpoint {number}. See them: firstfive webhooks list")
    values = _object(found[1]) | {"partner": found[0].name}
    if as_json:
        print_json(values)
        return
    for name, value in values.items():
        click.echo(f"{name:<14} {', '.join(map(str, value)) if isinstance(value, list) else value}")


@webhooks.command("ping", epilog="Example: firstfive webhooks ping 3")
@click.argument("number", type=int)
def ping(number: int) -> None:
    """Send a test event to one endpoint. It is sent by firstfive serve."""
    with opened() as bot:
        from bot.flows.register_endpoint import ping_endpoint

        effect = bot.house.do_now(ping_endpoint, asking(), number)
    click.echo(f"A ping is on its way as delivery {effect}. See how it went on the partner's page.")


@webhooks.command("pause", epilog="Example: firstfive webhooks pause 3")
@click.argument("number", type=int)
def pause(number: int) -> None:
    """Send nothing to an endpoint for now. What happens meanwhile is kept for it."""
    with opened() as bot:
        from bot.flows.register_endpoint import pause_endpoint

        bot.house.do_now(pause_endpoint, asking(), number)
    click.echo(f"Endpoint {number} pauses. Go on: firstfive webhooks resume {number}")


@webhooks.command("resume", epilog="Example: firstfive webhooks resume 3")
@click.argument("number", type=int)
def resume(number: int) -> None:
    """Send to an endpoint again that paused or was disabled; first what was kept for it."""
    with opened() as bot:
        from bot.flows.register_endpoint import resume_endpoint

        bot.house.do_now(resume_endpoint, asking(), number)
    click.echo(f"Endpoint {number} is active.")


@webhooks.command("disable", epilog="Example: firstfive webhooks disable 3")
@click.argument("number", type=int)
def disable(number: int) -> None:
    """Send nothing to an endpoint until it is resumed. What happens meanwhile is not kept for it."""
    with opened() as bot:
        from bot.flows.register_endpoint import disable_endpoint

        bot.house.do_now(disable_endpoint, asking(), number)
    click.echo(f"Endpoint {number} is disabled. Go on: firstfive webhooks resume {number}")


@webhooks.command("rotate-secret", epilog="Example: firstfive webhooks rotate-secret 3 --overlap 48")
@click.argument("number", type=int)
@click.option("--overlap", type=click.IntRange(0, 720), default=24, show_default=True, help="Hours that both sign.")
def rotate_secret(number: int, overlap: int) -> None:
    """Give an endpoint a new secret. The one before signs as well for some hours."""
    with opened() as bot:
        from bot.flows.register_endpoint import rotate_endpoint_secret

        secret, ends_at = bot.house.do_now(rotate_endpoint_secret, asking(), number, timedelta(hours=overlap))
    click.echo(f"{secret}\n\n{ONCE} The one before signs as well until {ends_at:%Y-%m-%d %H:%M} UTC.")


@webhooks.command("remove", epilog="Example: firstfive webhooks remove 3")
@click.argument("number", type=int)
def remove(number: int) -> None:
    """Send nothing to an endpoint any more, and destroy its secret."""
    with opened() as bot:
        from bot.flows.register_endpoint import remove_endpoint

        bot.house.do_now(remove_endpoint, asking(), number)
    click.echo(f"Endpoint {number} is removed.")


def _object(endpoint: "Endpoint") -> dict[str, Any]:
    from bot.flows.deliveries_as_json import endpoint_object

    return endpoint_object(endpoint)


def _endpoints() -> "list[tuple[Partner, Endpoint]]":
    with opened() as bot:
        from bot.flows.partner_page import partners_view

        return [(one, each) for one, endpoints in bot.house.read_now(partners_view) for each in endpoints]
