"""The usual way: FastAPI and uvicorn, one XGBoost model, predictions with contributions."""

import json
import os

import numpy
import xgboost
from fastapi import FastAPI, Request

FEATURES = int(os.environ.get("BENCH_FEATURES", "60"))
TREES = int(os.environ.get("BENCH_TREES", "200"))

_random = numpy.random.default_rng(1)
_rows = _random.normal(size=(5000, FEATURES))
_labels = (_rows[:, 0] + _rows[:, 1] * _rows[:, 2] + _random.normal(size=5000) > 0).astype(float)
booster = xgboost.train({"objective": "binary:logistic", "max_depth": 4, "nthread": 1, "eta": 0.05},
                        xgboost.DMatrix(_rows, _labels), num_boost_round=TREES)
booster.set_param({"nthread": 1})
app = FastAPI()


@app.post("/score")
async def score(request: Request):
    rows = json.loads(await request.body())["rows"]
    matrix = xgboost.DMatrix(numpy.asarray(rows, dtype=float))
    contributions = booster.predict(matrix, pred_contribs=True)
    return {"items": [{"log_odds": float(row.sum()), "reasons": [float(v) for v in row]}
                      for row in contributions]}
