"""Runs the conformance suite of MCP against `/mcp` of a server over the example archive; the exit code is the suite's.

    make conformance

Most of its scenarios call tools, prompts and resources of its own example server. Those are listed in the file beside
this one; the run fails when any other scenario does, and when one of those passes. The target installs it, and the
Node 22 that it needs: https://github.com/modelcontextprotocol/conformance
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from research.bench.serving import server
from research.tools.readme import EXAMPLES, run_assistant

_PROGRAMS = Path(sys.prefix) / "conformance" / "node_modules" / ".bin"
_SUITE = _PROGRAMS / "conformance"
_EXPECTED = Path(__file__).with_suffix(".yaml")


def main() -> int:
    """Run it."""
    if not _SUITE.exists():
        sys.exit("The suite is not installed: make conformance")
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "library"
        run_assistant("ingest", "--quiet", str(EXAMPLES), library=library)
        with server(library, "--no-model") as (url, _):
            asked = ["--url", f"{url}/mcp", "--suite", "all", "--expected-failures", str(_EXPECTED)]
            found = {**os.environ, "PATH": f"{_PROGRAMS}{os.pathsep}{os.environ.get('PATH', '')}"}  # its Node first
            return subprocess.run([str(_SUITE), "server", *asked], cwd=folder, env=found, check=False).returncode  # noqa: S603


if __name__ == "__main__":
    sys.exit(main())
