"""The README's example in Python does what the README says."""

import asyncio
import re
import sys
from pathlib import Path

from tests.integration.conftest import StartServer
from tests.support.waiting import WITHIN_S

README = Path(__file__).parents[2] / "README.md"
EXAMPLE = re.compile(r"```python\n(?P<program>.*?)```.*?```text\n(?P<printed>.*?)```", re.DOTALL)
# Where the demo listens.
DEMO = '"http://127.0.0.1:8080"'


async def test_the_example_in_python_prints_what_is_said(start_server: StartServer, tmp_path: Path) -> None:
    server = await start_server()
    found = EXAMPLE.search(README.read_text())
    assert found
    assert found["program"].count(DEMO) == 1
    program = tmp_path / "example.py"
    program.write_text(found["program"].replace(DEMO, f'"{server.url}"'))
    run = await asyncio.create_subprocess_exec(
        sys.executable, program, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    try:
        async with asyncio.timeout(WITHIN_S):
            printed, complained = await run.communicate()
    finally:
        if run.returncode is None:
            run.kill()
    assert (printed.decode(), complained.decode()) == (found["printed"], "")
