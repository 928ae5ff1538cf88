"""The application: every part is made here, once, and handed to the rooms that use it."""

from __future__ import annotations

import logging
from datetime import timedelta
from pathlib import Path

from flask import Flask
from flask_compress import Compress
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from werkzeug.middleware.proxy_fix import ProxyFix

from assistant.service import Assistant
from courses.reading import reader
from lms import accounts, asking, backup, catalog, classes, desk, knowledge, learning, mine, people, units
from lms.asking import retention
from lms.core import formlimits, language, log, once, permissions
from lms.core.config import WebSettings, secret_key
from lms.core.database import Database, StorageError, make_engine
from lms.core.pages import addresses, assets, errors, health, pagecache, security, sessions, styleguide
from lms.core.storage import clashes, connections

UPLOAD_LIMIT = 2 * 1024 * 1024
FORM_LIMIT = 256 * 1024
"""Bytes of what was typed: 500 names with their accents as a browser writes them (ễ is nine letters)."""
SESSION_DAYS = 180

csrf = CSRFProtect()


def create_app(settings: WebSettings | None = None, assistant: Assistant | None = None) -> Flask:
    """Make the WSGI application. Raises SettingError or StorageError before anything is served.

    The database must be up to date (`python wsgi.py prepare` does that): workers never migrate.
    """
    log.set_up_unless_done()
    settings = settings or WebSettings.load()
    app = Flask("lms", root_path=str(Path(__file__).resolve().parent))
    _configure(app, settings)
    app.extensions["settings"] = settings
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    # What is registered first runs last on the way out: pages are kept after they got their headers,
    # and before they are compressed.
    Compress(app)
    app.after_request(assets.in_one_piece)
    sessions.init_app(app)
    formlimits.init_app(app)
    library = reader.load(settings.shared.courses or None)
    for problem in library.errors:
        app.logger.warning("course left out: %s:%s %s", problem.file, problem.line, problem.message)
    app.extensions["library"] = library
    pagecache.init_app(app)
    engine, places = open_database(settings)
    database = Database(engine, places)
    database.init_app(app)
    if "page_cache" in app.extensions:
        app.extensions["page_cache"].is_away = lambda: database.availability.is_away
    app.extensions["assistant"] = assistant or Assistant.open(settings.shared, library, engine=engine)

    addresses.init_app(app)
    language.init_app(app)
    assets.init_app(app)
    security.init_app(app, settings.secure_cookies)
    errors.init_app(app)
    once.init_app(app)
    csrf.init_app(app)
    for room in (backup, units, accounts, people, learning, asking, catalog, classes, desk, knowledge, mine):
        room.init_app(app)
    health.init_app(app)
    styleguide.init_app(app)
    permissions.init_app(app)
    clashes.init_app(app)
    if settings.behind_proxy:
        _believe_the_proxy(app)
    return app


def _configure(app: Flask, settings: WebSettings) -> None:
    app.config.update(
        SECRET_KEY=secret_key(settings.instance),
        DEBUG=settings.debug,
        MAX_CONTENT_LENGTH=UPLOAD_LIMIT,
        MAX_FORM_MEMORY_SIZE=FORM_LIMIT,
        MAX_FORM_PARTS=formlimits.MOST_FIELDS,
        PERMANENT_SESSION_LIFETIME=timedelta(days=SESSION_DAYS),
        SESSION_COOKIE_NAME="hs_phien",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        SESSION_REFRESH_EACH_REQUEST=False,
        SEND_FILE_MAX_AGE_DEFAULT=365 * 24 * 3600,
        TEMPLATES_AUTO_RELOAD=settings.debug,
        # Bound to the session; a clock set wrong for a while must not close every open form.
        WTF_CSRF_TIME_LIMIT=None,
        # A page opened over plain http in a village house has no referrer to compare.
        WTF_CSRF_SSL_STRICT=False,
        COMPRESS_MIMETYPES=["text/html", "text/css", "application/javascript", "text/javascript",
                            "application/json", "image/svg+xml", "application/manifest+json"],
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_BR_LEVEL=5,
        COMPRESS_MIN_SIZE=400,
    )  # fmt: skip


def _believe_the_proxy(app: Flask) -> None:
    """Take address, scheme and host from what one proxy in front says, for kept pages too."""
    proxied = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)
    app.wsgi_app = proxied  # type: ignore[method-assign]  # as Flask wants it wrapped
    if "kept_pages" in app.extensions:
        kept = app.extensions["kept_pages"]
        app.extensions["kept_pages"] = ProxyFix(kept, x_for=1, x_proto=1, x_host=1)


def create_served_app() -> Flask:
    """The application as a server's worker has it: its assistant follows changes beside the questions.

    What is due to be forgotten goes beside them too, in whichever worker takes the turn.
    """
    app = create_app()
    app.extensions["assistant"].follow_in_background()
    retention.keep_forgetting(app)
    return app


def open_database(settings: WebSettings) -> tuple[Engine, int]:
    """The engine of a worker, and how many requests may use it at once. Raises SettingError.

    Its pool is as large as the threads need, or as PostgreSQL allows.
    """
    url, synchronous = settings.shared.database_url, settings.shared.synchronous
    plain = make_engine(url, synchronous=synchronous)
    try:
        allowed = connections.allowed(plain)
    except OperationalError as error:
        raise StorageError(
            "database_url: không mở được cơ sở dữ liệu. Bạn xem nó có đang chạy không."  # i18n: ignore
        ) from error
    finally:
        plain.dispose()
    advice = connections.advice(settings, allowed)
    if advice:
        logging.getLogger("lms").warning(advice)
    size = connections.of_worker(settings, allowed)
    return make_engine(url, size, synchronous, serving=True), connections.places(size)
