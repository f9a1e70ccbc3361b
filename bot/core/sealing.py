"""Sealing: AES-256-GCM under a data key, and data keys wrapped under a key-encryption key.

Sealed bytes are nonce (12) + ciphertext + tag (16). Whoever calls brings the nonce, which must never repeat under one
key. The context binds ciphertext to its place: moved elsewhere, it does not open.
"""

from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE = 12  # bytes
KEY = 32  # bytes


class CannotOpen(Exception):
    """The key is wrong, or the bytes were altered or moved."""


def seal(key: bytes, nonce: bytes, text: str, context: bytes) -> bytes:
    """Encrypt *text* for the place named by *context*."""
    return nonce + _cipher(key).encrypt(nonce, text.encode(), context)


def unseal(key: bytes, sealed: bytes, context: bytes) -> str:
    """Decrypt what ``seal`` made. Raise CannotOpen when key, bytes or context do not fit together."""
    try:
        return _cipher(key).decrypt(sealed[:NONCE], sealed[NONCE:], context).decode()
    except (InvalidTag, ValueError) as error:  # ValueError: too few bytes are left for a nonce.
        raise CannotOpen("the key, the bytes and their place do not fit together") from error


def wrap(kek: bytes, nonce: bytes, key: bytes, context: bytes) -> bytes:
    """Encrypt a data key under a key-encryption key."""
    return nonce + _cipher(kek).encrypt(nonce, key, context)


def unwrap(kek: bytes, wrapped: bytes, context: bytes) -> bytes:
    """Decrypt what ``wrap`` made. Raise CannotOpen as ``unseal`` does."""
    try:
        return _cipher(kek).decrypt(wrapped[:NONCE], wrapped[NONCE:], context)
    except (InvalidTag, ValueError) as error:
        raise CannotOpen("this key-encryption key did not wrap that data key") from error


@lru_cache(maxsize=1024)
def _cipher(key: bytes) -> AESGCM:
    return AESGCM(key)
