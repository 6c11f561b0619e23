"""Holds the answers against the document: every operation was called and did what it is for, and nothing broke.

Schemathesis' checks alone do not see to it: an operation that is only ever refused passes them all.
"""

import collections
import json
import sys
import urllib.request

BASE, ANSWERS_FILE = sys.argv[1:]
METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}

with urllib.request.urlopen(f"{BASE}/openapi.json", timeout=30) as response:
    paths = json.load(response)["paths"]
operations = {(method.upper(), path): operation["operationId"] for path, item in paths.items() for method, operation in item.items() if method in METHODS}

statuses = collections.defaultdict(collections.Counter)
with open(ANSWERS_FILE, encoding="utf-8") as file:
    for method, path, status in map(json.loads, file):
        statuses[method, path][status] += 1

problems = []
for (method, path), name in sorted(operations.items(), key=lambda operation: operation[1]):
    seen = statuses[method, path]
    print(f"{name:22}", "  ".join(f"{status} ×{count}" for status, count in sorted(seen.items())))
    if not seen:
        problems.append(f"{name} was never called")
    elif not any(200 <= status < 300 for status in seen):
        problems.append(f"{name} never reached a 2xx")
for (method, path), seen in sorted(statuses.items()):
    problems += [f"{method} {path} answered {status}, {count} times" for status, count in seen.items() if status >= 500]

calls = sum(count for seen in statuses.values() for count in seen.values())
print(f"{len(operations)} operations, {calls} calls", *problems, sep="\n  ")
sys.exit(1 if problems or not operations else 0)
