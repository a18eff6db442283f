"""Compile the kernels once: a small made-up company, made and analysed, and thrown away.

What numba compiles it keeps beside the modules, so whoever comes after starts at once. Run
before several test processes start, which would each compile the same.
"""

import sys
import tempfile
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

from vivencia.faces.cli import run


def main() -> int:
    """Gives the exit code of the command line."""
    with tempfile.TemporaryDirectory() as folder, redirect_stdout(StringIO()):
        place = str(Path(folder) / "company")
        return run(["demo", "--out", place, "--customers", "60", "--no-serve", "--json"])


if __name__ == "__main__":
    sys.exit(main())
