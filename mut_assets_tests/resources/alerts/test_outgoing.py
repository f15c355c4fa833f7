"""An address of the team's own is called with bounds, and is shown to nobody."""

import threading
import traceback
from pathlib import Path

import pytest
import requests

from mut_assets.environments import build_doors, read_settings
from mut_assets.resources.alerts.outgoing import Heartbeat, outgoing_address
from mut_assets.resources.failures import BadSetting, Failure
from mut_assets_tests.fakes.listener import Listener
from mut_assets_tests.fakes.loopback import encoded

SECRET = "0b7c2f4e-secret"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "https://hc-ping.com/0b7c2f4e",
        "https://[2001:db8::1]:8443/0b7c?x=1",
        "http://127.0.0.1:9/0b7c",
        "http://localhost/0b7c",
        "http://[::1]/0b7c",
        " https://hc-ping.com/0b7c\n",
    ],
)
def test_an_address_is_https_but_for_this_machine(text: str) -> None:
    assert outgoing_address("HEARTBEAT_URL", text) == text.strip()


@pytest.mark.parametrize(
    "text",
    [
        f"http://hc-ping.com/{SECRET}",
        f"http://127.0.0.1.nip.io/{SECRET}",
        f"http://localhost.example/{SECRET}",
        f"http://127.0.0.1@hc-ping.com/{SECRET}",
        f"http://127.0.0.1\\@hc-ping.com/{SECRET}",
        f"https://user:{SECRET}@hc-ping.com/",
        f"https://hc-ping.com/#{SECRET}",
        f"https://hc-ping.com/{SECRET} and more",
        f"https://hc-ping.com:99999/{SECRET}",
        f"https://hc-ping.com:puerto/{SECRET}",
        f"https:///{SECRET}",
        f"https://[::1/{SECRET}",
        f"ftp://hc-ping.com/{SECRET}",
        f"file:///{SECRET}",
        f"hc-ping.com/{SECRET}",
        SECRET,
    ],
)
def test_another_one_is_refused_when_the_settings_are_read_and_not_shown(text: str) -> None:
    with pytest.raises(BadSetting) as refused:
        read_settings({"HEARTBEAT_URL": text})
    assert "HEARTBEAT_URL" in str(refused.value) and SECRET not in "".join(traceback.format_exception(refused.value))


def test_it_is_one_get_and_no_proxy_sees_what_stays_on_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with Listener() as listener:
        Heartbeat(f"{listener.endpoint}/{SECRET}?rid=1").beat()
    assert listener.asked == [f"GET /{SECRET}?rid=1"]


def test_no_password_of_this_machine_goes_with_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".netrc").write_text("default login redactor password secreto\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    sent: list[requests.PreparedRequest] = []

    def unreachable(self: requests.Session, request: requests.PreparedRequest, **_: object) -> requests.Response:
        sent.append(request)
        raise requests.ConnectionError(request.url)

    monkeypatch.setattr(requests.Session, "send", unreachable)
    with pytest.raises(Failure, match="MUT-OUT-101"):
        Heartbeat(f"https://hc-ping.com/{SECRET}").beat()
    [request] = sent
    assert "Authorization" not in request.headers


ANSWERS = [
    (encoded(302, {"Location": "/elsewhere"}, b""), "MUT-OUT-001.*answered 302.*redirects are not followed"),
    (encoded(404, {}, b"no such check"), "MUT-OUT-001.*answered 404"),
    (encoded(429, {}, b""), "MUT-OUT-101.*answered 429"),
    (encoded(503, {}, b""), "MUT-OUT-101.*answered 503"),
    (b"\x16\x03\x01 this is no HTTP\r\n\r\n", "MUT-OUT-101.*ConnectionError"),
    (None, "MUT-OUT-101.*no whole answer within 1 s"),
]


@pytest.mark.parametrize(("answer", "said"), ANSWERS, ids=["302", "404", "429", "503", "no HTTP", "never"])
def test_what_is_not_taken_is_said_without_the_address(answer: bytes | None, said: str) -> None:
    with Listener() as listener:
        listener.answer = answer
        with pytest.raises(Failure, match=said) as failed:
            Heartbeat(f"{listener.endpoint}/{SECRET}", seconds=1).beat()
        listener.over.set()
    assert len(listener.asked) == 1, "no redirect is followed, and nothing is sent twice"
    assert SECRET not in "".join(traceback.format_exception(failed.value))


def test_the_deadline_counts_an_answer_that_trickles_in() -> None:
    """Each byte comes in time for the library's own timeout; together they never end."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:

        def trickle() -> None:
            connection, _ = server.accept()
            with connection:
                for _ in range(100):
                    try:
                        connection.sendall(b"H")
                    except OSError:
                        return
                    if over.wait(0.3):
                        return

        over = threading.Event()
        thread = threading.Thread(target=trickle)
        thread.start()
        with pytest.raises(Failure, match="MUT-OUT-101.*no whole answer within 1 s"):
            Heartbeat(f"http://127.0.0.1:{server.getsockname()[1]}/{SECRET}", seconds=1).beat()
        assert thread.is_alive(), "it was not the other side that ended"
        over.set()
        thread.join()


def test_a_server_that_is_not_there_is_named_by_scheme_and_host_alone() -> None:
    with pytest.raises(Failure, match=r"did not reach http://127\.0\.0\.1:9: ") as failed:
        Heartbeat(f"http://127.0.0.1:9/{SECRET}").beat()
    assert SECRET not in "".join(traceback.format_exception(failed.value))


def test_neither_the_settings_nor_the_door_show_it() -> None:
    settings = read_settings({"HEARTBEAT_URL": f"https://hc-ping.com/{SECRET}"})
    assert settings.heartbeat_url.endswith(SECRET)
    assert SECRET not in repr(settings) and SECRET not in repr(build_doors(settings))
