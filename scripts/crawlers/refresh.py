#!/usr/bin/env python3
"""Refreshes crates/core/fingerprint/data/crawlers.tsv from the npm package crawler-user-agents (MIT).

    scripts/crawlers/refresh.py              # the pinned version
    scripts/crawlers/refresh.py --version V  # another one; then pin it below

The package is a list of regular expressions. The core matches literals alone, so every expression is
turned into the literals it stands for; the few that have no literal form are listed in
data/crawlers.left-out.tsv with the reason. Needs python3 and npm.
"""
import argparse
import itertools
import json
import pathlib
import re
import subprocess
import tarfile
import tempfile

PACKAGE = "crawler-user-agents"
VERSION = "1.60.0"
DATA = pathlib.Path(__file__).resolve().parents[2] / "crates/core/fingerprint/data"

# Fetchers and agents that act for one user at a time, by pattern. The package tags them like crawlers.
AGENTS = {
    "ChatGPT-User", "Claude-User", "Claude-Web", "Perplexity-User", "PerplexityUser", "MistralAI-User",
    "Amzn-User", "Manus-User", "Google-Agent", "GoogleAgent-Mariner", "Google-Gemini-CLI",
    "Gemini-Deep-Research", "Google-NotebookLM", "DuckAssistBot", "Amazon-Bedrock-AgentCore-Browser",
    "AmazonBuyForMe", "Anchor Browser", "opencode-smartfetch", "Devin", "TwinAgent", "Code/1.", "Trae/",
    "Operator/", "kagi-fetcher", "meta-externalfetcher/",
}
# Tools that look for holes. Other entries with the tag `scanner` are surveys that say who they are.
TOOLS = {
    "zgrab", "Nmap Scripting Engine", "Nikto", "sqlmap", "ZmEu", "masscan", "WPScan", "acunetix",
    "Acunetix", "Nessus", "DirBuster", "Dirbuster", "dirBuster", "dirbuster", "OpenVAS", "WhatWeb/",
    "l9explore", "l9scan",
}
# Words that stand in the user agents of browsers and apps which people use.
AMBIGUOUS = {"Fluid": "also the name of a browser shell", "mail.ru": "also in toolbars of browsers"}


def literals(pattern):
    """The literals a pattern stands for, as (anchor, text); ValueError says why there are none."""
    text, anchor = pattern, "any"
    if text.startswith("^"):
        text, anchor = text[1:], "start"
    if text.startswith("(^| )"):
        tail = literals(text[len("(^| )"):])
        return [("start", t) for _, t in tail] + [("any", " " + t) for _, t in tail]
    if text.endswith("([^-]|$)"):
        # "not followed by a hyphen": the hyphenated names have entries of their own, which are longer.
        text = text[: -len("([^-]|$)")]
    if text.endswith("$") and not text.endswith("\\$"):
        text, anchor = text[:-1], "both" if anchor == "start" else "end"
    if "|" in re.sub(r"\([^)]*\)", "", text):
        if anchor != "any":
            raise ValueError("alternatives under an anchor")
        return [pair for part in text.split("|") for pair in literals(part)]
    parts, at = [], 0
    while at < len(text):
        char = text[at]
        if char == "\\":
            if text[at + 1].isalnum():
                raise ValueError(f"class \\{text[at + 1]}")
            parts.append([text[at + 1]])
            at += 2
        elif char == "[":
            end = text.index("]", at)
            body = text[at + 1:end]
            if not body.isalpha():
                raise ValueError("character class")
            parts.append(list(body))
            at = end + 1
        elif char == "(":
            end = text.index(")", at)
            parts.append(text[at + 1:end].split("|"))
            at = end + 1
        elif char in ".*+?{}^$":
            raise ValueError(f"operator {char}")
        else:
            parts.append([char])
            at += 1
    found = ["".join(choice) for choice in itertools.product(*parts)]
    if min(map(len, found)) < 3:
        raise ValueError("shorter than three letters")
    return [(anchor, text) for text in found]


def kind_of(texts, tags):
    """The kind of client, in the words of the core."""
    if AGENTS & set(texts):
        return "agent"
    if TOOLS & set(texts):
        return "tool"
    for tag, kind in [("http-library", "library"), ("browser-automation", "headless")]:
        if tag in tags:
            return kind
    return "monitor" if tags[:1] == ["monitoring"] else "crawler"


def fetch(version):
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["npm", "pack", "--silent", f"{PACKAGE}@{version}"], cwd=folder, check=True,
                       stdout=subprocess.DEVNULL)
        with tarfile.open(next(pathlib.Path(folder).glob("*.tgz"))) as package:
            def read(name):
                return package.extractfile(f"package/{name}").read().decode()
            return json.loads(read("crawler-user-agents.json")), read("LICENSE")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--version", default=VERSION)
    version = parser.parse_args().version
    entries, licence = fetch(version)
    rows, left_out, seen = [], [], set()
    for entry in entries:
        pattern = entry["pattern"]
        try:
            found = literals(pattern)
        except ValueError as why:
            left_out.append((pattern, str(why)))
            continue
        texts = [text for _, text in found]
        if texts[0] in AMBIGUOUS:
            left_out.append((pattern, AMBIGUOUS[texts[0]]))
            continue
        kind = kind_of(texts, entry.get("tags", []))
        # Of several spellings one that is really sent gives the name, rather a capitalised one.
        sent = " ".join(entry.get("instances", []))
        name = max(texts, key=lambda text: (text in sent, text[:1].isupper())).strip(" /()")
        for anchor, text in found:
            if (anchor, text) not in seen:
                seen.add((anchor, text))
                rows.append((kind, anchor, text, name))
    head = f"# {PACKAGE} {version} (MIT, see crawlers.LICENSE), as literals. Made by scripts/crawlers/refresh.py.\n"
    DATA.mkdir(parents=True, exist_ok=True)
    table = "".join("\t".join(row) + "\n" for row in rows)
    (DATA / "crawlers.tsv").write_text(head + "# kind\tanchor\tliteral\tname\n" + table)
    (DATA / "crawlers.LICENSE").write_text(licence)
    rest = "".join("\t".join(row) + "\n" for row in left_out)
    (DATA / "crawlers.left-out.tsv").write_text(head + "# pattern\twhy it is left out\n" + rest)
    print(f"{len(rows)} literals from {len(entries) - len(left_out)} of {len(entries)} patterns")


if __name__ == "__main__":
    main()
