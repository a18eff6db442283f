-- What journeys are cut with, and where they end without their goal.

-- name: journey_clock
-- The end of the data: a journey whose last step lies within the gap before it is still open.
SELECT max("at") AS ends FROM events;

-- name: journey_places
-- Each touchpoint's stage and channel; the catalogue gives every event of a touchpoint the same.
SELECT touchpoint, min(stage) AS stage, min(channel) AS channel
FROM events
GROUP BY touchpoint;

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
