-- Journeys, counted. Every table here is read from `steps`, `journeys` and `moves`, which
-- the map before them writes once.

-- name: journey_clock
-- The end of the data: a journey whose last step lies within the gap before it is still open.
SELECT max("at") AS ends FROM events;

-- name: journey_places
-- Each touchpoint's stage and channel; the catalogue gives every event of a touchpoint the same.
SELECT touchpoint, min(stage) AS stage, min(channel) AS channel
FROM events
GROUP BY touchpoint;

-- name: transitions
WITH counted AS (
  SELECT from_value, to_value,
    sum("count") AS moves, sum(customers) AS walkers, sum(total_s) AS total_s, sum(timed) AS timed
  FROM moves
  WHERE dimension = 'touchpoint'
  GROUP BY from_value, to_value
), pauses AS (
  SELECT previous, touchpoint,
    quantile_cont(waited_s, 0.5) AS median_s, quantile_cont(waited_s, 0.9) AS p90_s
  FROM steps
  WHERE waited_s IS NOT NULL
  GROUP BY previous, touchpoint
)
SELECT counted.from_value AS from_touchpoint, counted.to_value AS to_touchpoint,
  CAST(counted.moves AS BIGINT) AS "count", CAST(counted.walkers AS BIGINT) AS customers,
  counted.total_s / nullif(counted.timed, 0) AS mean_s, pauses.median_s, pauses.p90_s
FROM counted
LEFT JOIN pauses ON pauses.previous = counted.from_value AND pauses.touchpoint = counted.to_value;

-- name: flows
WITH counted AS (
  SELECT dimension, from_value, to_value,
    sum("count") AS moves, sum(customers) AS walkers, sum(total_s) AS total_s, sum(timed) AS timed
  FROM moves
  WHERE dimension <> 'touchpoint'
  GROUP BY dimension, from_value, to_value
), pauses AS (
  SELECT 'stage' AS dimension, one.stage AS from_value, other.stage AS to_value,
    quantile_cont(steps.waited_s, 0.5) AS median_s, quantile_cont(steps.waited_s, 0.9) AS p90_s
  FROM steps
  JOIN journey_places AS one ON one.touchpoint = steps.previous
  JOIN journey_places AS other ON other.touchpoint = steps.touchpoint
  WHERE steps.waited_s IS NOT NULL
  GROUP BY one.stage, other.stage
  UNION ALL
  SELECT 'channel' AS dimension, one.channel AS from_value, other.channel AS to_value,
    quantile_cont(steps.waited_s, 0.5) AS median_s, quantile_cont(steps.waited_s, 0.9) AS p90_s
  FROM steps
  JOIN journey_places AS one ON one.touchpoint = steps.previous
  JOIN journey_places AS other ON other.touchpoint = steps.touchpoint
  WHERE steps.waited_s IS NOT NULL AND one.channel IS NOT NULL AND other.channel IS NOT NULL
  GROUP BY one.channel, other.channel
  UNION ALL
  SELECT 'place' AS dimension, previous_place AS from_value, place AS to_value,
    quantile_cont(waited_s, 0.5) AS median_s, quantile_cont(waited_s, 0.9) AS p90_s
  FROM steps
  WHERE waited_s IS NOT NULL AND previous_place IS NOT NULL AND place IS NOT NULL
  GROUP BY previous_place, place
)
SELECT counted.dimension, counted.from_value, counted.to_value,
  CAST(counted.moves AS BIGINT) AS "count", CAST(counted.walkers AS BIGINT) AS customers,
  counted.total_s / nullif(counted.timed, 0) AS mean_s, pauses.median_s, pauses.p90_s
FROM counted
LEFT JOIN pauses ON pauses.dimension = counted.dimension
  AND pauses.from_value = counted.from_value AND pauses.to_value = counted.to_value;

-- name: variants
SELECT variant, count(*) AS "count", count(DISTINCT customer) AS customers,
  CAST(sum(CASE WHEN outcome = 'REACHED' THEN 1 ELSE 0 END) AS BIGINT) AS reached,
  quantile_cont(duration_s, 0.5) AS median_s, quantile_cont(duration_s, 0.9) AS p90_s
FROM journeys
GROUP BY variant;

-- name: drop_offs
-- Wilson's interval of the share of visits after which the journey ended without its goal.
WITH visits AS (
  SELECT from_touchpoint AS touchpoint,
    sum(CASE WHEN to_touchpoint = 'OPEN' THEN 0 ELSE "count" END) AS visits,
    sum(CASE WHEN to_touchpoint = 'REACHED' THEN "count" ELSE 0 END) AS reached,
    sum(CASE WHEN to_touchpoint = 'ABANDONED' THEN "count" ELSE 0 END) AS abandoned,
    sum(CASE WHEN to_touchpoint = 'LOST' THEN "count" ELSE 0 END) AS lost
  FROM transitions
  WHERE from_touchpoint <> 'START'
  GROUP BY from_touchpoint
), shares AS (
  SELECT touchpoint, visits, reached, abandoned, lost,
    CAST(visits AS DOUBLE) AS n, CAST(abandoned + lost AS DOUBLE) / CAST(visits AS DOUBLE) AS share
  FROM visits
  WHERE visits > 0
)
SELECT touchpoint, CAST(visits AS BIGINT) AS visits, CAST(reached AS BIGINT) AS reached,
  CAST(abandoned AS BIGINT) AS abandoned, CAST(lost AS BIGINT) AS lost, share,
  (share + $zz / (2e0 * n) - $z * sqrt(share * (1e0 - share) / n + $zz / (4e0 * n * n)))
    / (1e0 + $zz / n) AS share_low,
  (share + $zz / (2e0 * n) + $z * sqrt(share * (1e0 - share) / n + $zz / (4e0 * n * n)))
    / (1e0 + $zz / n) AS share_high
FROM shares;

-- name: goals
SELECT coalesce(goal, '') AS goal, count(*) AS journeys, count(DISTINCT customer) AS customers,
  CAST(sum(CASE WHEN outcome = 'REACHED' THEN 1 ELSE 0 END) AS BIGINT) AS reached,
  CAST(sum(CASE WHEN outcome = 'ABANDONED' THEN 1 ELSE 0 END) AS BIGINT) AS abandoned,
  CAST(sum(CASE WHEN outcome = 'LOST' THEN 1 ELSE 0 END) AS BIGINT) AS lost,
  CAST(sum(CASE WHEN outcome = 'OPEN' THEN 1 ELSE 0 END) AS BIGINT) AS "open",
  CAST(sum(steps) AS BIGINT) AS steps, CAST(sum(repeats) AS BIGINT) AS repeats,
  quantile_cont(duration_s, 0.5) AS median_s, quantile_cont(duration_s, 0.9) AS p90_s
FROM journeys
GROUP BY coalesce(goal, '');
