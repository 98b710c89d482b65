"""Writes metrics.json: figures of scikit-learn for small random classifiers, the oracle of src/evaluate/metrics.ts.

    /usr/bin/python3 test/golden/metrics.py

Seeded; the file names the versions it was made with. No outside data is used.
"""

import json
import os

import numpy as np
import sklearn
from sklearn import metrics


def case(name, rows, classes, seed, absent=(), digits=None):
    random = np.random.default_rng(seed)
    probabilities = random.dirichlet(np.full(classes, 0.6), rows)
    labels = np.array([random.choice(classes, p=0.5 * p + 0.5 / classes) for p in probabilities])
    for label in absent:
        labels[labels == label] = (label + 1) % classes
    if digits is not None:
        probabilities = np.round(probabilities, digits) + 1e-3
        probabilities /= probabilities.sum(axis=1, keepdims=True)
    predicted = probabilities.argmax(axis=1)
    everything = list(range(classes))
    precision, recall, f1, support = metrics.precision_recall_fscore_support(
        labels, predicted, labels=everything, zero_division=0
    )
    present = [k for k in everything if 0 < (labels == k).sum() < rows]
    roc = {k: metrics.roc_auc_score(labels == k, probabilities[:, k]) for k in present}
    pr = {k: metrics.average_precision_score(labels == k, probabilities[:, k]) for k in present}
    one = classes == 2
    return {
        "name": name,
        "classes": classes,
        "labels": labels.tolist(),
        "probabilities": probabilities.ravel().tolist(),
        "expected": {
            "confusion": metrics.confusion_matrix(labels, predicted, labels=everything).tolist(),
            "accuracy": metrics.accuracy_score(labels, predicted),
            "balancedAccuracy": metrics.balanced_accuracy_score(labels, predicted),
            "macroF1": metrics.f1_score(labels, predicted, average="macro"),
            "weightedF1": metrics.f1_score(labels, predicted, average="weighted"),
            "mcc": metrics.matthews_corrcoef(labels, predicted),
            "logLoss": metrics.log_loss(labels, probabilities, labels=everything),
            "rocAuc": roc[1] if one else float(np.mean(list(roc.values()))),
            "prAuc": pr[1] if one else float(np.mean(list(pr.values()))),
            "precision": precision.tolist(),
            "recall": recall.tolist(),
            "f1": f1.tolist(),
            "support": support.tolist(),
        },
    }


CASES = [
    case("two classes", 60, 2, 1),
    case("two classes with ties", 60, 2, 2, digits=1),
    case("four classes", 80, 4, 3),
    case("four classes, one never true", 80, 4, 4, absent=(2,)),
    case("five classes with ties", 70, 5, 5, digits=1),
]

if __name__ == "__main__":
    path = os.path.join(os.path.dirname(__file__), "metrics.json")
    provenance = f"test/golden/metrics.py with scikit-learn {sklearn.__version__}, numpy {np.__version__}"
    with open(path, "w") as file:
        json.dump({"provenance": provenance, "cases": CASES}, file, separators=(",", ":"))
        file.write("\n")
