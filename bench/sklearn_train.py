"""Fits scikit-learn's HistGradientBoostingClassifier on tables that bench/train.ts wrote, on request.

Reads one JSON request a line from standard input and answers with one JSON line:
  {"folder", "columns", "categorical", "trainRows", "testRows", "parameters", "seed"}
  -> {"seconds", "cpuSeconds", "predicted"} where `predicted` names a file of int32 class indices.
Tables are column-major float64 files; labels are int32 files.
"""

import json
import os
import sys
import time

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier


def table(folder, name, rows, columns):
    values = np.fromfile(os.path.join(folder, name + ".f64"), dtype=np.float64)
    return np.asfortranarray(values.reshape(columns, rows).T)


def answer(request):
    folder, columns = request["folder"], request["columns"]
    train = table(folder, "train", request["trainRows"], columns)
    test = table(folder, "test", request["testRows"], columns)
    labels = np.fromfile(os.path.join(folder, "train.i32"), dtype=np.int32)
    model = HistGradientBoostingClassifier(
        categorical_features=request["categorical"] or None,
        random_state=request["seed"],
        early_stopping=False,
        **request["parameters"],
    )
    wall, cpu = time.perf_counter(), time.process_time()
    model.fit(train, labels)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    path = os.path.join(folder, "sklearn.i32")
    model.predict(test).astype(np.int32).tofile(path)
    return {"seconds": wall, "cpuSeconds": cpu, "predicted": path}


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
