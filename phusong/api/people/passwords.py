"""Passwords: what may be one, and argon2id in few threads at a time."""

from __future__ import annotations

import secrets
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from phusong.api.problems import TooManyError
from phusong.errors import OutOfRangeError
from phusong.words import Text

LONGEST = 256
DISTINCT_LEAST = 5
WAITING_EACH = 4  # people who may wait behind each thread that hashes
WAIT_SECONDS = 10.0
TEMPORARY_HOURS = 72.0
_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # no I, L, O, 0, 1: read from a screen, typed by hand
_COMMON = ("password", "matkhau", "qwerty", "phusong", "admin", "welcome", "iloveyou", "letmein", "abc", "vietnam", "")
"""Words that make no password of their own, whatever digits and signs stand around them."""


def checked(password: str, *, username: str, least: int) -> str:
    """Return a new password as it is kept, or say why it cannot be one.

    Length is asked for, kinds of characters are not (NIST SP 800-63B, 3.1.1.2).
    """
    password = normal(password)
    if not least <= len(password) <= LONGEST:
        raise OutOfRangeError(
            Text(
                f"Mật khẩu phải có từ {least} đến {LONGEST} ký tự.", f"A password has {least} to {LONGEST} characters."
            )
        )
    folded = password.lower()
    letters = "".join(c for c in folded if c.isalpha())
    if len(set(folded)) < DISTINCT_LEAST or letters in _COMMON or (username and username.lower() in folded):
        raise OutOfRangeError(
            Text(
                "Mật khẩu này dễ đoán: đừng dùng tên đăng nhập, một từ quen thuộc, dãy số hoặc ký tự lặp lại.",
                "This password is easy to guess: no user name, common word, row of digits or repeated characters.",
            )
        )
    return password


def normal(password: str) -> str:
    """Return a password in one form of Unicode, whichever keyboard wrote its accents."""
    return unicodedata.normalize("NFKC", password)


def temporary() -> str:
    """Return a password for a first sign-in: 80 bits, in groups that can be read out."""
    return "-".join(readable(4) for _ in range(4))


def readable(length: int) -> str:
    """Return random characters that are not mistaken for one another."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def hashed(password: str, *, parallel: int) -> str:
    """Return the argon2id hash of a password; never call this inside a transaction."""
    with _turn(parallel):
        return _hasher().hash(normal(password))


def verified(password: str, kept: str | None, *, parallel: int) -> tuple[bool, str | None]:
    """Say whether a password is the one kept, and give a new hash where the kept one is out of date.

    Where nothing is kept (no such person, no password) the answer is no, after the same work.
    """
    with _turn(parallel):
        if kept is None:
            _hasher().verify(normal(password), _nobody())
            return False, None
        return _hasher().verify_and_update(normal(password), kept)


@cache
def _hasher() -> PasswordHash:
    return PasswordHash((Argon2Hasher(),))


@cache
def _nobody() -> str:
    return _hasher().hash(secrets.token_hex(16))


class _Door:
    """Lets few in at a time and keeps a short queue: sign-ins never take every thread of the server."""

    def __init__(self, parallel: int) -> None:
        self.inside = threading.BoundedSemaphore(parallel)
        self.places = threading.BoundedSemaphore(parallel * (1 + WAITING_EACH))


@cache
def _door(parallel: int) -> _Door:
    return _Door(parallel)


@contextmanager
def _turn(parallel: int) -> Iterator[None]:
    door = _door(parallel)
    if not door.places.acquire(blocking=False):
        raise _busy()
    try:
        if not door.inside.acquire(timeout=WAIT_SECONDS):
            raise _busy()
        try:
            yield
        finally:
            door.inside.release()
    finally:
        door.places.release()


def _busy() -> TooManyError:
    text = Text(
        "Đang có nhiều người đăng nhập, hãy thử lại sau ít giây.", "Many are signing in, try again in a moment."
    )
    return TooManyError(text, retry_seconds=5)
