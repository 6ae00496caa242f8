"""Measurements as phones log them: operators by their network's code, no service as a failed test, Wi-Fi as none."""

from __future__ import annotations

import numpy as np
import pandas as pd

VIETNAM = 452
OPERATOR_OF_NETWORK = {1: "mobifone", 2: "vinaphone", 4: "viettel", 5: "vietnamobile"}
"""Operators by mobile network code under country code 452 (ITU-T E.212)."""
NO_SERVICE, WIFI = "none", "wifi"


def as_tests(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a checked list as tests.

    An operator that is not named is taken from MCC and MNC (an absent MCC is Viet Nam's). A test without service is
    one without signal, whatever level the phone wrote beside it. Tests over Wi-Fi say nothing of a mobile network and
    are left out, and so are those of networks abroad.
    """
    tests = rows[rows["tech"] != WIFI].reset_index(drop=True)
    own = tests["mcc"].isna() | (tests["mcc"] == VIETNAM)
    by_code = tests["mnc"].map(OPERATOR_OF_NETWORK).where(own, "").fillna("").astype(str)
    operator = tests["operator"].where(tests["operator"] != "", by_code)
    none = tests["tech"] == NO_SERVICE
    signal = tests["signal"].astype("boolean").mask(none, False)
    tests = tests.assign(
        operator=operator.astype(rows["operator"].dtype),
        signal=signal,
        rsrp_dbm=tests["rsrp_dbm"].where(~none, np.nan),
    )
    return tests[own & (tests["operator"] != "")].reset_index(drop=True)
