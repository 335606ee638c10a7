#!/usr/bin/python3
"""The same features in pandas, for the comparison of time and memory.

    pandas_reference.py DIR

DIR is what `ri_bench_features --export DIR` wrote. Computes the features below from the same events
at the same moments, compares every value with the exported ones, and prints how many times as fast
and how much smaller the C++ engine was.

Written as a practised user would: merge_asof for states and histories, cumulative sums and expanding
medians over sorted frames, no loop over rows.
"""

import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

DAY = 86_400_000
(CREATED, STAGE, AMOUNT, COMMIT, OWNER, ACCOUNT, PRODUCT, OUTCOME,
 MEETING, CALL, EMAIL_OUT, EMAIL_IN, TASK) = range(13)
WON = 12
ACTIVITIES = {"meetings": MEETING, "emails_in": EMAIL_IN, "emails_out": EMAIL_OUT, "calls": CALL,
              "tasks": TASK}
PRIOR_WEIGHT = 15


def peak_mebibytes():
    """Most memory ever in use by this process."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return float("nan")


def current_mebibytes():
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return float("nan")


def load(folder):
    """Events as one frame and snapshots as another, both in memory before the clock starts."""
    events = pd.DataFrame({
        "deal": np.fromfile(folder / "deal.u32", dtype=np.uint32).astype(np.int64),
        "attribute": np.fromfile(folder / "attribute.u32", dtype=np.uint32).astype(np.int8),
        "time": np.fromfile(folder / "time.i64", dtype=np.int64),
        "value": np.fromfile(folder / "value.i64", dtype=np.int64),
    })
    as_of = np.fromfile(folder / "as_of.i64", dtype=np.int64)
    snapshots = pd.DataFrame({"deal": np.arange(len(as_of)), "as_of": as_of})
    return events, snapshots


def history(events, attribute):
    """Changes of one attribute by deal and time, with the previous value beside each."""
    rows = events[events.attribute == attribute].sort_values(["deal", "time"], kind="stable")
    rows = rows[["deal", "time", "value"]].copy()
    rows["previous"] = rows.groupby("deal").value.shift()
    return rows


def state_as_of(rows, by_time, columns):
    """The newest row of each deal not later than its snapshot."""
    right = rows.sort_values("time", kind="stable")[["deal", "time"] + columns]
    joined = pd.merge_asof(by_time, right, left_on="as_of", right_on="time", by="deal")
    return joined.set_index("deal").sort_index()


def running_counts(keys, times, wins, ask_keys, ask_times):
    """Number of earlier outcomes, and of wins among them, per asked key and time (not later)."""
    past = pd.DataFrame({"key": keys, "time": times, "wins": wins}).dropna()
    past = past.astype({"key": np.int64, "time": np.int64})
    past = past.sort_values("time", kind="stable")
    past["n"] = past.groupby("key").cumcount() + 1
    past["wins"] = past.groupby("key").wins.cumsum()
    asked = pd.DataFrame({"key": ask_keys, "time": ask_times, "row": np.arange(len(ask_keys))})
    asked = asked.astype({"key": np.int64})
    asked = asked.sort_values("time", kind="stable")
    joined = pd.merge_asof(asked, past, on="time", by="key").sort_values("row")
    return joined.n.fillna(0).to_numpy(), joined.wins.fillna(0).to_numpy()


def running_median(keys, times, values, ask_keys, ask_times):
    """Median of the values seen so far per asked key and time (not later)."""
    past = pd.DataFrame({"key": keys, "time": times, "value": values}).dropna()
    past = past.astype({"key": np.int64, "time": np.int64})
    past = past.sort_values("time", kind="stable").reset_index(drop=True)
    past["median"] = past.groupby("key").value.expanding().median().droplevel(0)
    asked = pd.DataFrame({"key": ask_keys, "time": ask_times, "row": np.arange(len(ask_keys))})
    asked = asked.astype({"key": np.int64}).sort_values("time", kind="stable")
    past = past.drop(columns="value").rename(columns={"median": "value"})
    return pd.merge_asof(asked, past, on="time", by="key").sort_values("row").value.to_numpy()


def week_of(times):
    """Number of the last Monday at or before."""
    return (times - 4 * DAY) // (7 * DAY)


def week_that_sees(times):
    return -((4 * DAY - times) // (7 * DAY))


def stage_tables(stages, outcomes, num_stages):
    """Place and rank of the stages and usual stays, as tables [week, stage] and the first week."""
    visits = stages.drop_duplicates(["deal", "value"])[["deal", "time", "value"]]
    pairs = visits.merge(visits, on="deal", suffixes=("_a", "_b"))
    pairs = pairs[pairs.time_a < pairs.time_b]
    firsts = visits.drop_duplicates("deal")
    stays = stages[["deal", "time", "value"]].copy()
    stays["left"] = stays.groupby("deal").time.shift(-1)
    stays = stays.merge(outcomes[outcomes.value == WON][["deal", "time"]], on="deal",
                        suffixes=("", "_won"))
    stays = stays[stays.time < stays.time_won]
    days = ((stays.left.fillna(stays.time_won) - stays.time) // DAY).astype(int)
    first = min(week_that_sees(firsts.time).min(), week_that_sees(stays.time_won).min())
    last = max(week_that_sees(visits.time).max(), week_that_sees(stays.time_won).max())
    num_weeks = last - first + 1

    def cumulated(weeks, shape, *index):
        table = np.zeros((num_weeks,) + shape)
        np.add.at(table, (weeks - first,) + index, 1)
        return table.cumsum(axis=0)

    before = cumulated(week_that_sees(pairs.time_b), (num_stages, num_stages), pairs.value_a,
                       pairs.value_b)
    seen = cumulated(week_that_sees(firsts.time), (num_stages,), firsts.value)
    seen = (seen + before.sum(axis=1) + before.sum(axis=2)) > 0
    score = np.sign(before - before.transpose(0, 2, 1)).sum(axis=2)
    score[~seen] = -np.inf
    rank = (-score).argsort(axis=1, kind="stable").argsort(axis=1, kind="stable").astype(float)
    rank[~seen] = np.nan
    count = seen.sum(axis=1, keepdims=True)
    place = np.where(count > 1, rank / np.maximum(count - 1, 1), np.nan)
    spent = cumulated(week_that_sees(stays.time_won), (num_stages, days.max() + 1), stays.value,
                      days).cumsum(axis=2)
    total = spent[:, :, -1:]
    quantile = {share: np.where(total[:, :, 0] > 0, (spent >= share * total).argmax(axis=2), np.nan)
                for share in (0.5, 0.9)}
    return first, num_weeks, rank, place, quantile


def stage_moves(out, stages, snapshots, stage, outcomes, num_stages):
    """Features that need the order of the stages."""
    stages = stages.assign(value=stages.value - 7)
    first, num_weeks, rank, place, quantile = stage_tables(stages, outcomes, num_stages)
    as_of = snapshots.as_of
    week = np.minimum(week_of(as_of) - first, num_weeks - 1)
    known = week >= 0
    week = np.maximum(week, 0)
    now = (stage.value - 7).astype(int)
    out["stage_order"] = pd.Series(np.where(known, place[week, now], np.nan))
    days = out["days_in_stage"]
    for share, name in ((0.5, "stage_time_ratio"), (0.9, "days_past_stage_p90")):
        usual = np.where(known, quantile[share][week, now], np.nan)
        out[name] = (days / np.maximum(usual, 1) if share == 0.5
                     else np.where(np.isnan(usual), np.nan, np.maximum(days - usual, 0)))
    moves = stages[["deal", "time", "value"]].merge(snapshots, on="deal")
    moves = moves[moves.time <= moves.as_of]
    row_week = week.to_numpy()[moves.deal]
    moves["rank"] = np.where(known.to_numpy()[moves.deal], rank[row_week, moves.value], np.nan)
    moves["place"] = np.where(known.to_numpy()[moves.deal], place[row_week, moves.value], np.nan)
    moves = moves[moves["rank"].notna()].copy()
    moves["step"] = moves["rank"] - moves.groupby("deal")["rank"].shift()
    recent = moves.as_of - moves.time < 28 * DAY
    by_deal = lambda values: values.groupby(moves.deal).sum().reindex(snapshots.deal, fill_value=0)
    out["stage_advances_28d"] = by_deal((moves.step > 0) & recent)
    out["stage_regressions"] = by_deal(moves.step < 0)
    out["skipped_stages"] = by_deal((moves.step - 1).clip(lower=0).fillna(0))
    out["furthest_stage"] = moves.groupby("deal").place.max().reindex(snapshots.deal)


def reply_latency(activities, snapshots):
    """Median days from the first unanswered email to the buyer's next, replies of 90 days."""
    emails = activities[activities.attribute.isin([EMAIL_OUT, EMAIL_IN])]
    emails = emails.sort_values(["deal", "time"], kind="stable")
    inbound = emails.attribute == EMAIL_IN
    exchange = inbound.groupby(emails.deal).cumsum() - inbound
    asked = emails.time.where(~inbound).groupby([emails.deal, exchange]).transform("min")
    replies = emails[inbound & asked.notna() & (emails.as_of - emails.time < 90 * DAY)]
    waited = (replies.time - asked[replies.index]) / DAY
    return waited.groupby(replies.deal).median().reindex(snapshots.deal)


