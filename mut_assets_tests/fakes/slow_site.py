"""A server that takes a request and goes on answering for ever: a byte now and then, in one part of its answer.

    with SlowSite("body") as site:
        WordPress(site.base_url, request_seconds=0.5).collection("stores")

What belongs here: slowness alone. What a WordPress site answers is `wordpress_site.py`.
"""

import socketserver
import threading
from contextlib import suppress
from types import TracebackType
from typing import Self

PARTS = {
    "silence": b"",
    "headers": b"HTTP/1.1 200 OK\r\nX-Slow: ",
    "body": b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-WP-Total: 1\r\nX-WP-TotalPages: 1\r\n\r\n[",
    "body of a length": b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\nX-WP-Total: 1\r\nX-WP-TotalPages: 1\r\n\r\n[",
    "an error": b"HTTP/1.1 503 Busy\r\nContent-Type: text/html\r\n\r\n<",
    "chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-WP-Total: 1\r\nX-WP-TotalPages: 1\r\n\r\n99999\r\n",
}
"""Where it is slow -> what it answers at once."""
_BETWEEN = 0.02
"""Seconds between two bytes: any timeout of a single read is far longer."""


class SlowSite:
    """Answers every request so, at `base_url`, until the `with` block is left; `asked` counts the connections."""

    def __init__(self, part: str, scheme: str = "http") -> None:
        self.asked = 0
        self._scheme = scheme
        self._over = threading.Event()
        slow = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                slow.asked += 1
                with suppress(OSError):
                    self.request.recv(65536)
                    self.request.sendall(PARTS[part])
                    while not slow._over.wait(_BETWEEN):
                        if part != "silence":
                            self.request.sendall(b" ")
                        elif not self._is_there():
                            break

            def _is_there(self) -> bool:
                self.request.settimeout(0.001)
                try:
                    return bool(self.request.recv(65536))
                except TimeoutError:
                    return True

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            allow_reuse_address = True

        self._server = Server(("127.0.0.1", 0), Handler)

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def base_url(self) -> str:
        """Where its REST API would be."""
        return f"{self._scheme}://127.0.0.1:{self._server.server_address[1]}/wp-json/wp/v2"
