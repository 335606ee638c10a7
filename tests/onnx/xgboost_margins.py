"""xgboost_margins.py FOLDER: trees.json in Python's XGBoost against the margins in case.json."""

import json
import sys
from pathlib import Path

import numpy as np
import xgboost

folder = Path(sys.argv[1])
case = json.loads((folder / "case.json").read_text())
columns = case["inputs"]["columns"]
rows = np.array([np.nan if value is None else value for value in columns["values"]],
                dtype=np.float32).reshape(columns["dimensions"])
booster = xgboost.Booster(model_file=str(folder / "trees.json"))
matrix = xgboost.DMatrix(rows, missing=np.nan, feature_names=booster.feature_names)
margins = booster.predict(matrix, output_margin=True)
worst = np.abs(margins - np.array(case["outputs"]["margin"])).max()
print(f"XGBoost {xgboost.__version__}: {len(rows)} rows, {np.isnan(rows).sum()} missing values, "
      f"{booster.num_boosted_rounds()} trees: margin {worst:.1e}")
sys.exit(0 if worst <= 1e-5 else 1)
