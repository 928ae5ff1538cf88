"""The parts of the current application, for views: the library, the assistant, the settings."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from lms.core.config import WebSettings

if TYPE_CHECKING:
    from assistant.service import Assistant
    from courses.model import Library


def library() -> Library:
    """The one Library of this process."""
    return current_app.extensions["library"]


def assistant() -> Assistant:
    """The one Assistant of this process."""
    return current_app.extensions["assistant"]


def settings() -> WebSettings:
    """The settings this process was started with."""
    return current_app.extensions["settings"]


def secret_key() -> str:
    """The key of this instance, with which cookies are signed and stored marks are made."""
    return str(current_app.config["SECRET_KEY"])


def outside_url(path: str) -> str:
    """The full address of a path, as people reach it: for QR codes and print."""
    # As it was written: what stands in the header of a request may be no name that can be decoded.
    base = settings().public_url.rstrip("/") or f"{request.scheme}://{request.host}"
    return base + path


def only_here() -> bool:
    """Whether `outside_url` leads nowhere but to this machine: a QR code of it opens on no phone."""
    try:
        host = urlsplit(outside_url("/")).hostname or ""
    except ValueError:  # brackets around nothing
        return False
    try:
        return ip_address(host).is_loopback or ip_address(host).is_unspecified
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def address() -> str:
    """Where the visitor comes from, for throttling only: never stored or logged as it is."""
    return network(request.remote_addr or "unknown")


def network(address: str) -> str:
    """The part of an address that one household or school has: the whole of IPv4, a /64 of IPv6."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, IPv6Address):
        return str(found.ipv4_mapped or ip_network((found, 64), strict=False).network_address)
    return str(found)


def device() -> str:
    """A few words on the kind of device, for the list of signed-in devices."""
    agent = request.user_agent.string
    for sign, name in (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
                       ("Mac OS", "Mac"), ("Linux", "Linux")):  # fmt: skip
        if sign in agent:
            return name
    return ""


DEVICE_COOKIE = "hs_may"
"""By what a device is known after everybody on it signed out: `lms.accounts.tries` says what is in it."""


def page_of_form() -> str:
    """The address of the page on which the form that was sent here stands, for opening it again.

    That is the address itself where it has a page, else the nearest one above it: `/lop/3` for what is
    sent to `/lop/3/giao`.
    """
    pattern, path = request.url_rule.rule if request.url_rule else "", request.path
    urls = current_app.create_url_adapter(request)
    while urls is not None and pattern:
        try:
            found, _values = urls.match(path, method="GET", return_rule=True)
        except (HTTPException, RequestRedirect):
            found = None
        # `/quan-tri/nguoi/moi` is no person of that name.
        if found is not None and found.rule == pattern:
            return request.full_path.rstrip("?") if path == request.path else path
        pattern, path = pattern.rpartition("/")[0], path.rpartition("/")[0]
    return "/"


LONGEST_NEXT = 2000
"""Letters of an address on this site that somebody is sent to."""


def safe_next(target: str | None, otherwise: str) -> str:
    """`target` if it is a path on this site, else `otherwise`: nobody is sent to another site."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")) or "\\" in target:
        return otherwise
    if not target.isprintable() or len(target) > LONGEST_NEXT:
        # A line end would be one in the header that leads there.
        return otherwise
    try:
        parts = urlsplit(target)
    except ValueError:
        return otherwise
    return target if not parts.scheme and not parts.netloc else otherwise
