"""Who calls a WordPress site: the connections' common ground.

What belongs here: what every request carries, and which connections it uses. What does not: asking (`http.py`).
"""

import ipaddress
from http.cookiejar import DefaultCookiePolicy
from importlib import metadata
from typing import Any
from urllib.parse import urlsplit

import requests

from mut_assets.resources.wordpress.deadline import EndableAdapter


class Session(requests.Session):
    """Says who calls, and keeps no cookie.

    Leaves redirects entirely to `SiteSession`: requests reads their whole body even when told not to follow. A proxy of
    the machine is never asked for the machine itself: with HTTP_PROXY set and NO_PROXY not, the bundled site on
    127.0.0.1 was out of reach.
    """

    def __init__(self, auth: tuple[str, str] | None, concurrency: int) -> None:
        super().__init__()
        self.auth = auth
        self.headers.update({"Accept": "application/json", "User-Agent": user_agent()})
        # Threads share the session; without cookies they share nothing that changes.
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        # The adapter itself repeats nothing: a body that breaks after the headers must count as an attempt too.
        adapter = EndableAdapter(pool_maxsize=concurrency, max_retries=0)
        self.mount("http://", adapter)
        self.mount("https://", adapter)

    def get_redirect_target(self, resp: requests.Response) -> None:
        """None: to requests, no answer is a redirect."""
        return None

    def merge_environment_settings(self, url: Any, proxies: Any, stream: Any, verify: Any, cert: Any) -> Any:
        """What requests takes from the environment, without its proxies for an address of this machine."""
        settings = super().merge_environment_settings(url, proxies, stream, verify, cert)
        return {**settings, "proxies": {}} if _is_this_machine(urlsplit(url).hostname or "") else settings


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def user_agent() -> str:
    """Says who calls, so that the site's people can find and allow the platform."""
    try:
        version = metadata.version("mut-assets")
    except metadata.PackageNotFoundError:
        version = "dev"
    return f"mut-assets/{version} (+https://mut.cl; knowledge of the virtual assistant)"
