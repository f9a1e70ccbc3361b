"""``python -m bot`` and the command ``firstfive``."""

from bot.cli.table import firstfive


def main() -> None:
    """Run the command that the command line names."""
    firstfive(prog_name="firstfive")


if __name__ == "__main__":
    main()
