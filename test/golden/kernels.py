"""Writes kernels.json: what scikit-learn's SVC, OneClassSVM and KNeighborsClassifier find in small tables, the oracle of
the learners svm-rbf, one-class and neighbours.

    /usr/bin/python3 test/golden/kernels.py

Seeded; the file names the versions it was made with. No outside data is used. Numbers are multiples of 1/64, so that
32-bit floats hold them. Some rows occur several times, some of them in several classes.
"""

import json
import os

import numpy as np
import sklearn
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVC, OneClassSVM

random = np.random.default_rng(11)


def numbers(rows, columns):
    return np.round(random.normal(size=(rows, columns)) * 64) / 64


def labelled(rows, columns, classes):
    values = numbers(rows, columns)
    values = np.vstack([values, values[: rows // 5], values[: rows // 10]])
    score = values[:, 0] + values[:, 1] ** 2 + random.normal(size=len(values)) * 0.7
    cuts = np.quantile(score, np.arange(1, classes) / classes)
    return values, np.searchsorted(cuts, score)


def objective(model, gamma):
    """Half the squared norm less the sum of the coefficients: what the dual minimises, of two classes."""
    vectors, coefficients = model.support_vectors_, model.dual_coef_[0]
    squares = ((vectors[:, None, :] - vectors[None, :, :]) ** 2).sum(axis=2)
    return float(0.5 * coefficients @ np.exp(-gamma * squares) @ coefficients - np.abs(coefficients).sum())


def machine(name, rows, columns, classes, cost, gamma, weights):
    values, labels = labelled(rows, columns, classes)
    asked = numbers(25, columns)
    given = dict(enumerate(weights)) if weights else None
    model = SVC(C=cost, gamma=gamma, tol=1e-7, class_weight=given, decision_function_shape="ovo").fit(values, labels)
    decisions = model.decision_function(asked)
    if classes == 2:
        # Of two classes scikit-learn tells the decision for the second.
        decisions = -decisions[:, None]
    return {
        "name": name,
        "cost": cost,
        "gamma": gamma,
        "weights": weights,
        "values": values.tolist(),
        "labels": labels.tolist(),
        "asked": asked.tolist(),
        "decisions": decisions.tolist(),
        "objective": objective(model, gamma) if classes == 2 else None,
        "scaleGamma": float(1 / (columns * values.var())),
    }


def boundary(name, rows, columns, nu, gamma):
    values = numbers(rows, columns)
    values = np.vstack([values, values[: rows // 5]])
    asked = numbers(25, columns) * 1.5
    model = OneClassSVM(nu=nu, gamma=gamma, tol=1e-7).fit(values)
    return {
        "name": name,
        "nu": nu,
        "gamma": gamma,
        "values": values.tolist(),
        "asked": asked.tolist(),
        "decisions": model.decision_function(asked).tolist(),
    }


def votes(name, rows, columns, categories, k, weights, metric):
    values, labels = labelled(rows, columns, 3)
    codes = random.integers(0, max(categories, 1), len(values))
    codes[rows:] = np.concatenate([codes[: rows // 5], codes[: rows // 10]])
    asked, asked_codes = numbers(30, columns), random.integers(0, max(categories, 1), 30)

    def points(numeric, code):
        return np.hstack([numeric, np.eye(categories)[code]]) if categories else numeric

    model = KNeighborsClassifier(k, weights=weights, metric=metric, algorithm="brute").fit(points(values, codes), labels)
    distances, _ = model.kneighbors(points(asked, asked_codes), n_neighbors=k + 1)
    # Whom equal distances choose is not told by the method: such rows are not asked about.
    clear = distances[:, k] > distances[:, k - 1] + 1e-6
    return {
        "name": name,
        "k": k,
        "weights": weights,
        "metric": metric,
        "categories": categories,
        "values": values.tolist(),
        "codes": codes.tolist(),
        "labels": labels.tolist(),
        "asked": asked[clear].tolist(),
        "askedCodes": asked_codes[clear].tolist(),
        "farthest": distances[clear, k - 1].tolist(),
        "probabilities": model.predict_proba(points(asked[clear], asked_codes[clear])).tolist(),
    }


found = {
    "made with": {"scikit-learn": sklearn.__version__, "numpy": np.__version__},
    "machines": [
        machine("two classes", 90, 3, 2, 1.0, 0.4, None),
        machine("weighted", 90, 3, 2, 5.0, 0.25, [1.0, 4.0]),
        machine("four classes", 110, 4, 4, 2.0, 0.5, None),
    ],
    "boundaries": [boundary("tight", 100, 3, 0.3, 0.5), boundary("wide", 120, 5, 0.05, 0.1)],
    "votes": [
        votes("euclidean", 80, 4, 0, 5, "uniform", "euclidean"),
        votes("by distance", 80, 3, 0, 7, "distance", "euclidean"),
        votes("categories", 90, 3, 4, 4, "uniform", "euclidean"),
        votes("manhattan", 90, 5, 3, 6, "distance", "manhattan"),
    ],
}
with open(os.path.join(os.path.dirname(__file__), "kernels.json"), "w") as file:
    json.dump(found, file, separators=(",", ":"))
    file.write("\n")