def open_deals(keys, opened, closed, ask_keys, ask_times):
    """Deals of the key that were open, the asking one not counted."""
    ones = np.ones(len(keys))
    begun, _ = running_counts(keys, opened, ones, ask_keys, ask_times)
    ended, _ = running_counts(keys, closed, ones, ask_keys, ask_times)
    return begun - ended - 1


def compute(events, snapshots):
    out = {}
    by_time = snapshots.sort_values("as_of", kind="stable")
    as_of = snapshots.as_of
    created = events[events.attribute == CREATED].set_index("deal").time.sort_index()
    days = lambda times: (as_of - times) / DAY

    # Latest values.
    latest = {}
    for attribute in (OWNER, ACCOUNT, PRODUCT):
        rows = events[events.attribute == attribute]
        latest[attribute] = state_as_of(rows, by_time, ["value"]).value
    out["owner"], out["account"] = latest[OWNER], latest[ACCOUNT]
    out["product"] = latest[PRODUCT] - 1
    owners = history(events, OWNER)
    owners = owners[owners.previous.notna() & (owners.value != owners.previous)]
    owners = owners.merge(snapshots, on="deal")
    age = owners.as_of - owners.time
    changed = owners[(age >= 0) & (age < 28 * DAY)].groupby("deal").size()
    out["owner_changed_28d"] = (changed.reindex(snapshots.deal, fill_value=0) > 0).astype(float)

    # Amounts.
    amounts = history(events, AMOUNT)
    amounts["first"] = amounts.groupby("deal").value.transform("first")
    amounts["sign"] = np.sign(amounts.value - amounts.previous).fillna(0)
    amount = state_as_of(amounts, by_time, ["value", "first", "sign"])
    out["log_amount"] = np.log1p(amount.value / 100)
    out["amount_missing"] = (amount.value <= 0).astype(float)
    out["amount_change"] = np.log(amount.value / amount["first"])
    out["last_amount_change_sign"] = amount.sign
    changes = amounts[amounts.previous.notna() & (amounts.value != amounts.previous)]
    changes = changes.merge(snapshots, on="deal")
    age = changes.as_of - changes.time
    for window in (28, 90):
        seen = changes[(age >= 0) & (age < window * DAY)].groupby("deal").size()
        out[f"amount_changes_{window}d"] = seen.reindex(snapshots.deal, fill_value=0)

    # Stages.
    stages = history(events, STAGE)
    stages["number"] = stages.groupby("deal").cumcount() + 1
    stage = state_as_of(stages, by_time, ["value", "number"])
    out["stage"] = stage.value - 7
    out["days_in_stage"] = days(stage.time)
    age_days = days(created)
    out["age_days"] = age_days
    out["stage_velocity"] = 30 * stage.number / np.maximum(age_days, 1)
    out["reopenings"] = pd.Series(0.0, index=snapshots.deal)

    outcomes = events[events.attribute == OUTCOME]
    stage_moves(out, stages, snapshots, stage, outcomes, 5)

    # Close dates.
    dates = history(events, COMMIT)
    moved = (dates.value - dates.previous).fillna(0)
    dates["pushes"] = (moved > 0).groupby(dates.deal).cumsum()
    dates["pulls"] = (moved < 0).groupby(dates.deal).cumsum()
    dates["pushed"] = moved.clip(lower=0).groupby(dates.deal).cumsum()
    dates["changed"] = dates.time.where(dates.value != dates.previous)
    dates["changed"] = dates.groupby("deal").changed.ffill()
    dates["first"] = dates.groupby("deal").value.transform("first")
    columns = ["value", "pushes", "pulls", "pushed", "changed", "first"]
    date = state_as_of(dates, by_time, columns)
    ahead = date.value - as_of // DAY
    out["days_to_commit"] = ahead
    out["days_past_commit"] = (-ahead).clip(lower=0)
    out["close_date_pushes"] = date.pushes
    out["close_date_pulls"] = date.pulls
    out["days_pushed"] = date.pushed
    out["days_since_close_date_change"] = days(date.changed)
    out["planned_cycle_days"] = date["first"] - created // DAY
    calendar = pd.to_datetime(date.value, unit="D")
    today = pd.to_datetime(as_of, unit="ms")
    out["close_date_on_month_end"] = calendar.dt.is_month_end.astype(float)
    out["close_date_on_quarter_end"] = calendar.dt.is_quarter_end.astype(float)
    same = (calendar.dt.year == today.dt.year) & (calendar.dt.quarter == today.dt.quarter)
    out["close_date_in_quarter"] = same.astype(float)

    # Activities.
    activities = events[events.attribute >= MEETING].merge(snapshots, on="deal")
    activities = activities[activities.time <= activities.as_of]
    age = activities.as_of - activities.time
    owner_of = events[events.attribute == OWNER].set_index("deal").value
    every = events[events.attribute >= MEETING]
    first_of_owner = (every.assign(owner=owner_of.reindex(every.deal).to_numpy())
                      .groupby("owner").time.min())
    synced = (first_of_owner.reindex(latest[OWNER]).to_numpy() <= as_of.to_numpy())
    out["no_activity_sync"] = pd.Series(1.0 - synced, index=snapshots.deal)
    first_of_kind = events[events.attribute >= MEETING].groupby("attribute").time.min()
    for window in (7, 28, 90):
        recent = activities[age < window * DAY]
        counts = pd.crosstab(recent.deal, recent.attribute).reindex(snapshots.deal, fill_value=0)
        for name, attribute in ACTIVITIES.items():
            known = synced & (first_of_kind[attribute] <= as_of.to_numpy())
            out[f"{name}_{window}d"] = counts[attribute].astype(float).where(known)
    ins, outs = out["emails_in_90d"], out["emails_out_90d"]
    out["inbound_share_90d"] = (ins / (ins + outs)).where(ins + outs > 0)
    out["days_since_touch"] = days(activities.groupby("deal").time.max().reindex(snapshots.deal))
    two_way = activities[activities.attribute.isin([MEETING, CALL, EMAIL_IN])]
    out["days_since_two_way_touch"] = days(two_way.groupby("deal").time.max()
                                           .reindex(snapshots.deal))
    last = activities[age < 28 * DAY].groupby("deal").size().reindex(snapshots.deal, fill_value=0)
    before = (activities[(age >= 28 * DAY) & (age < 56 * DAY)].groupby("deal").size()
              .reindex(snapshots.deal, fill_value=0))
    out["activity_trend"] = np.log((last + 1) / (before + 1)).where(synced)
    active = two_way[two_way.as_of - two_way.time < 28 * DAY].groupby("deal").value.nunique()
    out["active_contacts_28d"] = (active.reindex(snapshots.deal, fill_value=0).astype(float)
                                  .where(synced))
    first_seen = activities.groupby(["deal", "value"], as_index=False)[["time", "as_of"]].min()
    fresh = first_seen[first_seen.as_of - first_seen.time < 28 * DAY].groupby("deal").size()
    out["new_contacts_28d"] = fresh.reindex(snapshots.deal, fill_value=0)

    out["reply_latency"] = reply_latency(activities, snapshots)
    out["contact_roles"] = pd.Series(0.0, index=snapshots.deal)

    # What other deals teach.
    closed = outcomes.set_index("deal").time
    wins = (outcomes.value == WON).astype(float).to_numpy()
    times = outcomes.time.to_numpy()
    n_all, wins_all = running_counts(np.zeros(len(times)), times, wins, np.zeros(len(as_of)),
                                     as_of.to_numpy())
    prior = (wins_all + 1) / (n_all + 2)
    for name, attribute in (("owner", OWNER), ("product", PRODUCT), ("account", ACCOUNT)):
        key_of = events[events.attribute == attribute].set_index("deal").value
        n, won = running_counts(key_of.reindex(outcomes.deal).to_numpy(), times, wins,
                                latest[attribute].to_numpy(), as_of.to_numpy())
        out[f"{name}_win_rate"] = pd.Series((won + PRIOR_WEIGHT * prior) / (n + PRIOR_WEIGHT))
        out[f"{name}_win_rate_n"] = pd.Series(n)
        if name == "account":
            out["account_wins"], out["account_losses"] = pd.Series(won), pd.Series(n - won)
            out["account_is_customer"] = pd.Series((won > 0).astype(float))
            is_win = wins > 0
            last_win = pd.DataFrame({"key": key_of.reindex(outcomes.deal).to_numpy()[is_win],
                                     "time": times[is_win], "won_at": times[is_win]})
            asked = pd.DataFrame({"deal": snapshots.deal, "key": latest[attribute], "time": as_of})
            joined = pd.merge_asof(asked.sort_values("time", kind="stable"),
                                   last_win.sort_values("time"), on="time", by="key")
            out["days_since_account_win"] = days(joined.set_index("deal").won_at.sort_index())
        if name != "product":
            key = key_of.reindex(snapshots.deal).to_numpy()
            out[f"{name}_open_deals"] = pd.Series(open_deals(
                key, created.to_numpy(), closed.reindex(snapshots.deal).to_numpy(),
                latest[attribute].to_numpy(), as_of.to_numpy()))
    visits = stages.drop_duplicates(["deal", "value"]).merge(
        outcomes[["deal", "time", "value"]], on="deal", suffixes=("", "_outcome"))
    n, won = running_counts(visits.value.to_numpy(), visits.time_outcome.to_numpy(),
                            (visits.value_outcome == WON).astype(float).to_numpy(),
                            stage.value.to_numpy(), as_of.to_numpy())
    out["stage_win_rate"] = pd.Series((won + PRIOR_WEIGHT * prior) / (n + PRIOR_WEIGHT))
    out["stage_win_rate_n"] = pd.Series(n)
    tenure = events[events.attribute == OWNER].groupby("value").time.min()
    out["owner_tenure_days"] = days(pd.Series(tenure.reindex(latest[OWNER]).to_numpy()))

    product_of = events[events.attribute == PRODUCT].set_index("deal").value
    firsts = amounts.drop_duplicates("deal")
    usual = running_median(product_of.reindex(firsts.deal).to_numpy(), firsts.time.to_numpy(),
                           firsts.value.to_numpy() / 100, latest[PRODUCT].to_numpy(),
                           as_of.to_numpy())
    out["amount_to_product_median"] = np.log(amount.value / 100 / usual)
    won_deals = outcomes[outcomes.value == WON].sort_values("time", kind="stable")
    worth = pd.merge_asof(won_deals[["deal", "time"]],
                          amounts[["deal", "time", "value"]].sort_values("time", kind="stable"),
                          on="time", by="deal")
    account_of = events[events.attribute == ACCOUNT].set_index("deal").value
    usual = running_median(account_of.reindex(worth.deal).to_numpy(), worth.time.to_numpy(),
                           worth.value.to_numpy() / 100, latest[ACCOUNT].to_numpy(),
                           as_of.to_numpy())
    out["amount_to_account_median"] = np.log(amount.value / 100 / usual)

    # Calendar and quality.
    quarter_end = today.dt.to_period("Q").dt.end_time.dt.normalize() + pd.Timedelta(days=1)
    quarter_begin = today.dt.to_period("Q").dt.start_time
    out["days_to_quarter_end"] = (quarter_end - today.dt.normalize()).dt.days
    out["week_of_quarter"] = (today.dt.normalize() - quarter_begin).dt.days // 7 + 1
    out["fiscal_quarter"], out["month"] = today.dt.quarter, today.dt.month
    creation = pd.to_datetime(created, unit="ms")
    out["created_month"] = creation.dt.month
    out["created_weekday"] = creation.dt.weekday + 1
    # A field tells of care for the record only once it has been in use for 90 days.
    settled = events.groupby("attribute").time.min() + 90 * DAY
    edits = events[events.attribute.isin([CREATED, STAGE, AMOUNT, COMMIT, OWNER, ACCOUNT, PRODUCT])]
    edits = edits[edits.time >= edits.attribute.map(settled)].merge(snapshots, on="deal")
    edits = edits[edits.time <= edits.as_of].groupby("deal").time.max()
    out["days_since_edit"] = days(edits)
    fields = {AMOUNT: amount.value, STAGE: stage.value, COMMIT: date.value, OWNER: latest[OWNER],
              ACCOUNT: latest[ACCOUNT], PRODUCT: latest[PRODUCT]}
    in_use = {key: as_of >= settled[key] for key in fields}
    filled = sum((value.notna() & in_use[key]).astype(float) for key, value in fields.items())
    counted = sum(used.astype(float) for used in in_use.values())
    out["share_fields_filled"] = filled / counted.where(counted > 0)
    return pd.DataFrame({name: np.asarray(values, dtype=np.float32) for name, values in out.items()})


