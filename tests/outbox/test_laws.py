"""Whatever happens to each attempt: nothing is lost, nothing is done twice by who can be asked, order is kept."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import Retry, Unknown
from bot.flows.promise import promise
from bot.flows.tx import Tx
from bot.outbox.outcome import Done
from bot.outbox.worker import LEASE, Outbox
from store.effects import Claimed, release_claims
from store.types import EffectState
from tests.home import Home, a_home

FATES = ("well", "busy", "cut after", "busy", "cut before", "bug after", "bug before", "frozen after", "frozen before")
PROMISES = st.lists(st.sampled_from(["a", "b", None]), min_size=1, max_size=6)


class Forgetful:
    """A neighbour that does things, whose answers get lost, and who can be asked what it did."""

    def __init__(self, home: Home, fates: Iterator[str]) -> None:
        self.home, self.fates = home, fates
        self.did: list[int] = []

    async def __call__(self, effect: Claimed) -> Done:
        number, fate = int(effect.args["number"]), next(self.fates, "well")
        if fate == "busy":  # Nor can it be asked what it did.
            raise Retry("busy")
        if effect.look_first and number in self.did:
            return Done()
        if fate == "well" or fate.endswith("after"):
            self.did.append(number)
        if fate.startswith("cut"):
            raise Unknown("cut")
        if fate.startswith("bug"):
            raise KeyError("ours")
        if fate.startswith("frozen"):  # The process slept through its lease; what it settles now is not its own.
            self.home.clock.pass_(seconds=LEASE.total_seconds() + 1)
            await self.home.do(_take_back)
        return Done()


def _take_back(tx: Tx) -> None:
    release_claims(tx.db, tx.now)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(PROMISES, min_size=1, max_size=3), st.lists(st.sampled_from(FATES), min_size=8, max_size=24))
async def test_every_promise_is_kept_once_and_in_its_order(
    sqlite_template: Path, tmp_path: Path, bursts: list[list[str | None]], fates: list[str]
) -> None:
    with a_home(fresh(sqlite_template, tmp_path)) as home:
        await home.open()
        neighbour = Forgetful(home, iter(fates))
        outbox = Outbox(home.house, {"test": neighbour})
        lines: dict[int, str | None] = {}
        for burst in bursts:
            for line in burst:
                lines[len(lines)] = line
                await home.do(_promise, len(lines) - 1, line)
            await outbox.send_due()
            await outbox.idle()
            home.clock.pass_(seconds=1)
        for _ in range(len(fates) + len(lines) + 1):
            await outbox.send_due()
            await outbox.idle()
            home.clock.pass_(minutes=1)
        assert sorted(neighbour.did) == sorted(lines)
        for wanted in ("a", "b"):
            sent = [number for number in neighbour.did if lines[number] == wanted]
            assert sent == sorted(sent)
        assert {effect.state for effect in await home.effects("test")} == {EffectState.DONE}


def fresh(template: Path, folder: Path) -> str:
    """Return the URL of another fresh database."""
    path = Path(tempfile.mkdtemp(dir=folder)) / "law.db"
    shutil.copyfile(template, path)
    return f"sqlite:///{path}"


def _promise(tx: Tx, number: int, line: str | None) -> None:
    promise(tx, "test", workspace_id=1, args={"number": number}, order_key=line)
