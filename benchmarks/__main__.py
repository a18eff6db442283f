"""`make bench`: the whole way at 1 and 10 million signals, then each kernel beside its limit and rivals.

    python -m benchmarks [--sizes 1e6,1e7]

Rivals are measured where the dependency group `bench` is installed; sizes under a million
leave them out.
"""

import argparse
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main() -> None:
    """Run one benchmark after the other, each in its own process; the first that fails ends it."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--sizes", default="1e6,1e7")
    sizes = asked.parse_args().sizes
    largest = max(int(float(size)) for size in sizes.split(","))
    parts = [["-m", "benchmarks.analyse", "--sizes", sizes], [str(HERE / "kernel.py")]]
    if largest >= 1_000_000 and find_spec("pm4py") is not None:
        parts.append([str(HERE / "xes.py")])
    for part in parts:
        subprocess.run([sys.executable, *part], check=True, cwd=HERE.parent)
        print(flush=True)


if __name__ == "__main__":
    main()
