"""Writes neighbours.json: nearest neighbours by scikit-learn, the oracle of src/dataset/balance.

    /usr/bin/python3 test/golden/neighbours.py

Seeded; the file names the versions it was made with. No outside data is used. Categories stand as one-hot columns of
cost / sqrt(2) each, so that two that differ are apart by the cost: the median of the deviations of the scaled numbers.
"""

import json
import os

import numpy as np
import sklearn
from sklearn.neighbors import NearestNeighbors
from sklearn.preprocessing import StandardScaler


def case(name, numbers, categories, k):
    scaled = StandardScaler().fit_transform(numbers)
    deviations = scaled.std(axis=0)
    cost = float(np.median(deviations))
    hot = [
        (categories[:, at, None] == np.unique(categories[:, at])[None, :]) * cost / np.sqrt(2)
        for at in range(categories.shape[1])
    ]
    points = np.hstack([scaled, *hot])
    found = NearestNeighbors(n_neighbors=k + 1, algorithm="brute").fit(points)
    distances, index = found.kneighbors(points)
    assert (index[:, 0] == np.arange(len(points))).all(), "equal points"
    assert (np.diff(distances[:, 1:], axis=1) > 1e-9).all(), "equal distances"
    return {
        "name": name,
        "k": k,
        "numbers": numbers.tolist(),
        "categories": categories.tolist(),
        "cost": cost,
        "index": index[:, 1:].tolist(),
        "distances": distances[:, 1:].tolist(),
    }


random = np.random.default_rng(7)


def none(rows):
    return np.zeros((rows, 0), dtype=int)


heavy = np.exp(random.normal(size=(150, 6)) * 2)
CASES = [
    case("normal", random.normal(size=(120, 3)), none(120), 5),
    case("heavy tails", heavy, none(150), 7),
    case("wide", random.normal(size=(90, 21)) * np.arange(1, 22), none(90), 4),
    case("clusters", random.normal(size=(200, 9)) * 0.1 + random.integers(0, 4, (200, 1)), none(200), 6),
    case("categories", random.normal(size=(140, 4)), random.integers(0, 3, (140, 2)), 5),
]

with open(os.path.join(os.path.dirname(__file__), "neighbours.json"), "w") as file:
    json.dump(
        {"made with": {"scikit-learn": sklearn.__version__, "numpy": np.__version__}, "cases": CASES},
        file,
        separators=(",", ":"),
    )
    file.write("\n")
