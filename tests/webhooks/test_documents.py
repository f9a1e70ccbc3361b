"""What we show partners about verifying us is run here, in every language that this machine has."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.core.signing import as_secret, standard_headers
from tests.shared import REPOSITORY

PAGE = REPOSITORY / "docs" / "webhooks.md"
SECRET, OTHER = as_secret(bytes(range(24))), as_secret(bytes(range(24, 48)))
BODY = '{"type":"incident.opened","text":"naïve 漢字"}'.encode()

Verify = Callable[[str, dict[str, str], bytes], bool]


def snippet(language: str) -> str:
    """Return the code that the page shows in a language; the last block of it."""
    return re.findall(rf"(?ms)^```{language}\n(.*?)^```", PAGE.read_text())[-1]


def in_python(folder: Path) -> Verify:
    names: dict[str, Verify] = {}
    exec(snippet("python"), names)
    return names["verify"]


def _run(command: list[str], body: bytes, headers: dict[str, str], secret: str) -> bool:
    environment = {**os.environ, "SECRET": secret, "HEADERS": json.dumps(headers)}
    ran = subprocess.run(command, input=body, env=environment, capture_output=True, timeout=60)
    assert ran.stderr == b""
    assert ran.returncode in (0, 1)
    return ran.returncode == 0


def in_node(folder: Path) -> Verify:
    ask = "verify(process.env.SECRET, JSON.parse(process.env.HEADERS), require('fs').readFileSync(0))"
    (folder / "verify.js").write_text(f"{snippet('js')}\nprocess.exit({ask} ? 0 : 1);\n")
    return lambda secret, headers, body: _run(["node", str(folder / "verify.js")], body, headers, secret)


def in_bash(folder: Path) -> Verify:
    def verify(secret: str, headers: dict[str, str], body: bytes) -> bool:
        (folder / "body").write_bytes(body)
        names = ("webhook-id", "webhook-timestamp", "webhook-signature")
        program = f'{snippet("bash")}\nverify "$@"'
        words = [secret, *(headers[name] for name in names), str(folder / "body")]
        return _run(["bash", "-c", program, "verify", *words], body, headers, secret)

    return verify


def in_go(folder: Path) -> Verify:
    ask = """
func main() {
	values := map[string]string{}
	json.Unmarshal([]byte(os.Getenv("HEADERS")), &values)
	headers := http.Header{}
	for name, value := range values {
		headers.Set(name, value)
	}
	body, _ := io.ReadAll(os.Stdin)
	if !verify(os.Getenv("SECRET"), headers, body) {
		os.Exit(1)
	}
}
"""
    more = '"encoding/base64"\n\t"encoding/json"\n\t"io"\n\t"os"'
    (folder / "verify.go").write_text(snippet("go").replace('"encoding/base64"', more) + ask)
    subprocess.run(["go", "build", "-o", "verify", "verify.go"], cwd=folder, check=True, timeout=120)
    return lambda secret, headers, body: _run([str(folder / "verify")], body, headers, secret)


@pytest.mark.parametrize(
    ("tool", "language"), [("python3", in_python), ("node", in_node), ("openssl", in_bash), ("go", in_go)]
)
def test_what_we_show_verifies_what_we_send_and_nothing_else(
    tmp_path: Path, tool: str, language: Callable[[Path], Verify]
) -> None:
    if shutil.which(tool) is None:
        pytest.skip(f"There is no {tool} on this machine")
    verify, now = language(tmp_path), datetime.now(UTC)
    good = standard_headers([SECRET], "evt_1", now, BODY)
    rotating = standard_headers([OTHER, SECRET], "evt_1", now, BODY)
    old = standard_headers([SECRET], "evt_1", now - timedelta(seconds=310), BODY)
    early = standard_headers([SECRET], "evt_1", now + timedelta(seconds=310), BODY)
    assert verify(SECRET, good, BODY)
    assert verify(SECRET, rotating, BODY)
    assert not verify(SECRET, good, BODY + b" ")
    assert not verify(OTHER, good, BODY)
    assert not verify(SECRET, good | {"webhook-id": "evt_2"}, BODY)
    assert not verify(SECRET, old, BODY)
    assert not verify(SECRET, early, BODY)
