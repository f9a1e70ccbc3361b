"""`python -m bot.practice`: the practice workspace as a process of its own, driven through `/practice/…`."""

import argparse
import asyncio
import contextlib
import signal
import sys

from bot.practice.cast import SIGNING_SECRET
from bot.practice.clock import MovableClock
from bot.practice.server import Practice


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bot.practice", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one (default)")
    parser.add_argument("--latency", type=float, default=0.0, metavar="SECONDS", help="added to each Web API call")
    parser.add_argument("--rate-limits", action="store_true", help="keep Slack's tiers")
    parser.add_argument("--deliver-to", metavar="URL", help="the app's request URL; Socket Mode without it")
    parser.add_argument("--signing-secret", default=SIGNING_SECRET)
    parser.add_argument("--log", metavar="FILE", help="append the log of calls to this file")
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(parser.parse_args()))


async def serve(options: argparse.Namespace) -> None:
    """Serve until the process is told to end; the first line printed is the workspace's URL."""
    practice = Practice(
        clock=MovableClock(),
        latency=options.latency,
        rate_limits=options.rate_limits,
        log_path=options.log,
        deliver_to=options.deliver_to,
        signing_secret=options.signing_secret,
    )
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    await practice.start(port=options.port)
    sys.stdout.write(f"{practice.url}\n")
    sys.stdout.flush()
    try:
        await ended.wait()
    finally:
        await practice.stop()


if __name__ == "__main__":
    main()
