-- name: begun
-- Ended journeys by where they began: how many, how many reached their goal, and the sums over customers
-- (squares and product) that an interval by customer needs.
WITH by_customer AS (
    SELECT
        journeys.first AS touchpoint,
        journeys.customer AS customer,
        CAST(COUNT(*) AS DOUBLE) AS n,
        CAST(COUNT(CASE WHEN journeys.outcome = 'REACHED' THEN 1 END) AS DOUBLE) AS k
    FROM journeys
    WHERE journeys.outcome <> 'OPEN'
    GROUP BY journeys.first, journeys.customer
)
SELECT
    by_customer.touchpoint AS touchpoint,
    COUNT(*) AS customers,
    SUM(by_customer.n) AS n,
    SUM(by_customer.k) AS k,
    SUM(by_customer.n * by_customer.n) AS nn,
    SUM(by_customer.k * by_customer.k) AS kk,
    SUM(by_customer.k * by_customer.n) AS kn
FROM by_customer
GROUP BY by_customer.touchpoint
