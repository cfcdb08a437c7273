"""The browser of the tests itself: it is where it should be, has a camera, and a page that fails is noticed."""

from pathlib import Path

from tests.conftest import OpenPage
from tests.support.namespace import only_loopback


def test_the_browser_suites_run_with_loopback_alone() -> None:
    assert only_loopback(), "run them by `make e2e`: scripts/in-loopback-namespace"


async def test_two_peers_in_a_page_see_the_fake_camera(open_page: OpenPage) -> None:
    """Candidates are gathered on loopback, and frames flow: what every call test builds on."""
    recorder = await open_page("loop")
    await recorder.page.route(
        "http://localhost/", lambda route: route.fulfill(body="<!doctype html>", content_type="text/html")
    )
    await recorder.page.goto("http://localhost/")  # a camera wants a secure origin, and localhost is one
    width = await recorder.page.evaluate(
        """async () => {
            const stream = await navigator.mediaDevices.getUserMedia({ video: { width: 640, height: 360 } });
            const [here, there] = [new RTCPeerConnection(), new RTCPeerConnection()];
            here.onicecandidate = ({ candidate }) => there.addIceCandidate(candidate);
            there.onicecandidate = ({ candidate }) => here.addIceCandidate(candidate);
            const video = document.createElement("video");
            video.autoplay = true;
            video.muted = true;
            const firstFrame = new Promise((resolve) => { video.onloadeddata = resolve; });
            there.ontrack = ({ track }) => { video.srcObject = new MediaStream([track]); };
            here.addTrack(stream.getVideoTracks()[0]);
            await here.setLocalDescription();
            await there.setRemoteDescription(here.localDescription);
            await there.setLocalDescription();
            await here.setRemoteDescription(there.localDescription);
            await firstFrame;
            return video.videoWidth;
        }"""
    )
    assert width > 0


async def test_an_error_on_the_console_is_a_fault(open_page: OpenPage, tmp_path: Path) -> None:
    recorder = await open_page("faulty")
    await recorder.page.evaluate("console.error('the first'); setTimeout(() => { throw new Error('the second'); })")
    await recorder.page.wait_for_event("pageerror", predicate=lambda error: "the second" in str(error))
    await recorder.save(tmp_path)
    assert len(recorder.faults) == 2
    assert "error: the first" in (tmp_path / "faulty.log").read_text()
    assert (tmp_path / "faulty.png").stat().st_size > 0
    recorder.faults.clear()
