"""Writes forest.json: what scikit-learn's trees, forests and isolation forest reach on NSL-KDD, the bar of
test/integration/forest.test.ts.

    /usr/bin/python3 test/golden/forest.py FOLDER      (the shared data: FOLDER/nsl-kdd, FOLDER/kdd)

Trained on the official KDDTrain+, judged on KDDTest+; categories are codes in alphabetical order, one unknown to training
is -1. The isolation forest is trained on the normal rows. Figures are means over seeds; the file holds figures only.
"""

import gzip
import json
import os
import sys

import numpy as np
import sklearn
from sklearn.ensemble import ExtraTreesClassifier, IsolationForest, RandomForestClassifier
from sklearn.metrics import accuracy_score, f1_score, roc_auc_score
from sklearn.tree import DecisionTreeClassifier

CATEGORICAL = [1, 2, 3]
SEEDS = [1, 2]


def groups(folder):
    found = {"normal": "normal"}
    for name in ["attack_types_extended.txt", "training_attack_types"]:
        with open(os.path.join(folder, "kdd", name)) as file:
            for words in map(str.split, file):
                if len(words) == 2:
                    found[words[0].lower()] = words[1].lower()
    return found


def read(folder, name):
    with gzip.open(os.path.join(folder, "nsl-kdd", name), "rt") as file:
        rows = [line.strip().split(",") for line in file]
    return [row[:41] for row in rows], [row[41] for row in rows]


def encode(rows, categories):
    table = np.empty((len(rows), 41))
    for column in range(41):
        values = [row[column] for row in rows]
        if column in CATEGORICAL:
            table[:, column] = [categories[column].get(value, -1) for value in values]
        else:
            table[:, column] = np.array(values, dtype=float)
    return table


LEARNERS = {
    "tree": lambda seed: DecisionTreeClassifier(random_state=seed),
    "forest": lambda seed: RandomForestClassifier(100, random_state=seed, n_jobs=-1),
    "extra-trees": lambda seed: ExtraTreesClassifier(100, random_state=seed, n_jobs=-1),
}


def main(folder):
    (train, train_labels), (test, test_labels) = read(folder, "KDDTrain+.txt.gz"), read(folder, "KDDTest+.txt.gz")
    categories = {c: {v: i for i, v in enumerate(sorted({row[c] for row in train}))} for c in CATEGORICAL}
    train, test = encode(train, categories), encode(test, categories)
    group = groups(folder)
    kinds = {
        "binary": lambda label: "normal" if label == "normal" else "attack",
        "groups": lambda label: group[label.lower()],
    }
    figures = {}
    for kind, class_of in kinds.items():
        truth = [class_of(label) for label in test_labels]
        known = [class_of(label) for label in train_labels]
        for name, make in LEARNERS.items():
            predicted = [make(seed).fit(train, known).predict(test) for seed in SEEDS]
            figures[f"{name} {kind}"] = {
                "accuracy": np.mean([accuracy_score(truth, one) for one in predicted]),
                "macroF1": np.mean([f1_score(truth, one, average="macro") for one in predicted]),
            }
    normal = train[[label == "normal" for label in train_labels]]
    odd = [label != "normal" for label in test_labels]
    areas = [
        roc_auc_score(odd, -IsolationForest(n_estimators=100, random_state=seed).fit(normal).score_samples(test)) for seed in SEEDS
    ]
    figures["isolation-forest"] = {"rocAuc": np.mean(areas)}
    provenance = f"test/golden/forest.py with scikit-learn {sklearn.__version__}, numpy {np.__version__}"
    with open(os.path.join(os.path.dirname(__file__), "forest.json"), "w") as file:
        json.dump({"provenance": provenance, "seeds": SEEDS, "figures": figures}, file, indent=2)
        file.write("\n")


main(sys.argv[1])
