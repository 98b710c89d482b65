"""Writes boosting.json: what scikit-learn's HistGradientBoostingClassifier reaches on NSL-KDD, the bar of
test/integration/boosting.test.ts.

    /usr/bin/python3 test/golden/boosting.py FOLDER      (the shared data: FOLDER/nsl-kdd, FOLDER/kdd)

Trained on the official KDDTrain+, judged on KDDTest+; the file holds figures only, no data.
"""

import gzip
import json
import os
import sys

import numpy as np
import sklearn
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import accuracy_score, f1_score

CATEGORICAL = [1, 2, 3]
PARAMETERS = dict(max_iter=100, max_leaf_nodes=31, learning_rate=0.1, min_samples_leaf=20, l2_regularization=1)


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
            codes = categories[column]
            table[:, column] = [codes.get(value, np.nan) for value in values]
        else:
            table[:, column] = np.array(values, dtype=float)
    return table


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
        model = HistGradientBoostingClassifier(
            categorical_features=CATEGORICAL, early_stopping=False, random_state=1, **PARAMETERS
        ).fit(train, [class_of(label) for label in train_labels])
        predicted = model.predict(test)
        figures[kind] = {
            "accuracy": accuracy_score(truth, predicted),
            "macroF1": f1_score(truth, predicted, average="macro"),
        }
    provenance = f"test/golden/boosting.py with scikit-learn {sklearn.__version__}, numpy {np.__version__}"
    with open(os.path.join(os.path.dirname(__file__), "boosting.json"), "w") as file:
        json.dump({"provenance": provenance, "parameters": PARAMETERS, "figures": figures}, file, indent=2)
        file.write("\n")


main(sys.argv[1])
