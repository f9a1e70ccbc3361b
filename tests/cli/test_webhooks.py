"""Registering partners and endpoints at a shell."""

import json

from tests.cli.conftest import Shell


def test_a_partner_an_endpoint_and_its_life(shell: Shell) -> None:
    assert "Next: firstfive webhooks add" in shell("webhooks partner add", "Acme Status").output
    added = shell(
        "webhooks add", "Acme Status", "https://acme.example/hooks", "--type", "incident", "--plain", "--json"
    )
    endpoint = json.loads(added.output)
    assert endpoint["secret"].startswith("whsec_")
    assert endpoint["retry_delays"] == [60, 300, 900, 3600, 7200, 14400, 28800]
    for words, answer in (
        ("webhooks ping 1", "A ping is on its way as delivery"),
        ("webhooks pause 1", "Endpoint 1 pauses"),
        ("webhooks resume 1", "Endpoint 1 is active"),
        ("webhooks rotate-secret 1 --overlap 48", "signs as well until"),
        ("webhooks list", "Acme Status  https://acme.example/hooks"),
        ("webhooks show 1", "incident"),
        ("webhooks partner list", "Acme Status  1 endpoints"),
        ("webhooks partner link 1", "/partners/1/deliveries?until="),
        ("webhooks partner token 1", "ffpartner_"),
        ("webhooks remove 1", "Endpoint 1 is removed"),
        ("webhooks list", "There are no endpoints."),
    ):
        said = shell(words)
        assert (said.exit_code, answer in said.output) == (0, True), said.output
    assert "whsec_" not in shell("webhooks partner list --json").output


def test_a_mistake_says_what_to_type(shell: Shell) -> None:
    shell("webhooks partner add Acme")
    for words, answer in (
        ("webhooks partner add Acme", "There is a partner Acme already."),
        ("webhooks partner add 7", "not only digits"),
        ("webhooks add Nobody https://acme.example/", "Register one: firstfive webhooks partner add NAME"),
        ("webhooks add Acme http://acme.example/", "it does not begin with https://"),
        (
            "webhooks add Acme https://acme.example/ --type nonsense",
            "nonsense is no type of event. There are: incident,",
        ),
        ("webhooks add Acme https://acme.example/ --rate 0", "A rate is"),
        ("webhooks add Acme https://acme.example/ --retry-delays 0", "Retry delays are"),
        ("webhooks ping 9", "There is no endpoint 9. See them: firstfive webhooks list"),
        ("webhooks show 9", "There is no endpoint 9. See them: firstfive webhooks list"),
    ):
        said = shell(words)
        assert (said.exit_code, answer in said.output) == (1, True), said.output
    assert shell("webhooks add Acme https://acme.example/ --retry-delays soon").exit_code == 2
