"""Writes nsl-networks.json: what scikit-learn's MLPClassifier and IsolationForest reach on NSL-KDD, the bar of
test/integration/networks.test.ts.

    /usr/bin/python3 test/golden/nsl-networks.py FOLDER      (the shared data: FOLDER/nsl-kdd)

Trained on the official KDDTrain+ (the forest on its normal rows), judged on KDDTest+, attack against normal, for three
seeds; the file holds figures only, no data.
"""

import gzip
import json
import os
import sys

import numpy as np
import sklearn
from sklearn.ensemble import IsolationForest
from sklearn.metrics import accuracy_score, roc_auc_score
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler

CATEGORICAL = [1, 2, 3]
SEEDS = [1, 2, 3]
NETWORK = dict(hidden_layer_sizes=[64, 32], batch_size=256, max_iter=10, learning_rate_init=0.001)


def read(folder, name):
    with gzip.open(os.path.join(folder, "nsl-kdd", name), "rt") as file:
        rows = [line.strip().split(",") for line in file]
    return [row[:41] for row in rows], np.array([row[41] != "normal" for row in rows], dtype=int)


def encode(rows, categories, one_hot):
    parts = []
    for column in range(41):
        values = [row[column] for row in rows]
        if column not in CATEGORICAL:
            parts.append(np.array(values, dtype=float)[:, None])
            continue
        codes = np.array([categories[column].get(value, -1) for value in values])[:, None]
        parts.append((codes == np.arange(len(categories[column]))) * 1.0 if one_hot else codes * 1.0)
    return np.hstack(parts)


def spread(values):
    return {"mean": float(np.mean(values)), "deviation": float(np.std(values))}


def main(folder):
    (train, labels), (test, truth) = read(folder, "KDDTrain+.txt.gz"), read(folder, "KDDTest+.txt.gz")
    categories = {c: {v: i for i, v in enumerate(sorted({row[c] for row in train}))} for c in CATEGORICAL}
    dense = [encode(rows, categories, True) for rows in (train, test)]
    scaler = StandardScaler().fit(dense[0])
    dense = [scaler.transform(rows) for rows in dense]
    accuracies = [
        accuracy_score(truth, MLPClassifier(random_state=seed, **NETWORK).fit(dense[0], labels).predict(dense[1]))
        for seed in SEEDS
    ]
    codes = [encode(rows, categories, False) for rows in (train, test)]
    areas = [
        roc_auc_score(
            truth, -IsolationForest(n_estimators=100, random_state=seed).fit(codes[0][labels == 0]).score_samples(codes[1])
        )
        for seed in SEEDS
    ]
    provenance = f"test/golden/nsl-networks.py with scikit-learn {sklearn.__version__}, numpy {np.__version__}"
    found = {"provenance": provenance, "mlpAccuracy": spread(accuracies), "isolationForestRocAuc": spread(areas)}
    with open(os.path.join(os.path.dirname(__file__), "nsl-networks.json"), "w") as file:
        json.dump(found, file, indent=2)
        file.write("\n")


main(sys.argv[1])
