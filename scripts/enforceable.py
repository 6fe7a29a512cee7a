"""Lists the enforceable clients of a verdict file as a Markdown table, by id: no address, no user agent."""

import json
import sys

with open(sys.argv[1], encoding="utf-8") as verdicts:
    found = [verdict for verdict in map(json.loads, verdicts) if verdict["enforceable"]]
if not found:
    print("No client is enforceable.")
    sys.exit()
print("| enforceable client | class | score | requests | strongest reasons, nats |")
print("|---|---|---|---|---|")
for verdict in sorted(found, key=lambda verdict: verdict["client"]["id"]):
    strongest = sorted(verdict["reasons"], key=lambda reason: -abs(reason["nats"]))[:4]
    reasons = ", ".join(f"{reason['detector']} {reason['nats']:+.1f}" for reason in strongest)
    print(f"| {verdict['client']['id']} | {verdict['class']} | {verdict['score']} | {verdict['events']} | {reasons} |")
