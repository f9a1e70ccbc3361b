"""``python -m bot`` and the command ``firstfive``."""

import gc

from bot.cli.table import firstfive

YOUNG = 50_000  # objects between two looks for cycles; Python's 700 make a start, all imports, a tenth slower


def main() -> None:
    """Run the command that the command line names."""
    gc.set_threshold(YOUNG)
    firstfive(prog_name="firstfive")


if __name__ == "__main__":
    main()