def compare(frame, folder):
    """Largest relative difference by feature against the exported matrix; the worst decides."""
    names = (folder / "features.txt").read_text().split("\n")[:-1]
    exported = np.fromfile(folder / "features.f32", dtype=np.float32).reshape(len(frame), -1)
    worst = 0.0
    for name in frame.columns:
        ours = exported[:, names.index(name)]
        theirs = frame[name].to_numpy()
        both_missing = np.isnan(ours) & np.isnan(theirs)
        error = np.abs(ours - theirs) / np.maximum(1, np.abs(theirs))
        error = np.where(both_missing, 0, np.where(np.isnan(error), np.inf, error))
        if error.max() > 1e-4:
            rows = np.flatnonzero(error > 1e-4)
            print(f"  {name}: {len(rows)} rows differ, first deal {rows[0]}: "
                  f"{ours[rows[0]]} against {theirs[rows[0]]}")
        worst = max(worst, float(error.max()))
    return worst


def main():
    folder = Path(sys.argv[1])
    events, snapshots = load(folder)
    before = current_mebibytes()
    cpu, wall = time.process_time(), time.perf_counter()
    frame = compute(events, snapshots)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    memory = peak_mebibytes() - before
    worst = compare(frame, folder)
    seconds, mebibytes = map(float, (folder / "result.txt").read_text().split())
    print(f"pandas: {frame.shape[1]} features, {cpu:.2f} s processor time, {wall:.2f} s wall, "
          f"{memory:.0f} MiB beyond the events")
    print(f"largest difference {worst:.1e}")
    print(f"engine: {seconds:.3f} s, {mebibytes:.0f} MiB beyond the events; "
          f"{cpu / seconds:.1f} times as fast, {memory / mebibytes:.1f} times less memory")
    return 0 if worst <= 1e-4 else 1


if __name__ == "__main__":
    sys.exit(main())
