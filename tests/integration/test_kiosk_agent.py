"""The terminal's program against the real server, and against machines that are made up of files."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from palvelurinki_kiosk import checks, chromium
from palvelurinki_kiosk.findings import Verdict
from tests.integration.conftest import StartServer
from tests.support.ports import free_port
from tests.support.server import ServerThread

COMMAND = Path(sys.executable).parent / "palvelurinki-kiosk"


def now() -> datetime:
    return datetime.now(UTC)


async def verdicts(url: str, ahead: timedelta = timedelta()) -> dict[str, tuple[Verdict, str]]:
    return {each.check: (each.verdict, each.found) for each in await checks.check_server(url, lambda: now() + ahead)}


async def test_a_server_that_is_well(shared_server: ServerThread) -> None:
    found = await verdicts(shared_server.url)
    assert list(found) == ["server", "round trip", "clock", "socket"]
    assert {verdict for verdict, _ in found.values()} == {Verdict.OK}


async def test_a_clock_that_is_wrong(shared_server: ServerThread) -> None:
    verdict, words = (await verdicts(shared_server.url, ahead=timedelta(hours=1)))["clock"]
    assert verdict is Verdict.FAILED
    assert words in {"3599 s ahead of the server's", "3600 s ahead of the server's", "3601 s ahead of the server's"}


async def test_a_server_of_another_version(shared_server: ServerThread, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("palvelurinki_kiosk.checks.VERSION", 2)
    assert (await verdicts(shared_server.url))["socket"] == (
        Verdict.FAILED,
        "passes, but the server speaks another version",
    )


async def test_an_address_that_the_server_does_not_know_as_its_own(start_server: StartServer) -> None:
    server = await start_server(origins=("https://localhost:1",))
    found = await verdicts(server.url)
    assert found["server"] == (Verdict.OK, "reached and well")
    assert found["socket"] == (Verdict.FAILED, "does not pass: server rejected WebSocket connection: HTTP 403")


async def test_no_server() -> None:
    found = await verdicts(f"http://127.0.0.1:{free_port()}")
    assert list(found) == ["server"]
    assert found["server"][0] is Verdict.FAILED


# ---- Devices and policies, on a machine made of files --------------------------------------------------------


def machine(root: Path, *, cameras: bool = True, microphones: bool = True) -> Path:
    for path in ("dev/snd", "sys/class/video4linux/video0", "sys/class/video4linux/video1", "proc/asound"):
        (root / path).mkdir(parents=True)
    for number in (0, 1):
        (root / f"sys/class/video4linux/video{number}/name").write_text("HD Pro Webcam C920\n")
        (root / f"sys/class/video4linux/video{number}/index").write_text(f"{number if cameras else 1}\n")
        (root / f"dev/video{number}").touch()
    lines = "00-00: ALC257 Analog : ALC257 Analog : playback 1\n"
    if microphones:
        lines += "01-00: USB Audio : USB Audio : capture 1\n"
    (root / "proc/asound/pcm").write_text(lines)
    (root / "dev/snd/pcmC1D0c").touch()
    return root


def test_a_camera_and_a_microphone(tmp_path: Path) -> None:
    found = {each.check: (each.verdict, each.found) for each in checks.check_devices(machine(tmp_path))}
    assert found == {"camera": (Verdict.OK, "HD Pro Webcam C920"), "microphone": (Verdict.OK, "USB Audio")}


def test_a_machine_without_either(tmp_path: Path) -> None:
    for root in (machine(tmp_path / "dull", cameras=False, microphones=False), tmp_path / "empty"):
        assert [(each.verdict, each.found) for each in checks.check_devices(root)] == [(Verdict.FAILED, "none")] * 2


def test_a_camera_that_this_user_may_not_open(tmp_path: Path) -> None:
    root = machine(tmp_path)
    # A node that is gone cannot be opened even by root, who runs these tests somewhere.
    (root / "dev/video0").unlink()
    camera = checks.check_devices(root)[0]
    assert camera.verdict is Verdict.FAILED
    assert "usermod -aG video" in camera.advice


def test_installed_policies_are_read(tmp_path: Path) -> None:
    folder = tmp_path / "etc/chromium/policies/managed"
    folder.mkdir(parents=True)
    (folder / "a.json").write_text("this is no JSON")
    (folder / "b.json").write_text("[]")
    (folder / "palvelurinki.json").write_text(json.dumps(chromium.policy("https://palvelu.example.fi")))
    policies = checks.installed_policies(tmp_path)
    assert len(policies) == 1
    assert chromium.allows_devices(policies, "https://palvelu.example.fi/kiosk/")


# ---- The command ---------------------------------------------------------------------------------------------


def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "COLUMNS": "200"}
    return subprocess.run(
        [COMMAND, *arguments], env=environment, capture_output=True, text=True, timeout=50, check=False
    )


def test_the_report_in_words_and_for_programs(shared_server: ServerThread) -> None:
    told = run("check", shared_server.url, "--json")
    report = {each["check"]: each for each in json.loads(told.stdout)}
    assert report["server"] == {"check": "server", "verdict": "ok", "found": "reached and well", "advice": ""}
    assert {"camera", "microphone", "browser", "permission"} < set(report)
    assert told.returncode == (1 if "failed" in {each["verdict"] for each in report.values()} else 0)

    missing = run("check", f"http://127.0.0.1:{free_port()}")
    assert missing.returncode == 1
    assert "not reached" in missing.stdout
    assert "network cable" in missing.stdout


def test_the_policy_is_printed() -> None:
    assert json.loads(run("policy", "https://palvelu.example.fi").stdout) == chromium.policy(
        "https://palvelu.example.fi"
    )


def test_what_is_no_address_is_refused() -> None:
    refused = run("policy", "palvelu.example.fi")
    assert refused.returncode == 2
    assert "is not an address" in refused.stderr
