"""`python -m tests.fakes.fake_cli ask …`: the whole command line in a process of its own, over the stand-in.

When its input is a terminal it takes it as its controlling one, so that Ctrl-C typed there arrives as a signal.
"""

from __future__ import annotations

import os
import sys

from assistant.cli.main import main
from tests.fakes.assistant import open_fake

if __name__ == "__main__":
    if sys.stdin.isatty() and os.getsid(0) == os.getpid():  # else a shell has done it
        import fcntl
        import termios

        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    sys.exit(main(sys.argv[1:], opener=open_fake))
