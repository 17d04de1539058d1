"""Several web processes and a worker: what they share, who is believed, who is started again."""

import os
import re
import stat
import sys
import threading
import time
from pathlib import Path

import pytest

import cli
from practice import processes, serve

DEPLOY = processes.ROOT / "deploy"
URL = {"BETWEEN_URL": "https://practice.example/"}


def test_all_processes_sign_with_one_secret_that_only_their_user_can_read(tmp_path: Path) -> None:
    first = serve.secret(tmp_path)
    assert len(first) == 64 and serve.secret(tmp_path) == first
    assert stat.S_IMODE((tmp_path / serve.SECRET_FILE).stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("address", "named", "believed"),
    [
        ("127.0.0.1", None, "127.0.0.1,::1"),  # the proxy beside them
        ("0.0.0.0", None, ""),  # anybody can speak to them: nobody is believed
        ("0.0.0.0", "10.1.2.3", "10.1.2.3"),
        ("0.0.0.0", "*", ""),  # everybody is nobody
    ],
)
def test_only_a_proxy_that_is_beside_them_or_named_is_believed(
    tmp_path: Path, address: str, named: str | None, believed: str
) -> None:
    asked = URL | ({} if named is None else {serve.TRUSTED: named})
    assert serve.shared(asked, tmp_path, address)["FORWARDED_ALLOW_IPS"] == believed


def test_people_sign_in_and_streamlit_is_told_its_name(tmp_path: Path) -> None:
    made = serve.shared(URL, tmp_path, "127.0.0.1")
    assert made["BETWEEN_ACCOUNTS"] == "1" and made["BETWEEN_DATA"] == str(tmp_path)
    assert made["STREAMLIT_BROWSER_SERVER_ADDRESS"] == "practice.example"
    assert "STREAMLIT_SERVER_BASE_URL_PATH" not in made
    below = {"BETWEEN_URL": "https://clinic.example/practice"}
    made = serve.shared(below, tmp_path, "127.0.0.1")
    assert made["STREAMLIT_SERVER_BASE_URL_PATH"] == "practice"


def test_there_is_one_worker_and_a_port_for_each_web_process(tmp_path: Path) -> None:
    environment = serve.shared(URL, tmp_path, "127.0.0.1")
    worker, *web = serve.parts(environment, "127.0.0.1", 8501, 3)
    assert worker.command[-1] == processes.WORKER_MODULE
    assert [one.command[-1] for one in web] == ["8501", "8502", "8503"]
    assert [one.environment[processes.NUMBER] for one in web] == ["1", "2", "3"]
    held = processes.lock(tmp_path)
    assert held is not None and not worker.wanted()  # somebody's worker has the folder
    held.close()
    assert worker.wanted()
    secret = environment["STREAMLIT_SERVER_COOKIE_SECRET"]
    assert not any(secret in word for one in web for word in one.command)  # `ps` shows no secret


def test_only_the_first_process_does_what_one_must_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(processes.NUMBER, raising=False)
    assert processes.is_first()
    monkeypatch.setenv(processes.NUMBER, "2")
    assert not processes.is_first()


def python(script: str) -> list[str]:
    return [sys.executable, "-c", script]


def until(true: object) -> None:
    end = time.monotonic() + 60
    while not true():  # type: ignore[operator]
        assert time.monotonic() < end
        time.sleep(0.02)


def test_what_ends_is_started_again_and_what_ends_at_once_less_and_less_often() -> None:
    part = serve.Part("it", python("pass"), os.environ)
    part.look_after(100.0)
    assert part.process is not None
    part.process.wait()
    part.look_after(101.0)  # a life of 1 s: the first short one, so wait 1 s
    assert part.process is None and part.not_before == 102.0
    part.look_after(102.0)
    part.process.wait()
    part.look_after(103.0)  # the second: 3 s
    assert part.not_before == 106.0
    part.look_after(106.0)
    part.process.wait()
    part.look_after(200.0)  # a life of 94 s: at once
    assert part.process is not None
    part.let_go()


def test_when_it_is_told_to_end_it_leaves_no_process_behind(tmp_path: Path) -> None:
    deaf = "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(300)"
    patient = "from practice import processes as p; p.leave_with_parent(); import time;" + (
        "import signal; signal.signal(15, signal.SIG_IGN); time.sleep(300)"
    )
    environment = {**os.environ, "PYTHONPATH": str(processes.ROOT)}
    some = [serve.Part("deaf", python(deaf), environment)]
    some += [serve.Part("patient", python(patient), environment)]
    stop = threading.Event()
    thread = threading.Thread(target=serve.keep, args=(some, stop))
    before, serve.FAREWELL_S = serve.FAREWELL_S, 1.0  # type: ignore[misc]
    try:
        thread.start()
        until(lambda: all(one.process is not None for one in some))
        ids = [one.process.pid for one in some if one.process is not None]
        stop.set()
        thread.join(60)
    finally:
        serve.FAREWELL_S = before  # type: ignore[misc]
    assert not thread.is_alive() and not any(Path(f"/proc/{one}").exists() for one in ids)


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({}, "Set BETWEEN_URL"),
        ({"BETWEEN_URL": "practice.example"}, "https://"),
        ({**URL, "BETWEEN_QUEUE": "thread"}, "--processes 1"),
    ],
)
def test_what_cannot_be_served_is_said_in_one_line(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    environment: dict[str, str],
    said: str,
) -> None:
    for name in ("BETWEEN_URL", "BETWEEN_QUEUE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {**environment, "BETWEEN_DATA": str(tmp_path)}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.argv", ["between", "serve"])
    monkeypatch.setattr(os, "execv", lambda *_: pytest.fail("it was started"))
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 2
    assert said in capsys.readouterr().err


def test_the_proxies_know_every_process_at_each_place() -> None:
    nginx = re.sub(r"#.*", "", (DEPLOY / "nginx.conf").read_text())
    for n in (1, 2, 3):
        port = 8500 + n
        assert nginx.count(f"server 127.0.0.1:{port}") == 4  # one for anybody, three pools
        assert f"between_{n};" in nginx and f"~:{port}$ {n};" in nginx
        pool = nginx.split(f"upstream between_{n} ")[1].split("}")[0]
        first = re.findall(r"server 127\.0\.0\.1:(\d+) max_fails", pool)
        assert first == [str(port)] and pool.count("backup") == 2
    assert "127.0.0.1:8501 127.0.0.1:8502 127.0.0.1:8503" in (DEPLOY / "Caddyfile").read_text()
    assert "$proxy_add_x_forwarded_for" not in nginx  # it would pass on what a stranger made up
