"""The public ways to serve the APA-DDoS model: FastAPI, one endpoint, a scikit-learn forest of 100 trees. Run by bench/serve.ts.

  python3 serve_fastapi.py ROWS.json PORT

ROWS.json holds {"columns": [19 names], "rows": [[...]], "labels": [...]}. Trains the forests, then serves by one uvicorn process:

- POST /predict as it is usually written: a pydantic model of the 19 fields, a pandas data frame of one row, `predict` for the
  class and `predict_proba` for the confidence. This is the peer of the bar.
- POST /predict_lean as lean as it can be: the same model of pydantic, an array of numpy, `predict_proba` alone.
- POST /predict_many takes a list of rows, scored in one call, and is what a quick client would use.
"""

import json
import sys

import numpy as np
import pandas as pd
import uvicorn
from fastapi import FastAPI
from pydantic import Field, create_model
from sklearn.ensemble import RandomForestClassifier

with open(sys.argv[1], encoding="utf-8") as file:
    data = json.load(file)

columns = data["columns"]
values = np.array(data["rows"], float)
# One forest, fitted with names and without: scikit-learn warns of rows whose names are others than those that it was fitted with.
named = RandomForestClassifier(n_estimators=100, random_state=1).fit(pd.DataFrame(values, columns=columns), data["labels"])
plain = RandomForestClassifier(n_estimators=100, random_state=1).fit(values, data["labels"])
Row = create_model("Row", **{f"f{index}": (float, Field(alias=name)) for index, name in enumerate(columns)})
app = FastAPI()


def by_alias(row):
    return row.model_dump(by_alias=True) if hasattr(row, "model_dump") else row.dict(by_alias=True)


@app.get("/")
def health():
    return {"health_check": "OK", "model_version": "1"}


@app.post("/predict")
def predict(row: Row):
    frame = pd.DataFrame([by_alias(row)])
    label = named.predict(frame)[0]
    probabilities = named.predict_proba(frame)[0]
    return {
        "predicted_class": int(np.argmax(probabilities)),
        "class_label": str(label),
        "confidence": float(probabilities.max()),
    }


@app.post("/predict_lean")
def predict_lean(row: Row):
    probabilities = plain.predict_proba(np.array([list(by_alias(row).values())]))[0]
    given = int(probabilities.argmax())
    return {"predicted_class": given, "class_label": str(plain.classes_[given])}


@app.post("/predict_many")
def predict_many(rows: list[Row]):
    probabilities = plain.predict_proba(np.array([list(by_alias(row).values()) for row in rows]))
    given = probabilities.argmax(axis=1)
    return [{"predicted_class": int(one), "class_label": str(plain.classes_[one])} for one in given]


uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[2]), log_level="error", access_log=False)
