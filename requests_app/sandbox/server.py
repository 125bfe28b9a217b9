"""The HTTP server: werkzeug's, threaded, with connections kept alive."""

from __future__ import annotations

import socket
import threading
from typing import Any

from flask import Flask
from werkzeug.serving import BaseWSGIServer, ThreadedWSGIServer, WSGIRequestHandler


class KeepAliveHandler(WSGIRequestHandler):
    """HTTP/1.1 for real: clients walk thousands of pages over one connection.

    werkzeug closes after each answer because a body left unread would be taken for the next
    request; the app reads every body whole, so here the connection may stay open.
    """

    protocol_version = "HTTP/1.1"
    # Headers and body leave in two writes; Nagle's algorithm would hold the second one for 40 ms.
    disable_nagle_algorithm = True
    timeout = 75

    def send_header(self, keyword: str, value: str) -> None:
        if (keyword, value) == ("Connection", "close") and not self.close_connection:
            return
        super().send_header(keyword, value)

    def make_environ(self) -> dict[str, Any]:
        environ = super().make_environ()
        environ["plaza.hangup"] = self._hang_up
        return environ

    def _hang_up(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing: the demo polls every second."""

    def connection_dropped(self, error: BaseException, environ: dict[str, Any] | None = None) -> None:
        self.close_connection = True


class Server(ThreadedWSGIServer):
    daemon_threads = True
    # Open connections must not hold back the stop.
    block_on_close = False
    request_queue_size = 256


class Running:
    """A server in a thread of its own; `stop()` returns within a second."""

    def __init__(self, app: Flask, *, host: str, port: int) -> None:
        self.http: BaseWSGIServer = Server(host, port, app, handler=KeepAliveHandler)
        self.port = self.http.port
        self._thread = threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.2}, name="http", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self.http.shutdown()
        self.http.server_close()
