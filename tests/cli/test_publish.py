"""Publishing at a shell: keep versions, see what changed, publish with a reason."""

from pathlib import Path

from tests.cli.conftest import Shell


def test_a_postmortem_is_edited_published_and_learned_from_at_a_shell(shell: Shell, tmp_path: Path) -> None:
    shell("open --severity sev1 checkout is down")
    shell("resolve INC-1 rolled back")
    assert "is a draft" in shell("versions INC-1").output
    assert "version 1 is kept" in shell("publish INC-1 --draft").output
    written = tmp_path / "inc-1.md"
    written.write_text(
        shell("versions INC-1 --show 1").output.rstrip("\n") + "\n\nThe engineer forgot to check the limit.\n"
    )
    assert "version 2 is kept" in shell("publish INC-1 --draft --file", str(written)).output
    assert "+The engineer forgot to check the limit." in shell("versions INC-1").output
    refused = shell("publish INC-1").output
    assert "The checker finds" in refused
    assert (
        shell("publish INC-1 --because", "the rest is known on Monday").output
        == "The postmortem of INC-1 is published.\n"
    )
    assert shell("learned INC-1").output == "INC-1: its lessons are done.\n"
