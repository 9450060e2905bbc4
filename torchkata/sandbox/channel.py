"""Talking with the waiting process and one locked process; neither is trusted to answer."""

from __future__ import annotations

import os
import selectors
import socket
import time

import msgspec

from torchkata.course.reading import from_json
from torchkata.judging.codec import MAX_BYTES
from torchkata.sandbox.protocol import READY, Status


class Failure(Exception):
    """The sandbox died or never answered, for our reasons and not a submission's."""


class Conversation:
    """One loop for both pipes and the waiting process, so that no side can block another."""

    def __init__(self, control: socket.socket, request: int, result: int, data: bytes) -> None:
        self._control, self._request, self._result = control, request, result
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
                ready = self._selector.select(max(0.0, deadline - time.monotonic()))
                if not ready:
                    raise Failure("the waiting process does not answer")
                for key, _ in ready:
                    if key.fileobj is self._control:
                        return self._ended()
                    self._write() if key.fd == self._request else self._read()
        finally:
            self._selector.close()
            os.close(self._request)
            os.close(self._result)

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
            return bytes(self._received), from_json(message, Status)
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
