"""Pages of call_kit that only tests open, bundled from the sources of today."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def bundle(page: str, out: Path) -> None:
    """Bundle `call_kit/PAGE` into a directory."""
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    config = str(ROOT / "call_kit" / page / "vite.config.ts")
    vite = [str(ROOT / "node_modules/.bin/vite"), "build", "--config", config]
    arguments = [*vite, "--outDir", str(out), "--emptyOutDir", "--logLevel", "warn"]
    subprocess.run(arguments, check=True, env={**os.environ, "PATH": path}, cwd=ROOT)
