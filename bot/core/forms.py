"""Forms that no other site can fill in: each carries a mark that only our own pages know."""

import hashlib
import hmac
from collections.abc import Sequence


def form_mark(secret: str, holder: str) -> str:
    """Return the mark for the forms of one *holder*: a session, or whoever sits at the machine."""
    return hmac.new(secret.encode(), f"form\n{holder}".encode(), hashlib.sha256).hexdigest()


def is_our_form(secrets: Sequence[str], holder: str, mark: str) -> bool:
    """Whether a form, by the mark that came with it, was made for this holder under one of these secrets."""
    return any(hmac.compare_digest(form_mark(secret, holder).encode(), mark.encode()) for secret in secrets)
