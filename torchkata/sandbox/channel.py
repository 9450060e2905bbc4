"""Talking with the waiting process and one locked process; neither is trusted to answer."""

from __future__ import annotations

import math
import os
import selectors
import socket
import time
from collections.abc import Callable

import msgspec

from torchkata.course.reading import from_json
from torchkata.judging.codec import MAX_BYTES
from torchkata.sandbox.protocol import READY, Status

# Seconds between two looks at what is going on.
_LOOK = 0.1


class Failure(Exception):
    """The sandbox died or never answered, for our reasons and not a submission's."""


class Conversation:
    """One loop for both pipes and the waiting process, so that no side can block another."""

    def __init__(
        self,
        control: socket.socket,
        request: int,
        result: int,
        data: bytes,
        look: Callable[[], str] | None = None,
    ) -> None:
        self._control, self._request, self._result = control, request, result
        self._look, self._stopped = look, ""
        self._next_look = time.monotonic() + _LOOK if look else math.inf
        self._unsent = memoryview(data)
        self._received = bytearray()
        self._selector = selectors.DefaultSelector()
        for pipe, event in ((request, selectors.EVENT_WRITE), (result, selectors.EVENT_READ)):
            os.set_blocking(pipe, False)
            self._selector.register(pipe, event)
        self._selector.register(control, selectors.EVENT_READ)

    def until(self, deadline: float) -> tuple[bytes, Status]:
        """Talk until the locked process has ended, whatever it did to its pipes.

        Raises:
            Failure: the waiting process died, or the deadline passed.
        """
        try:
            while True:
                ready = self._selector.select(self._until_next_look(deadline))
                if not ready and time.monotonic() >= deadline:
                    raise Failure("the waiting process does not answer")
                for key, _ in ready:
                    if key.fileobj is self._control:
                        return self._ended()
                    self._write() if key.fd == self._request else self._read()
        finally:
            self._selector.close()
            os.close(self._request)
            os.close(self._result)

    def _until_next_look(self, deadline: float) -> float:
        """Seconds until something is to be done; look now, if that is now."""
        now = time.monotonic()
        if self._look is not None and now >= self._next_look:
            self._stopped = self._stopped or self._look()
            self._next_look = now + _LOOK
        return max(0.0, min(deadline, self._next_look) - now)

    def _ended(self) -> tuple[bytes, Status]:
        try:
            message = self._control.recv(4096)
        except ConnectionError:
            message = b""
        if not message:
            raise Failure("the waiting process died")
        while self._read():
            pass
        try:
            status = from_json(message, Status)
            status.stopped = status.stopped or self._stopped
            return bytes(self._received), status
        except msgspec.DecodeError:
            raise Failure("the waiting process talks nonsense") from None

    def _write(self) -> None:
        try:
            self._unsent = self._unsent[os.write(self._request, self._unsent) :]
        except BrokenPipeError:
            self._unsent = self._unsent[:0]
        if not self._unsent:
            self._selector.unregister(self._request)

    def _read(self) -> bool:
        """Take a piece of the result; beyond what a frame may hold it is thrown away."""
        try:
            piece = os.read(self._result, 65536)
        except BlockingIOError:
            return False
        if not piece and self._result in self._selector.get_map():
            self._selector.unregister(self._result)
        if len(self._received) <= MAX_BYTES + len(READY):
            self._received += piece
        return bool(piece)
