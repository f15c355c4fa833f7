"""The end of a request, whatever it waits for: a clock, and connections that can be ended from another thread.

What belongs here: ending. What does not: how long that is (`wordpress/http.py`). A timeout of a socket is one of each
read: a site that sends a byte a second, in its body, its headers or while a connection is made safe, meets it for ever.
So another thread shuts the connection when the time is over, and whoever reads there finds its end.
"""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool

_of_thread = threading.local()
"""`deadline`: that of the request which this thread makes."""


class Deadline:
    """So many seconds from now on, after which the request that it was given to is ended."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._ends = time.monotonic() + seconds
        self._lock = threading.Lock()
        self._handle: socket.socket | None = None
        self._cut = False

    @property
    def left(self) -> float:
        """Seconds that are left, 0 when it is over."""
        return 0.0 if self._cut else max(0.0, self._ends - time.monotonic())

    @property
    def is_over(self) -> bool:
        """Whether nothing more may be waited for."""
        return not self.left

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Ends the requests that this thread makes in the block as soon as the time is over."""
        timer = threading.Timer(self.left, self.end)
        timer.daemon = True
        _of_thread.deadline = self
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            _of_thread.deadline = None
            with self._lock:
                self._let_go()

    def end(self) -> None:
        """The time is over now."""
        with self._lock:
            self._cut = True
            _shut(self._handle)

    def uses(self, handle: socket.socket) -> None:
        """The request goes over this connection now. A handle of its own is kept: the answer may outlive the other."""
        with self._lock:
            self._let_go()
            self._handle = handle.dup()
            if self._cut:
                _shut(self._handle)

    def _let_go(self) -> None:
        if self._handle is not None:
            self._handle.close()
            self._handle = None


def _shut(handle: socket.socket | None) -> None:
    if handle is not None:
        try:
            handle.shutdown(socket.SHUT_RDWR)
        except OSError:  # it was closed meanwhile
            return


class _Connection(HTTPConnection):
    """A connection that tells the deadline of its request by which handle it can be shut."""

    _handle: socket.socket | None = None

    def _new_conn(self) -> socket.socket:
        made = super()._new_conn()
        self._handle = made.dup()  # TLS takes the socket itself for its own
        self._tell()
        return made

    def request(self, *args: Any, **kwargs: Any) -> None:
        self._tell()
        super().request(*args, **kwargs)

    def close(self) -> None:
        super().close()
        if self._handle is not None:
            self._handle.close()
            self._handle = None

    def _tell(self) -> None:
        deadline: Deadline | None = getattr(_of_thread, "deadline", None)
        if deadline is not None and self._handle is not None:
            deadline.uses(self._handle)


class _SafeConnection(_Connection, HTTPSConnection):
    pass


class EndableAdapter(HTTPAdapter):
    """Makes connections that a `Deadline` can end."""

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> HTTPConnectionPool:
        """The pool for a request, through a proxy or not."""
        pool = super().get_connection_with_tls_context(*args, **kwargs)
        assert isinstance(pool, HTTPConnectionPool)
        pool.ConnectionCls = _SafeConnection if pool.scheme == "https" else _Connection
        return pool
