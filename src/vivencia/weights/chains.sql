-- name: chain_paths
-- The different ways and outcomes, and what was bought along those that reached their goal.
SELECT variant, outcome, count(*) AS journeys,
  sum(CASE WHEN outcome = 'REACHED' THEN worth ELSE 0e0 END) AS worth
FROM journeys
GROUP BY variant, outcome;
