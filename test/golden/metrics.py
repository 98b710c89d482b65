"""Writes metrics.json: figures of scikit-learn and scipy for small random classifiers, the oracle of src/evaluate.

    /usr/bin/python3 test/golden/metrics.py

Seeded; the file names the versions it was made with. No outside data is used.
"""

import json
import os

import numpy as np
import scipy
import sklearn
from scipy import stats
from sklearn import metrics
from sklearn.calibration import calibration_curve
from sklearn.tree import DecisionTreeClassifier


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
    weights = np.array([(labels == k).sum() for k in present])
    hits = np.eye(classes)[labels]
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
            "macroPrecision": metrics.precision_score(labels, predicted, average="macro", zero_division=0),
            "macroRecall": metrics.recall_score(labels, predicted, average="macro", zero_division=0),
            "weightedPrecision": metrics.precision_score(labels, predicted, average="weighted", zero_division=0),
            "weightedRecall": metrics.recall_score(labels, predicted, average="weighted", zero_division=0),
            "kappa": metrics.cohen_kappa_score(labels, predicted),
            "brier": metrics.brier_score_loss(labels, probabilities[:, 1])
            if one
            else float(((probabilities - hits) ** 2).sum(axis=1).mean()),
            "mcc": metrics.matthews_corrcoef(labels, predicted),
            "logLoss": metrics.log_loss(labels, probabilities, labels=everything),
            "rocAuc": roc[1] if one else float(np.mean(list(roc.values()))),
            "prAuc": pr[1] if one else float(np.mean(list(pr.values()))),
            "weightedRocAuc": roc[1] if one else float(np.average(list(roc.values()), weights=weights)),
            "weightedPrAuc": pr[1] if one else float(np.average(list(pr.values()), weights=weights)),
            "precision": precision.tolist(),
            "recall": recall.tolist(),
            "f1": f1.tolist(),
            "support": support.tolist(),
        },
    }


def curves(rows, seed, digits):
    """Curves and calibration of one score; with few digits, scores are tied."""
    random = np.random.default_rng(seed)
    scores = np.round(random.beta(0.7, 1.2, rows), digits)
    labels = (random.random(rows) < 0.7 * scores + 0.1).astype(int)
    false_rates, detected, thresholds = metrics.roc_curve(labels, scores, drop_intermediate=False)
    precision, recall, cuts = metrics.precision_recall_curve(labels, scores)
    found, said = calibration_curve(labels, scores, n_bins=10)
    return {
        "scores": scores.tolist(),
        "labels": labels.tolist(),
        "roc": [false_rates[1:].tolist(), detected[1:].tolist(), thresholds[1:].tolist()],
        "precisionRecall": [precision[:-1][::-1].tolist(), recall[:-1][::-1].tolist(), cuts[::-1].tolist()],
        "calibration": [said.tolist(), found.tolist()],
    }


def intervals(seed):
    """BCa intervals of scipy, of figures whose bootstrap is skewed."""
    random = np.random.default_rng(seed)
    losses = random.exponential(1, 80)
    labels = (random.random(150) < 0.4).astype(int)
    scores = labels * 0.9 + random.normal(size=150)

    def bca(data, statistic, paired):
        found = stats.bootstrap(
            data, statistic, n_resamples=20000, method="BCa", paired=paired, vectorized=False, random_state=1
        ).confidence_interval
        return [float(found.low), float(found.high)]

    def area(labels, scores):
        return metrics.roc_auc_score(labels, scores) if 0 < labels.sum() < len(labels) else np.nan

    return {
        "losses": losses.tolist(),
        "mean": bca((losses,), np.mean, False),
        "labels": labels.tolist(),
        "scores": scores.tolist(),
        "rocAuc": bca((labels, scores), area, True),
    }


def tree(seed):
    """The tree of depth two that scikit-learn grows, and what it says of other rows."""
    random = np.random.default_rng(seed)
    values = np.round(random.normal(size=(400, 3)), 1)
    labels = ((values[:, 1] > 0.35).astype(int) + (values[:, 2] + 0.3 * values[:, 0] > 0.8)).clip(0, 2)
    flipped = random.random(400) < 0.05
    labels[flipped] = (labels[flipped] + 1) % 3
    grown = DecisionTreeClassifier(max_depth=2, random_state=0).fit(values[:250], labels[:250])
    return {
        "values": values.tolist(),
        "labels": labels.tolist(),
        "trainingRows": 250,
        "probabilities": grown.predict_proba(values[250:]).tolist(),
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
    provenance = (
        f"test/golden/metrics.py with scikit-learn {sklearn.__version__}, scipy {scipy.__version__}, numpy {np.__version__}"
    )
    with open(path, "w") as file:
        golden = {
            "provenance": provenance,
            "cases": CASES,
            "curves": [curves(200, 11, 9), curves(300, 12, 1)],
            "intervals": intervals(13),
            "tree": tree(14),
        }
        json.dump(golden, file, separators=(",", ":"))
        file.write("\n")
