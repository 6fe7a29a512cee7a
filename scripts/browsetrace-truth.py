"""Writes the truth about a BrowseTrace log of scripted browsers: every session is automation."""

import csv
import gzip
import json
import sys

with gzip.open(sys.argv[1], "rt", encoding="utf-8") as log:
    clients = sorted({(record["session_id"], record["user_agent"]) for record in map(json.loads, log)})
rows = csv.writer(sys.stdout, lineterminator="\n")
rows.writerow(["client_ip", "user_agent", "label"])
rows.writerows([*client, "automation"] for client in clients)
