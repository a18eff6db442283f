-- name: chain_journeys
-- Journeys with the value of what was bought in those that reached their goal.
WITH worth AS (
  SELECT steps.customer AS customer, steps.journey AS journey, sum(events.value) AS worth
  FROM events
  JOIN steps ON steps.source = events.source AND steps.id = events.id
  WHERE events.value IS NOT NULL
  GROUP BY steps.customer, steps.journey
)
SELECT journeys.customer, journeys.journey, journeys.variant, journeys.outcome,
  CASE WHEN journeys.outcome = 'REACHED' THEN coalesce(worth.worth, 0e0) ELSE 0e0 END AS worth
FROM journeys
LEFT JOIN worth ON worth.customer = journeys.customer AND worth.journey = journeys.journey;

-- name: chain_paths
SELECT variant, outcome, count(*) AS journeys, sum(worth) AS worth
FROM chain_journeys
GROUP BY variant, outcome;
