"""Every `revint VERB --option` written in a document is one the program has.

  verbs.py PROGRAM SOURCE_FOLDER
"""

import pathlib
import re
import subprocess
import sys

PROGRAM, SOURCE = sys.argv[1], pathlib.Path(sys.argv[2])


def help_of(*verbs):
    done = subprocess.run([PROGRAM, *verbs, "--help"], capture_output=True, text=True, check=False)
    return done.stdout if done.returncode == 0 else None


TOP = help_of()
GLOBAL = set(re.findall(r"--[a-z][a-z-]*", TOP)) | {"--help", "--version"}
VERBS = set(re.findall(r"^  ([a-z]+) ", TOP.split("Subcommands:")[1], re.M))
known = {}


def options_of(verb):
    if verb not in known:
        text = help_of(verb)
        options = set(re.findall(r"--[a-z][a-z-]*", text))
        part = re.search(r"^Subcommands:\n((?:  .*\n?)+)", text, re.M)
        for inner in re.findall(r"^  ([a-z][a-z-]*)", part.group(1), re.M) if part else []:
            done = subprocess.run([PROGRAM, verb, inner, "--help"], capture_output=True, text=True,
                                  check=False)
            options |= set(re.findall(r"--[a-z][a-z-]*", done.stdout))
        known[verb] = options
    return known[verb]


def commands(text):
    """Lines of code blocks and pieces of code in sentences that begin with revint."""
    text = text.replace("\\\n", " ")
    for block in re.findall(r"^```(?:sh|console)\n(.*?)^```", text, re.M | re.S):
        for line in block.splitlines():
            yield from re.findall(r"(?:^|[$;|&(] *|build/release/bin/)(revint .*)", line.strip())
    prose = re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)
    yield from re.findall(r"`(revint [^`]+)`", prose)


count, bad, opaque = 0, [], set()
files = [SOURCE / "README.md", SOURCE / "SECURITY.md", *sorted((SOURCE / "docs").rglob("*.md"))]
for file in files:
    for command in commands(file.read_text(encoding="utf-8")):
        words = re.split(r"\s+", re.split(r" #|\s[|>;]|&&|\|\|", command)[0].strip())[1:]
        verb = next((word for position, word in enumerate(words) if not word.startswith("-")
                     and (position == 0 or words[position - 1] not in ("--db", "--threads"))), None)
        where = f"{file.relative_to(SOURCE)}: {command[:80]}"
        if verb is None or verb == "VERB":
            continue
        count += 1
        if verb not in VERBS:
            bad.append(f"{where}: no verb '{verb}'")
            continue
        # inner programs of a verb may have options of their own that its help does not list
        for option in re.findall(r"--[a-z][a-z-]*", " ".join(words)):
            if option not in GLOBAL and option not in options_of(verb):
                bad.append(f"{where}: '{verb}' has no {option}")
for line in bad:
    print(f"FAIL {line}")
print(f"Commands: {count} in {len(files)} documents, of {len(VERBS)} verbs")
sys.exit(1 if bad else 0)
