"""Writes linear.json: weights that scikit-learn's linear models and naive Bayes find on a small table, the truth of
test/golden/linear.test.ts.

    /usr/bin/python3 test/golden/linear.py

The table is drawn by a recurrence that the test repeats, so that no data need be kept.
"""

import json
import os

import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

ROWS, COLUMNS = 400, 5


def drawn():
    """Numbers in [0, 1), by the recurrence of Lehmer (Park and Miller 1988)."""
    state = 12345
    while True:
        state = state * 48271 % 2147483647
        yield state / 2147483647


def tables():
    stream = drawn()
    values = np.empty((ROWS, COLUMNS))
    groups = np.empty(ROWS, dtype=int)
    for row in range(ROWS):
        values[row] = [next(stream) for _ in range(COLUMNS)]
        score = values[row, 0] * 2 + values[row, 1] ** 2 - values[row, 2] + next(stream)
        groups[row] = 0 if score < 0.9 else 1 if score < 1.6 else 2
    return values, groups


def weights(model):
    return {"weights": model.coef_.tolist(), "biases": model.intercept_.tolist()}


def main():
    values, groups = tables()
    scaled = StandardScaler().fit_transform(values)
    figures = {}
    for name, labels in {"binary": (groups == 2).astype(int), "groups": groups}.items():
        logistic = dict(C=0.7, tol=1e-12, max_iter=100_000)
        squared = dict(C=0.7, tol=1e-10, max_iter=10_000_000, random_state=1)
        hinge = dict(C=0.05, loss="hinge", tol=1e-8, max_iter=10_000_000, random_state=1)
        bayes = GaussianNB().fit(scaled, labels)
        figures[name] = {
            "logistic": weights(LogisticRegression(**logistic).fit(scaled, labels)),
            "squaredHinge": weights(LinearSVC(**squared).fit(scaled, labels)),
            "hinge": weights(LinearSVC(**hinge).fit(scaled, labels)),
            "sgdAccuracy": SGDClassifier(random_state=1, average=True).fit(scaled, labels).score(scaled, labels),
            "bayes": {
                "means": bayes.theta_.tolist(),
                "variances": bayes.var_.tolist(),
                "probabilities": bayes.predict_proba(scaled[:20]).tolist(),
            },
        }
    provenance = f"test/golden/linear.py with scikit-learn {sklearn.__version__}, numpy {np.__version__}"
    with open(os.path.join(os.path.dirname(__file__), "linear.json"), "w") as file:
        json.dump({"provenance": provenance, "figures": figures}, file, indent=2)
        file.write("\n")


main()
