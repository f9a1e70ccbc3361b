"""How long the traffic lasts during which secrets are rotated."""

import pytest

from tests.rotation.traffic import LONG, SHORT, Plan


@pytest.fixture(params=[SHORT, pytest.param(LONG, marks=pytest.mark.long)], ids=["short", "long"])
def plan(request: pytest.FixtureRequest) -> Plan:
    """A short form for the suite, and a minute of traffic for `make soak`."""
    chosen: Plan = request.param
    return chosen
