-- name: journeys_by_customer
-- Each customer's journeys: all, with a repeat, ended, and ended with the goal.
SELECT
    journeys.customer AS customer,
    CAST(COUNT(*) AS DOUBLE) AS n,
    CAST(COUNT(CASE WHEN journeys.repeats > 0 THEN 1 END) AS DOUBLE) AS repeated,
    CAST(COUNT(CASE WHEN journeys.outcome <> 'OPEN' THEN 1 END) AS DOUBLE) AS ended,
    CAST(COUNT(CASE WHEN journeys.outcome = 'REACHED' THEN 1 END) AS DOUBLE) AS reached
FROM journeys
GROUP BY journeys.customer

-- name: pillar_sums
-- Totals over customers, with those of their squares and products: what an interval by customer needs.
SELECT
    'repeats' AS measure,
    CAST(COUNT(*) AS DOUBLE) AS customers,
    SUM(n) AS n,
    SUM(repeated) AS k,
    SUM(n * n) AS nn,
    SUM(repeated * repeated) AS kk,
    SUM(n * repeated) AS kn
FROM journeys_by_customer
UNION ALL
SELECT
    'reached' AS measure,
    CAST(COUNT(*) AS DOUBLE) AS customers,
    SUM(ended) AS n,
    SUM(reached) AS k,
    SUM(ended * ended) AS nn,
    SUM(reached * reached) AS kk,
    SUM(ended * reached) AS kn
FROM journeys_by_customer
WHERE ended > 0
UNION ALL
SELECT
    'standing' AS measure,
    CAST(COUNT(*) AS DOUBLE) AS customers,
    CAST(COUNT(*) AS DOUBLE) AS n,
    SUM(states.expectation) AS k,
    CAST(COUNT(*) AS DOUBLE) AS nn,
    SUM(states.expectation * states.expectation) AS kk,
    SUM(states.expectation) AS kn
FROM states
