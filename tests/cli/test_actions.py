"""Action items at a shell: what is to be done, and what of it is late or nobody's."""

import json

from tests.cli.conftest import Shell


def test_a_shell_lists_what_is_to_be_done_and_reports_it(shell: Shell) -> None:
    shell("open --severity sev1", "checkout is down")
    shell("ticket INC-1 --priority p1 --due 2020-01-01", "alert when the pool is full")
    shell("ticket INC-1 --owner shell:ana", "limit retries")
    assert "P1  INC-1 1" in shell("actions").output
    [late] = json.loads(shell("actions list --overdue --json").output)
    assert (late["incident"], late["number"], late["overdue"], late["owner"]) == ("INC-1", 1, True, None)
    [given] = json.loads(shell("actions list --owner shell:ana --json").output)
    assert given["number"] == 2
    [row] = json.loads(shell("actions report --json").output)
    assert (row["open"], row["overdue"], row["without_owner"]) == (2, 1, 1)
    assert shell("actions list --owner shell:ana --ownerless").exit_code == 2
