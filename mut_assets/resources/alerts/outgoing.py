"""The one door through which an address of the team's own is called: HEARTBEAT_URL.

What belongs here: what such an address may be, and the call. What does not: when it is called (`announcements/`), or
SNS, which has its SDK (`sns.py`).

Whoever knows the address can call it, so it is a secret: only scheme and host are shown. The HTTP library's errors
quote it, which is why none of them is chained to what is raised here.
"""

import ipaddress
import multiprocessing
import re
from dataclasses import dataclass, field
from multiprocessing.pool import ThreadPool
from typing import Any
from urllib.parse import urlsplit

from mut_assets.resources.failures import BadSetting, Failure, PermanentFailure, TransientFailure


def outgoing_address(variable: str, text: str) -> str:
    """Returns the address in a setting, "" for none. Raises `BadSetting`, which does not show it.

    It has to be https, but for this machine, and without user and password.
    """
    text = text.strip()
    if text and not _usable(text):
        raise BadSetting(variable, "(not shown)", "an https:// address, without user, password and fragment")
    return text


def _usable(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return (
            re.fullmatch(r"https?://[!-~]+", text) is not None
            and not re.search(r"[@\\#]", text)
            and bool(parts.hostname)
            and parts.port != 0
            and (parts.scheme == "https" or _on_this_machine(text))
        )
    except ValueError:
        return False


def _on_this_machine(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True)
class Heartbeat:
    """Calls `url` so that silence is noticed from outside; "" for nobody who listens.

    `seconds` is for the whole call: name, connection and answer.
    """

    url: str = field(default="", repr=False)
    seconds: float = 10.0

    def beat(self) -> None:
        """Sends one GET and follows no redirect. Raises MUT-OUT-001 when it is refused, 101 when that may pass."""
        try:
            with ThreadPool(1) as alone:  # no timeout of the library counts an answer that trickles in
                status = alone.apply_async(self._status).get(self.seconds)
        except multiprocessing.TimeoutError:
            raise self._unreached(f"no whole answer within {self.seconds:.0f} s") from None
        if status == 429 or status >= 500:
            raise self._unreached(f"it answered {status}")
        if not 200 <= status < 300:
            raise PermanentFailure(
                "MUT-OUT-001",
                f"The heartbeat was not taken: {self._where} answered {status}.",
                "Set HEARTBEAT_URL to the address that the service shows; redirects are not followed.",
            )

    def _status(self) -> int:
        import requests

        with requests.Session() as session:
            session.trust_env = not _on_this_machine(self.url)  # a proxy would see what goes over plain http
            session.auth = _unchanged  # or ~/.netrc would be asked
            try:
                with session.get(self.url, timeout=self.seconds, allow_redirects=False, stream=True) as answer:
                    return answer.status_code  # the body is never read
            except (requests.RequestException, ValueError) as error:
                met = type(error).__name__
        raise self._unreached(met)

    @property
    def _where(self) -> str:
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"

    def _unreached(self, why: str) -> Failure:
        return TransientFailure(
            "MUT-OUT-101",
            f"The heartbeat did not reach {self._where}: {why}.",
            "It is called again in a minute; if it persists, check the network, the proxy and HEARTBEAT_URL.",
        )


def _unchanged(request: Any) -> Any:
    return request
