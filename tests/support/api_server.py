"""GitHub's API on this machine, as far as a comment and labels need it: it remembers them.

(docs.github.com, "REST API endpoints": pull requests, issue comments, labels.)
"""

from __future__ import annotations

import contextlib
import http.server
import json
import re
import ssl
import threading
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

BOT = "github-actions[bot]"
TOKEN = "a-token"


@dataclass
class Api:
    """A repository `me/kettle` with pull requests.

    Args:
        pulls: by number, the state and the head.
        comments: of all pull requests; each has `number`, `id`, `login` and `body`.
        sources: by number, the repository that a pull request is from; None if it is gone.
        labels: by number.
        requests: method and path of each request.
    """

    port: int = 0
    pulls: dict[int, tuple[str, str]] = field(default_factory=dict)
    sources: dict[int, dict[str, Any]] = field(default_factory=dict)
    comments: list[dict[str, Any]] = field(default_factory=list)
    labels: dict[int, list[str]] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)

    @property
    def changes(self) -> list[str]:
        """The requests that change something."""
        return [request for request in self.requests if not request.startswith("GET ")]

    def answer(self, method: str, path: str, body: Any) -> tuple[int, Any]:
        """The status and the JSON for a request."""
        url = urllib.parse.urlsplit(path)
        rest = urllib.parse.unquote(url.path.removeprefix("/repos/me/kettle"))
        query = urllib.parse.parse_qs(url.query)
        if match := re.fullmatch(r"/pulls/(\d+)", rest):
            if int(match[1]) not in self.pulls:
                return 404, {}
            state, head = self.pulls[int(match[1])]
            return 200, {
                "state": state,
                "head": {"sha": head, "repo": self.sources.get(int(match[1]))},
            }
        if match := re.fullmatch(r"/issues/comments/(\d+)", rest):
            (comment,) = (one for one in self.comments if one["id"] == int(match[1]))
            comment["body"] = body["body"]
            return 200, {}
        if match := re.fullmatch(r"/issues/(\d+)/comments", rest):
            return self._comments(method, int(match[1]), query, body)
        if match := re.fullmatch(r"/issues/(\d+)/labels(?:/(.+))?", rest):
            return self._labels(method, int(match[1]), match[2], body)
        return 404, {}

    def add(self, number: int, login: str, body: str) -> None:
        """Add a comment."""
        identity = len(self.comments) + 1
        self.comments.append({"number": number, "id": identity, "login": login, "body": body})

    def _comments(
        self, method: str, number: int, query: dict[str, list[str]], body: Any
    ) -> tuple[int, Any]:
        if method == "POST":
            self.add(number, BOT, body["body"])
            return 201, {}
        size, page = int(query["per_page"][0]), int(query["page"][0])
        shown = [
            {"id": one["id"], "user": {"login": one["login"]}, "body": one["body"]}
            for one in self.comments
            if one["number"] == number
        ]
        return 200, shown[size * (page - 1) : size * page]

    def _labels(self, method: str, number: int, name: str, body: Any) -> tuple[int, Any]:
        names = self.labels.setdefault(number, [])
        if method == "POST":
            names += body["labels"]
        elif method == "DELETE":
            names.remove(name)
        return 200, [{"name": one} for one in names]


@contextlib.contextmanager
def serving(context: ssl.SSLContext) -> Iterator[Api]:
    """Run the API on a free port of this machine."""
    api = Api()

    class Handler(http.server.BaseHTTPRequestHandler):
        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length) or b"null")
            api.requests.append(f"{self.command} {self.path}")
            status: int = 401
            value: Any = {}
            if self.headers.get("Authorization") == f"Bearer {TOKEN}":
                status, value = api.answer(self.command, self.path, body)
            data = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PATCH = do_DELETE = _answer  # noqa: N815 - the names of the class

        def log_message(self, *_: Any) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        api.port = server.server_address[1]
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield api
        finally:
            server.shutdown()
            thread.join()
