"""What each sender of changes posts, written by hand in the shape that its documentation describes."""

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.alerts.payloads import Headers, bearer, plain

AT, AT_MS = "2026-03-10T02:58:00Z", 1773111480000
REPOSITORY = {"name": "checkout", "default_branch": "main", "html_url": "https://github.com/acme/checkout"}
PROJECT = {"name": "checkout", "default_branch": "main", "web_url": "https://gitlab.example.com/acme/checkout"}


def github(body: bytes, secret: str) -> Headers:
    signature = hmac.digest(secret.encode(), body, hashlib.sha256).hex()
    return {"X-Hub-Signature-256": f"sha256={signature}", "X-GitHub-Delivery": hashlib.sha256(body).hexdigest()[:36]}


def gitlab(body: bytes, secret: str) -> Headers:
    return {"X-Gitlab-Token": secret, "Idempotency-Key": hashlib.sha256(body).hexdigest()[:36]}


def launchdarkly(body: bytes, secret: str) -> Headers:
    return {"X-LD-Signature": hmac.digest(secret.encode(), body, hashlib.sha256).hex()}


@dataclass(frozen=True)
class Case:
    """One sender: a change that it posts, another one, how it proves itself, and what is told of the first."""

    name: str
    firing: dict[str, Any]
    resolved: dict[str, Any]
    proves: Callable[[bytes, str], Headers]
    kind: str
    told: str

    def body(self, content: dict[str, Any]) -> bytes:
        return json.dumps(content).encode()


def deployed(state: str, environment: str = "production") -> dict[str, Any]:
    """A deployment's status at GitHub."""
    status = {
        "state": state,
        "environment": environment,
        "updated_at": AT,
        "target_url": "https://github.com/acme/checkout/actions/runs/1",
    }
    deployment = {"ref": "v42", "sha": "0f3c1a2b4d", "environment": environment, "creator": {"login": "ana"}}
    return {"deployment_status": status, "deployment": deployment, "repository": REPOSITORY, "sender": {"login": "ana"}}


def pushed(ref: str = "refs/heads/main") -> dict[str, Any]:
    """A push to GitHub."""
    head = {"id": "0f3c", "message": "Charge once\n\nand not twice", "timestamp": AT}
    return {
        "ref": ref,
        "commits": [head, head],
        "head_commit": head,
        "compare": "https://github.com/acme/checkout/compare/a...b",
        "repository": REPOSITORY,
        "sender": {"login": "ana"},
    }


def _gitlab(status: str) -> dict[str, Any]:
    return {
        "object_kind": "deployment",
        "status": status,
        "status_changed_at": "2026-03-10 03:58:00 +0100",
        "environment": "production",
        "ref": "v42",
        "short_sha": "0f3c1a2b",
        "deployable_url": "https://gitlab.example.com/acme/checkout/-/jobs/1",
        "project": PROJECT,
        "user": {"username": "ana", "name": "Ana"},
    }


def _argocd(phase: str) -> dict[str, Any]:
    return {
        "app": "checkout",
        "phase": phase,
        "revision": "0f3c1a2b4d5e",
        "destination": "production",
        "at": AT,
        "by": "ana",
        "url": "https://argocd.example.com/applications/checkout",
    }


def _launchdarkly(number: str, verb: str) -> dict[str, Any]:
    return {
        "_id": number,
        "_links": {"site": {"href": "/default/production/features/new-checkout", "type": "text/html"}},
        "date": AT_MS,
        "accesses": [{"action": "updateOn", "resource": "proj/default:env/production:flag/new-checkout"}],
        "kind": "flag",
        "name": "New checkout",
        "titleVerb": verb,
        "title": "[Ana](mailto:ana@example.com) turned on the flag [New checkout](https://app.launchdarkly.com/x)",
        "comment": "for everybody",
        "member": {"email": "ana@example.com", "firstName": "Ana"},
    }


CASES = {
    case.name: case
    for case in (
        Case(
            "github",
            deployed("success"),
            deployed("failure"),
            github,
            "deploy",
            "checkout: v42 to production by ana https://github.com/acme/checkout/actions/runs/1",
        ),
        Case(
            "gitlab",
            _gitlab("success"),
            _gitlab("failed"),
            gitlab,
            "deploy",
            "checkout: v42 to production by ana https://gitlab.example.com/acme/checkout/-/jobs/1",
        ),
        Case(
            "argocd",
            _argocd("Succeeded"),
            _argocd("Failed"),
            bearer,
            "deploy",
            "checkout: 0f3c1a2 to production by ana https://argocd.example.com/applications/checkout",
        ),
        Case(
            "launchdarkly",
            _launchdarkly("57c0", "turned on the flag"),
            _launchdarkly("57c1", "turned off the flag"),
            launchdarkly,
            "flag",
            "turned on the flag New checkout in production (for everybody) by ana@example.com"
            " https://app.launchdarkly.com/default/production/features/new-checkout",
        ),
        Case(
            "generic",
            {"kind": "deploy", "what": "v42 to production", "service": "checkout", "by": "ana", "at": AT},
            {"kind": "config", "what": "pool is 20", "service": "checkout"},
            plain,
            "deploy",
            "checkout: v42 to production by ana",
        ),
    )
}
