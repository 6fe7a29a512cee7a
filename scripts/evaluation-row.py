"""Prints rows of a Markdown table from a report of `gait evaluate --json` on standard input.

`labels NAME`: one row per label under NAME. `passed NAME`: how many non-human clients passed as no program.
`recall NAME`: how many non-human clients were called a program, and how many a gateway would have acted on.
`fleet NAME`: the same, and how many are in the family where most of their fleet is, and how pure these families are.
"""

import json
import sys

WIDTH = 20  # of a bar that stands for all clients


def percent(part, digits=1):
    return "-" if part["share"] is None else f"{part['share'] * 100:.{digits}f} %"


def interval(low, high):
    return "-" if low is None else f"{low * 100:.1f} to {high * 100:.1f}"


def spread(decided):
    steps = decided["steps"]
    return "-" if steps is None else f"{steps['median']}/{steps['p90']}"


def row(*cells):
    print("| " + " | ".join(str(cell) for cell in cells) + " |")


kind, name, report = sys.argv[1], sys.argv[2], json.load(sys.stdin)
if kind == "labels":
    for group in report["by_label"]:
        right = "-" if group["right"] is None else percent(group["right"])
        area = "-" if group["auc"] is None else f"{group['auc']['area']:.3f}"
        alarmed = group["alarmed"]
        row(name, group["name"], group["clients"], right, percent(alarmed), interval(alarmed["low"], alarmed["high"]),
            percent(group["enforceable"]), percent(group["undecided"]), area, spread(group["decided"]))
    sys.exit()
programs = next((group for group in report["by_role"] if group["role"] == "non_human"), None)
if programs is None:
    row(name, 0, "-", "-", "-", "")
    sys.exit()
alarmed = programs["alarmed"]
if kind == "passed":
    passed = 1 - alarmed["share"]
    row(name, programs["clients"], f"{passed * 100:.1f} %", interval(1 - alarmed["high"], 1 - alarmed["low"]),
        percent(programs["flagged_at_1_percent"]), "█" * round(WIDTH * passed))
else:
    families = report["families"]
    found = [families["count"], percent(families["whole"]), percent(families["pure"]), families["people"]["count"]]
    row(name, programs["clients"], percent(alarmed), interval(alarmed["low"], alarmed["high"]),
        percent(programs["enforceable"]), percent(programs["undecided"]), *(found if kind == "fleet" else []))
