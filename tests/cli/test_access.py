"""firstfive roles, tokens and audit: who may what, and what is kept of it."""

import json

from tests.cli.conftest import Shell


def test_roles_and_tokens_are_given_and_taken_at_a_shell_and_account_of_it_is_kept(shell: Shell) -> None:
    assert "U02AB34CD is an admin from now on." in shell("roles set U02AB34CD admin").output
    assert "Name somebody by their Slack user id" in shell("roles set shell:ana admin").output
    word = shell("tokens create grafana --scope incidents:read --ends 90 --for U02AB34CD").output.split()[0]
    assert word.startswith("ff_")
    assert "'incidents:eat' is no scope" in shell("tokens create x --scope incidents:eat").output
    (listed,) = json.loads(shell("tokens list --json").output)
    assert (listed["account"], listed["scopes"], listed["used_at"]) == ("U02AB34CD", ["incidents:read"], None)
    assert word not in shell("tokens list").output
    assert "opens nothing any more" in shell("tokens revoke 1").output
    assert "There is no token 9" in shell("tokens revoke 9").output
    assert "a responder from now on" in shell("roles unset U02AB34CD").output
    assert json.loads(shell("roles list --json").output) == {"everybody": "responder", "admins": [], "given": []}
    shell("secrets rotate links")
    kept = json.loads(shell("audit --json").output)
    assert [(one["what"], one["subject"]) for one in reversed(kept)] == [
        ("role_given", "U02AB34CD"),
        ("token_made", "U02AB34CD"),
        ("token_revoked", "U02AB34CD"),
        ("role_taken", "U02AB34CD"),
        ("secret_rotated", None),
    ]
    assert {one["via"] for one in kept} == {"shell"}
    assert all(str(one["actor"]).startswith("shell:") for one in kept)
    assert word not in str(kept)
    assert len(json.loads(shell("audit --who U02AB34CD --what role_given --json").output)) == 1
    assert "All 5 entries stand as they were." in shell("audit --verify").output
