"""Writes distribution.json: statistics of scipy for small samples, the oracle of src/evaluate/distribution.ts, and trees of
scikit-learn, the oracle of src/evaluate/column-trees.ts.

    /usr/bin/python3 test/golden/distribution.py

Seeded; the file names the versions it was made with. No outside data is used.
"""

import json
import os

import numpy as np
import scipy
import sklearn
from scipy import special, stats
from scipy.spatial import distance
from sklearn.metrics import balanced_accuracy_score, f1_score
from sklearn.tree import DecisionTreeClassifier


def smirnov(name, a, b):
    a, b = np.sort(a), np.sort(b)
    statistic = stats.ks_2samp(a, b, method="asymp").statistic
    rows = len(a) * len(b) / (len(a) + len(b))
    return {
        "name": name,
        "a": a.tolist(),
        "b": b.tolist(),
        "statistic": float(statistic),
        "probability": float(stats.kstwobign.sf(np.sqrt(rows) * statistic)),
    }


def homogeneity(name, a, b):
    table = np.array([a, b])
    used = table[:, table.sum(axis=0) > 0]
    found = stats.chi2_contingency(used, correction=False)
    p, q = np.array(a) / sum(a), np.array(b) / sum(b)
    both = (p > 0) & (q > 0)
    return {
        "name": name,
        "a": a,
        "b": b,
        "statistic": float(found[0]),
        "probability": float(found[1]),
        "degrees": int(found[2]),
        "cramersV": float(stats.contingency.association(used, method="cramer", correction=False)),
        "totalVariation": float(distance.cityblock(p, q) / 2),
        # Jeffreys' divergence, where every bin has rows on both sides.
        "stabilityIndex": float(special.rel_entr(p, q).sum() + special.rel_entr(q, p).sum()) if both.all() else None,
    }


def wilson(hits, rows):
    found = stats.binomtest(hits, rows).proportion_ci(method="wilson")
    return {"hits": hits, "rows": rows, "low": found.low, "high": found.high}


def stump(name, values, labels, classes):
    """A tree of one split, by trying every threshold with scikit-learn's own figures; and scikit-learn's own stump."""
    best = max(
        (
            float(
                np.mean(
                    np.where(
                        values <= threshold,
                        np.bincount(labels[values <= threshold]).argmax(),
                        np.bincount(labels[values > threshold]).argmax(),
                    )
                    == labels
                )
            )
            for threshold in np.unique(values)[:-1]
        ),
    )
    scores = {}
    for depth in (1, 2):
        balanced = DecisionTreeClassifier(max_depth=depth, class_weight="balanced", random_state=0)
        plain = DecisionTreeClassifier(max_depth=depth, random_state=0)
        predicted = plain.fit(values[:, None], labels).predict(values[:, None])
        called = balanced.fit(values[:, None], labels).predict(values[:, None])
        scores[str(depth)] = {
            "accuracy": float(np.mean(predicted == labels)),
            "macroF1": float(f1_score(labels, predicted, average="macro")),
            "balancedAccuracy": float(balanced_accuracy_score(labels, called)),
        }
    return {
        "name": name,
        "classes": classes,
        "values": values.tolist(),
        "labels": labels.tolist(),
        "bestStump": best,
        "greedy": scores,
    }


random = np.random.default_rng(20)
labels = random.integers(0, 3, 120)
few = random.integers(0, 2, 90)
GOLDEN = {
    "made with": {"scipy": scipy.__version__, "scikit-learn": sklearn.__version__, "numpy": np.__version__},
    "smirnov": [
        smirnov("same distribution", random.normal(size=80), random.normal(size=50)),
        smirnov("shifted", random.normal(size=60), random.normal(0.8, 1, size=70)),
        smirnov("with ties", random.integers(0, 4, 50).astype(float), random.integers(1, 5, 60).astype(float)),
        smirnov("apart", np.arange(10.0), np.arange(20.0, 32.0)),
    ],
    "tails": [{"value": v, "probability": float(special.kolmogorov(v))} for v in (0.2, 0.5, 0.8, 1.1, 1.3, 2, 3)],
    "chiTails": [
        {"value": v, "degrees": d, "probability": float(stats.chi2.sf(v, d))}
        for v, d in ((0.1, 1), (3.84, 1), (2, 5), (30, 5), (100, 99), (80, 120), (400, 3))
    ],
    "homogeneity": [
        homogeneity("equal shares", [10, 20, 30], [20, 40, 60]),
        homogeneity("unlike", [50, 30, 20, 5], [20, 40, 60, 9]),
        homogeneity("a category of one side only", [50, 0, 20], [20, 40, 60]),
        homogeneity("no common category", [50, 0], [0, 30]),
    ],
    "wilson": [wilson(0, 10), wilson(10, 10), wilson(45, 50), wilson(990, 1000), wilson(1, 2)],
    "stumps": [
        stump("three classes", np.round(labels * 1.0 + random.normal(0, 0.7, 120), 1), labels, 3),
        stump("two classes, few rows of one", np.round(random.normal(size=90) + 2 * few, 1), few, 2),
    ],
}

with open(os.path.join(os.path.dirname(__file__), "distribution.json"), "w") as file:
    json.dump(GOLDEN, file)
    file.write("\n")
