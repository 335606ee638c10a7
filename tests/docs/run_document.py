"""Runs the commands of a document as they stand in it, block by block.

  run_document.py DOCUMENT [--path NAME] [--limit SECONDS]

Every block marked ```sh is run by bash with -euo pipefail; `cd` lasts to the end of the document.
Blocks marked otherwise are shown, not run. A comment <!-- path: NAME --> begins a part that is for
one kind of reader; --path chooses which are run besides `both`. Prints each block with its seconds
and exits with 1 at the first that fails or when all took longer than --limit.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time


def blocks(text, chosen):
    path = "both"
    for match in re.finditer(r"<!-- path: (\w+) -->|^```sh\n(.*?)^```", text, re.M | re.S):
        if match.group(1):
            path = match.group(1)
        elif path in ("both", chosen):
            yield text[:match.start()].count("\n") + 1, match.group(2)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("document")
    parser.add_argument("--path", default="both")
    parser.add_argument("--limit", type=float, default=600)
    arguments = parser.parse_args()
    with open(arguments.document, encoding="utf-8") as file:
        found = list(blocks(file.read(), arguments.path))
    assert found, f"{arguments.document} has no commands"
    name = os.path.basename(arguments.document)
    folder = os.getcwd()
    begin = time.monotonic()
    with tempfile.NamedTemporaryFile("r", suffix=".folder") as place:
        for line, block in found:
            started = time.monotonic()
            script = f"cd {folder!r}\n{block}\npwd >{place.name}\n"
            done = subprocess.run(["bash", "-euo", "pipefail", "-c", script], capture_output=True,
                                  text=True, check=False)
            first = block.strip().splitlines()[0]
            print(f"{time.monotonic() - started:6.1f} s  {name}:{line}  {first}", flush=True)
            if done.returncode != 0:
                print(f"FAIL {name}:{line} ended with {done.returncode}\n{block}\n"
                      f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
                sys.exit(1)
            place.seek(0)
            folder = place.read().strip()
    took = time.monotonic() - begin
    print(f"ok   {name} ({arguments.path}): {len(found)} blocks in {took:.0f} s")
    if took > arguments.limit:
        print(f"FAIL {name}: {took:.0f} s are more than {arguments.limit:.0f} s")
        sys.exit(1)


if __name__ == "__main__":
    main()
