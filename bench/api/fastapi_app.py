"""The usual way: FastAPI and uvicorn, one XGBoost model, predictions with contributions.

Serves the trees that `revint models export --format xgboost` wrote to BENCH_MODEL. Without them it
trains a model of BENCH_TREES trees on BENCH_FEATURES columns.
"""

import json
import os

import numpy
import xgboost
from fastapi import FastAPI, Request


def trained():
    columns = int(os.environ.get("BENCH_FEATURES", "60"))
    random = numpy.random.default_rng(1)
    rows = random.normal(size=(5000, columns))
    labels = (rows[:, 0] + rows[:, 1] * rows[:, 2] + random.normal(size=5000) > 0).astype(float)
    return xgboost.train({"objective": "binary:logistic", "max_depth": 4, "nthread": 1, "eta": 0.05},
                         xgboost.DMatrix(rows, labels),
                         num_boost_round=int(os.environ.get("BENCH_TREES", "200")))


if os.environ.get("BENCH_MODEL"):
    booster = xgboost.Booster(model_file=os.environ["BENCH_MODEL"])
else:
    booster = trained()
booster.set_param({"nthread": 1})
app = FastAPI()


@app.get("/columns")
async def columns():
    return {"columns": booster.num_features(), "trees": booster.num_boosted_rounds()}


@app.post("/score")
async def score(request: Request):
    rows = json.loads(await request.body())["rows"]
    matrix = xgboost.DMatrix(numpy.asarray(rows, dtype=float), feature_names=booster.feature_names,
                             feature_types=booster.feature_types)
    contributions = booster.predict(matrix, pred_contribs=True)
    return {"items": [{"log_odds": float(row.sum()), "reasons": [float(v) for v in row]}
                      for row in contributions]}
