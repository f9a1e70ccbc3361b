"""Every sender of changes, by the last part of its address, ``/changes/generic``."""

from collections.abc import Callable

from bot.changes import argocd, generic, github, gitlab, launchdarkly
from bot.core.changes import Change
from bot.core.intake import BY_HEADER, SIGNED, Naming, Sender, by_bytes, by_field, by_header
from bot.core.proofs import Proof, digest, password, standard, word

KIND = "intake.change"
PARSERS: dict[str, Callable[[bytes], list[Change]]] = {
    "argocd": argocd.parse,
    "generic": generic.parse,
    "github": github.parse,
    "gitlab": gitlab.parse,
    "launchdarkly": launchdarkly.parse,
}
_KNOWN_BY: dict[str, tuple[tuple[Proof, ...], Naming]] = {
    "argocd": ((password(),), by_bytes),
    "generic": (SIGNED, BY_HEADER),
    "github": ((digest("x-hub-signature-256"),), by_header("x-github-delivery")),
    "gitlab": ((standard(), word("x-gitlab-token")), by_header("webhook-id", "idempotency-key")),
    "launchdarkly": ((digest("x-ld-signature"),), by_field("_id")),
}
SENDERS = {
    name: Sender(f"CHANGES_{name.upper()}_SECRET", KIND, parse, *_KNOWN_BY[name]) for name, parse in PARSERS.items()
}
