"""Writes audit-rows.json: repeats, contradictions and shared rows of the KDD files, counted with Python's sets; the truth of
test/integration/audit-shared.test.ts.

    /usr/bin/python3 test/golden/audit-rows.py FOLDER      (the shared data: FOLDER/nsl-kdd, FOLDER/kdd)

The file holds figures only, no data.
"""

import collections
import gzip
import json
import os
import sys

TEXTS = (1, 2, 3)


def read(path):
    with gzip.open(path, "rt") as file:
        rows = [line.strip().split(",") for line in file]
    values = [tuple(v if i in TEXTS else float(v) for i, v in enumerate(row[:41])) for row in rows]
    return list(zip(values, (row[41].rstrip(".") for row in rows)))


def alone(rows):
    groups = collections.defaultdict(collections.Counter)
    for features, label in rows:
        groups[features][label] += 1
    mixed = [classes for classes in groups.values() if len(classes) > 1]
    return {
        "rows": len(rows),
        "repeats": len(rows) - len(set(rows)),
        "repeatsOfFeatures": len(rows) - len(groups),
        "largestGroup": max(sum(classes.values()) for classes in groups.values()),
        "contradicting": sum(sum(classes.values()) for classes in mixed),
        "beyond": sum(sum(classes.values()) - max(classes.values()) for classes in mixed),
    }


def pair(folder, training, test):
    training, test = (read(os.path.join(folder, name)) for name in (training, test))
    features = {values for values, _ in training}
    shared = [row for row in test if row[0] in features]
    whole = set(training)
    return {
        "training": alone(training),
        "test": alone(test),
        "shared": len(shared),
        "sameClass": sum(row in whole for row in shared),
    }


def main(folder):
    found = {
        "kdd": pair(folder, "kdd/kddcup.data_10_percent.gz", "kdd/corrected.gz"),
        "nsl-kdd": pair(folder, "nsl-kdd/KDDTrain+.txt.gz", "nsl-kdd/KDDTest+.txt.gz"),
    }
    with open(os.path.join(os.path.dirname(__file__), "audit-rows.json"), "w") as file:
        json.dump({"provenance": "test/golden/audit-rows.py", **found}, file, indent=1)
        file.write("\n")


main(sys.argv[1])
