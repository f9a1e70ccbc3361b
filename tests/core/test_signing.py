"""Signatures: the published vector, the published package as oracle, and everything that must not pass."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook

from bot.core.signing import (
    NotSigned,
    as_secret,
    check_plain,
    check_standard,
    key_of,
    plain_headers,
    standard_headers,
)

# Published with the standard's libraries.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
EVENT, AT = "msg_p5jXN8AQM9LWM0D4loKWxJek", datetime.fromtimestamp(1614265330, UTC)
BODY = b'{"test": 2432232314}'
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="

OTHER = as_secret(b"another key of twenty-four")


def test_the_published_vector_is_signed_as_published() -> None:
    headers = standard_headers([SECRET], EVENT, AT, BODY)
    assert headers == {"webhook-id": EVENT, "webhook-timestamp": "1614265330", "webhook-signature": SIGNATURE}
    assert check_standard([SECRET], headers, BODY, AT) == EVENT


@given(st.binary(min_size=24, max_size=64), st.text(max_size=200), st.uuids())
def test_the_published_package_verifies_what_we_sign_and_we_what_it_signs(key: bytes, text: str, event: object) -> None:
    secret, now, body = as_secret(key), datetime.now(UTC), text.encode()
    assert key_of(secret) == key
    headers = standard_headers([OTHER, secret], f"evt_{event}", now, body)
    Webhook(secret).verify(body, headers, json_parse=False)
    theirs = {**headers, "webhook-signature": Webhook(secret).sign(f"evt_{event}", now, text)}
    assert check_standard([OTHER, secret], theirs, body, now) == f"evt_{event}"


@pytest.mark.parametrize(
    "change",
    [
        {"webhook-id": "msg_other"},
        {"webhook-id": ""},
        {"webhook-timestamp": "1614265331"},
        {"webhook-timestamp": ""},
        {"webhook-timestamp": "1614265330.5"},
        {"webhook-timestamp": "-1"},
        {"webhook-timestamp": "٣"},
        {"webhook-timestamp": "9" * 11},
        {"webhook-signature": ""},
        {"webhook-signature": SIGNATURE.replace("v1,", "v2,")},
        {"webhook-signature": SIGNATURE.removeprefix("v1,")},
        {"webhook-signature": "v1,"},
        {"webhook-signature": "v1,é"},
        {"webhook-signature": SIGNATURE.lower()},
    ],
)
def test_what_was_changed_on_its_way_is_refused(change: dict[str, str]) -> None:
    headers = standard_headers([SECRET], EVENT, AT, BODY) | change
    with pytest.raises(NotSigned):
        check_standard([SECRET], headers, BODY, AT)


def test_another_body_and_another_secret_are_refused() -> None:
    headers = standard_headers([SECRET], EVENT, AT, BODY)
    for secret, body in ((SECRET, BODY + b" "), (OTHER, BODY)):
        with pytest.raises(NotSigned, match="no signature fits"):
            check_standard([secret], headers, body, AT)


@pytest.mark.parametrize(("seconds", "passes"), [(-301, False), (-300, True), (0, True), (300, True), (301, False)])
def test_a_signature_is_good_for_five_minutes_either_way(seconds: int, passes: bool) -> None:
    headers = standard_headers([SECRET], EVENT, AT, BODY)
    if passes:
        check_standard([SECRET], headers, BODY, AT + timedelta(seconds=seconds))
        return
    with pytest.raises(NotSigned, match="more than 300 seconds"):
        check_standard([SECRET], headers, BODY, AT + timedelta(seconds=seconds))


def test_the_plain_scheme_is_hex_of_the_body_under_the_secret_as_it_is_written() -> None:
    # printf '%s' '{"test": 2432232314}' | openssl dgst -sha256 -hmac whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw
    right = "80ec8a89ce3cd22133a1066caecb4d04fea7467657c8514d717ec42c38a5c94c"
    assert plain_headers([SECRET], EVENT, AT, BODY)["X-Webhook-Signature"] == right
    for given_ in (right, f"sha256={right}", right.upper()):
        check_plain([OTHER, SECRET], given_, BODY)
    for wrong in ("", "sha256=", right[:-1], right + "0", "é"):
        with pytest.raises(NotSigned):
            check_plain([OTHER, SECRET], wrong, BODY)
