"""`make bench`: the whole way at 1 and 10 million signals, then imports and kernels beside limits and rivals.

    python -m benchmarks [--sizes 1e6,1e7] [--minutes 15] [--keep FOLDER]

It needs nobody to watch it: every part runs in a process of its own, a part that fails or
takes too long is named at the end and the others go on, and what is made is removed (at 10
million signals it takes under 8 GB of disk). Rivals are measured where the dependency group
`bench` is installed; sizes under a million leave them out.
"""

import argparse
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from time import monotonic

HERE = Path(__file__).resolve().parent


def parts(sizes: list[int], *, rivals: bool) -> list[tuple[str, list[str]]]:
    """Every part with its command, the large ones first; smaller where only small sizes are wanted."""
    largest = max(sizes)
    small = largest < 1_000_000

    def script(name: str, *options: str) -> tuple[str, list[str]]:
        return name, [str(HERE / f"{name}.py"), *options]

    found = [("analyse", ["-m", "benchmarks.analyse", "--sizes", ",".join(map(str, sizes))])]
    found.append(script("importing", "--rows", str(min(largest, 1_000_000))))
    found.append(script("kernel", "--events", str(min(largest, 2_000_000))))
    found.append(("live", ["-m", "benchmarks.live", *(("--customers", "20000") if small else ())]))
    found.append(script("mining", "--events", "0", "--signals", str(largest)))
    rival = [] if small or find_spec("ChannelAttribution") is None else ["--rival", sys.executable]
    found.append(script("attribution", "--paths", str(min(largest, 1_000_000)), *rival))
    if rivals and not small:
        found.append(script("mining", "--events", "250000", "--signals", "0"))
        found.append(script("xes"))
    return found


def main() -> int:
    """Run one part after the other; 1 when one of them failed or was left out for want of time."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--sizes", default="1e6,1e7")
    asked.add_argument(
        "--minutes", type=float, default=15.0, help="in all; what would begin later is left out"
    )
    asked.add_argument("--keep", type=Path, help="a folder with room for the signals (default: the system's)")
    options = asked.parse_args()
    sizes = [int(float(size)) for size in options.sizes.split(",")]
    known = dict(os.environ) | ({"TMPDIR": str(options.keep)} if options.keep else {})
    ends, missed = monotonic() + 60 * options.minutes, []
    for name, command in parts(sizes, rivals=find_spec("pm4py") is not None):
        left = ends - monotonic()
        try:
            if left < 1:
                raise subprocess.TimeoutExpired(command, left)
            subprocess.run([sys.executable, *command], check=True, cwd=HERE.parent, env=known, timeout=left)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
            print(f"{name}: {error}", file=sys.stderr)
            missed.append(name)
        print(flush=True)
    if missed:
        print(f"not measured: {', '.join(missed)}")
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
