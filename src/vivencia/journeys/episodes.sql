-- name: episode_clock
-- The end of the data: a contact is followed until then.
SELECT max("at") AS ends FROM events;

-- name: held
-- What a hold-up is made of, with the totals behind it: seconds waited and journeys ended there.
WITH waits AS (
  SELECT from_touchpoint AS touchpoint, sum(mean_s * "count") AS total_s, sum("count") AS moves
  FROM transitions
  WHERE mean_s IS NOT NULL
  GROUP BY from_touchpoint
), whole AS (
  SELECT sum(total_s) AS total_s FROM waits
), held AS (
  SELECT drop_offs.touchpoint, drop_offs.visits, waits.total_s / waits.moves AS waited_s,
    coalesce(waits.total_s / nullif(whole.total_s, 0e0), 0e0) AS wait_share,
    drop_offs.share AS leaving, drop_offs.share_low AS leaving_low, drop_offs.share_high AS leaving_high,
    coalesce(waits.total_s, 0e0) AS total_s,
    CAST(drop_offs.abandoned + drop_offs.lost AS DOUBLE) AS ended
  FROM drop_offs
  LEFT JOIN waits ON waits.touchpoint = drop_offs.touchpoint
  CROSS JOIN whole
), every AS (
  SELECT sum(wait_share * visits * leaving) AS total FROM held
)
SELECT held.touchpoint, held.visits, held.waited_s, held.wait_share,
  held.leaving, held.leaving_low, held.leaving_high,
  coalesce(held.wait_share * held.visits * held.leaving / nullif(every.total, 0e0), 0e0) AS weight,
  held.total_s, held.ended
FROM held
CROSS JOIN every;
