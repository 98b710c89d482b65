"""Writes networks.json: small multi-layer perceptrons of scikit-learn, for src/learner/network/golden.test.ts.

    /usr/bin/python3 test/golden/networks.py

Each case holds rows, labels, the weights before and after some full-batch steps, the loss before each step, and the
probabilities afterwards. Everything is drawn from fixed seeds; numbers are rounded to nine digits.
"""

import json
import os

import numpy as np
import sklearn
from sklearn.neural_network import MLPClassifier

CASES = [
    dict(name="relu, Adam, two classes", classes=2, hidden=[7, 5], activation="relu", solver="adam", alpha=0.0),
    dict(name="tanh, Adam, three classes, L2", classes=3, hidden=[6], activation="tanh", solver="adam", alpha=0.5),
    dict(name="logistic, momentum, three classes", classes=3, hidden=[9, 4], activation="logistic", solver="sgd", alpha=0.0),
    dict(name="relu, momentum, two classes, L2", classes=2, hidden=[8], activation="relu", solver="sgd", alpha=0.2),
]
ROWS, COLUMNS, STEPS, RATE = 37, 5, 25, 0.02


class Recorded(MLPClassifier):
    """Keeps the weights that it begins with."""

    def _initialize(self, *arguments, **named):
        super()._initialize(*arguments, **named)
        self.before = parameters(self)


def parameters(model):
    layers = zip(model.coefs_, model.intercepts_)
    return [{"weights": rounded(weights), "biases": rounded(biases)} for weights, biases in layers]


def rounded(values):
    return [float(f"{value:.9g}") for value in np.ravel(values)]


def main():
    cases = []
    for seed, case in enumerate(CASES):
        random = np.random.default_rng(seed)
        rows = np.round(random.normal(size=(ROWS, COLUMNS)), 3)
        rows[:, 1] = rows[:, 1] > 0
        labels = random.integers(0, case["classes"], ROWS)
        labels[: case["classes"]] = np.arange(case["classes"])
        model = Recorded(
            case["hidden"],
            activation=case["activation"],
            solver=case["solver"],
            alpha=case["alpha"],
            batch_size=ROWS,
            learning_rate_init=RATE,
            max_iter=STEPS,
            shuffle=False,
            tol=0,
            n_iter_no_change=10_000,
            random_state=seed,
        ).fit(rows, labels)
        cases.append(
            {
                **case,
                "rows": rounded(rows),
                "labels": labels.tolist(),
                "before": model.before,
                "after": parameters(model),
                # The losses hold the L2 penalty too.
                "losses": rounded(model.loss_curve_) if case["alpha"] == 0 else None,
                "probabilities": rounded(model.predict_proba(rows)),
            }
        )
    provenance = f"test/golden/networks.py with scikit-learn {sklearn.__version__}, numpy {np.__version__}"
    found = {"provenance": provenance, "columns": COLUMNS, "steps": STEPS, "rate": RATE, "cases": cases}
    with open(os.path.join(os.path.dirname(__file__), "networks.json"), "w") as file:
        json.dump(found, file, indent=1)
        file.write("\n")


main()
