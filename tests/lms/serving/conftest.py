"""A small application, and gateways in front of it."""

from __future__ import annotations

import json
import threading

import pytest
from flask import Flask, request

from lms.serving.gateway import Gateway


@pytest.fixture
def app() -> Flask:
    """A small application with a page, an echo, a stream and a page that waits for `app.gate`."""
    app = Flask(__name__)
    app.gate = threading.Event()

    @app.route("/", methods=["GET", "POST"])
    @app.route("/healthz")
    def page():
        return json.dumps({"got": len(request.get_data()), "from": request.remote_addr})

    @app.get("/wait")
    def wait():
        app.gate.wait(10)
        return "waited"

    @app.get("/stream")
    def stream():
        return app.response_class(iter(["a", "b", "c"]), mimetype="text/event-stream")

    return app


@pytest.fixture
def open_gateway(app):
    """Makes gateways with few threads; lets go whatever waits at the end."""
    made = []

    def make(threads: int = 2) -> Gateway:
        made.append(Gateway(app, threads))
        return made[-1]

    yield make
    app.gate.set()
    for one in made:
        one.__rsgi_del__(None)
