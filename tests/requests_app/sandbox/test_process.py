"""The sandbox as a process: it starts, stops, and goes on where it was."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import requests

from requests_app.sandbox.__main__ import options

from .driver import Sandbox, free_port

CHECKOUT = Path(__file__).parents[3]


@contextmanager
def running(data: Path, *options: str, port: int = 0) -> Iterator[tuple[Sandbox, subprocess.Popen[str]]]:
    port = port or free_port()
    command = [sys.executable, "-m", "requests_app.sandbox", "--port", str(port), "--data", str(data), *options]
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("SANDBOX_", "DJANGO_"))}
    process = subprocess.Popen(
        command, cwd=CHECKOUT, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    sandbox = Sandbox(f"http://127.0.0.1:{port}")
    try:
        end = time.monotonic() + 10
        while process.poll() is None and time.monotonic() < end:
            try:
                if requests.get(f"{sandbox.base}/healthz", timeout=1).text == "ok":
                    break
            except requests.ConnectionError:
                time.sleep(0.05)
        yield sandbox, process
    finally:
        process.kill()
        process.communicate()


def stop(process: subprocess.Popen[str], *, by: signal.Signals = signal.SIGTERM) -> tuple[int, float]:
    began = time.monotonic()
    process.send_signal(by)
    return process.wait(timeout=5), time.monotonic() - began


def test_second_run_goes_on_with_the_same_timeline(tmp_path: Path) -> None:
    with running(tmp_path, "--no-residents") as (sandbox, process):
        asked = sandbox.post("@alameda farola rota")["id"]
        sandbox.client().create_tweet(text="Vamos. N.º 1", in_reply_to_tweet_id=asked, user_auth=False)
        gone = sandbox.post("@alameda borrado")["id"]
        sandbox.control("DELETE", f"posts/{gone}")
        sandbox.control("POST", f"posts/{asked}/edit", json={"text": "@alameda farola rota ya"})
        data = {"grant_type": "refresh_token", "refresh_token": "sandbox-refresh-manto_alameda"}
        pair = requests.post(
            f"{sandbox.base}/2/oauth2/token", data=data, auth=("plaza", "plaza-secret"), timeout=5
        ).json()
        hidden = sandbox.post("@alameda en privado", author="paco_g")["id"]
        sandbox.control("POST", "users/paco_g/protect")
        sandbox.client().get_users_mentions(101)
        before, billed = sandbox.control("GET", "posts"), sandbox.control("GET", "bill")
        code, seconds = stop(process)
    assert (code, seconds < 1) == (0, True)
    with (tmp_path / "journal.jsonl").open("a") as journal:
        journal.write('{"t":"post","id":12345,"wor')

    with running(tmp_path, "--no-residents") as (sandbox, process):
        assert (sandbox.control("GET", "posts"), sandbox.control("GET", "bill")) == (before, billed)
        assert sandbox.client().get_tweets([hidden]).errors[0]["title"] == "Authorization Error"
        assert sandbox.client(token=pair["access_token"]).get_me(user_auth=False).data.id == 105
        later = sandbox.post("@alameda otra")["id"]
        assert int(later) > int(before["posts"][-1]["id"])
        code, _ = stop(process, by=signal.SIGINT)
    assert code == 0


def test_residents_and_a_file_speak_by_themselves_and_a_hanging_call_does_not_hold_the_stop(tmp_path: Path) -> None:
    rows = tmp_path / "rows.tsv"
    rows.write_text("text\tkind\n" + "".join(f"fila {n}\tother\n" for n in range(30)), encoding="utf-8")
    options = ("--pace", "0.1s", "--replay", str(rows), "--replay-pace", "0", "--rate-limits", "off", "--window", "0")
    with running(tmp_path / "data", *options) as (sandbox, process):
        end = time.monotonic() + 3
        while sandbox.control("GET", "state")["posts"] < 32:
            assert time.monotonic() < end
            time.sleep(0.05)
        assert sandbox.call("GET", "/2/users/101/mentions").headers["x-rate-limit-remaining"] == "300"
        sandbox.fail("mentions", "hang")
        with suppress(requests.Timeout):
            headers = {"Authorization": "Bearer sandbox-alameda"}
            requests.get(f"{sandbox.base}/2/users/101/mentions", headers=headers, timeout=0.2)
        code, seconds = stop(process)
    assert (code, seconds < 1) == (0, True)


def test_taken_port_ends_with_a_sentence(tmp_path: Path, sandbox: Sandbox) -> None:
    port = sandbox.base.rpartition(":")[2]

    taken = subprocess.run(
        [sys.executable, "-m", "requests_app.sandbox", "--port", port, "--data", str(tmp_path)],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        timeout=10,
        check=False,
    )

    assert (taken.returncode, "Traceback" in taken.stderr, port in taken.stderr) == (1, False, True)


@pytest.mark.parametrize("arguments", [[], ["--data", "d", "--pace", "quickly"], ["--data", "d", "--window", "wide"]])
def test_senseless_options_are_refused(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SANDBOX_DATA", raising=False)

    with pytest.raises(SystemExit) as ended:
        options(arguments)

    assert ended.value.code == 2


def test_options_are_environment_variables_too(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "DATA": "d",
        "PORT": "1234",
        "RATE_LIMITS": "off",
        "WINDOW": "0",
        "NO_RESIDENTS": "1",
        "REPLAY": "f.tsv",
    }.items():
        monkeypatch.setenv(f"SANDBOX_{name}", value)

    chosen = options([])

    assert (chosen.data, chosen.port, chosen.rate_limits, chosen.window) == (Path("d"), 1234, "off", 0)
    assert (chosen.no_residents, chosen.replay, chosen.replay_pace) == (True, Path("f.tsv"), 5.0)
