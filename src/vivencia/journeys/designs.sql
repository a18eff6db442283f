-- name: design_totals
-- The sums of all batches together.
SELECT design, role, step, touchpoint,
  sum(k) AS k, sum(n) AS n, sum(kk) AS kk, sum(nn) AS nn, sum(kn) AS kn,
  sum(customers) AS customers, sum(counted) AS counted
FROM design_sums
GROUP BY design, role, step, touchpoint;

-- name: felt_sums
-- An answer belongs to the journey that began last before it; the perception is that after the
-- last step. First by customer and side (along the way or off it), then sums over customers.
WITH held AS (
  SELECT customer, journey, design, walked, started, following
  FROM conformance
  WHERE design IS NOT NULL
), answers AS (
  SELECT customer, "at", answer FROM moments WHERE answer IS NOT NULL
), felt AS (
  SELECT held.customer, held.design, held.walked, 'answer' AS measure, answers.answer AS value
  FROM held
  JOIN answers ON answers.customer = held.customer
    AND answers."at" >= held.started AND (held.following IS NULL OR answers."at" < held.following)
  UNION ALL
  SELECT held.customer, held.design, held.walked, 'perception' AS measure, moments.perception AS value
  FROM held
  JOIN steps ON steps.customer = held.customer AND steps.journey = held.journey
    AND steps."next" IN ('REACHED', 'ABANDONED', 'LOST')
  JOIN moments ON moments.source = steps.source AND moments.id = steps.id
), by_customer AS (
  SELECT customer, design, measure,
    sum(CASE WHEN walked THEN value ELSE 0e0 END) AS k1, sum(CASE WHEN walked THEN 1e0 ELSE 0e0 END) AS n1,
    sum(CASE WHEN walked THEN 0e0 ELSE value END) AS k2, sum(CASE WHEN walked THEN 0e0 ELSE 1e0 END) AS n2
  FROM felt
  GROUP BY customer, design, measure
)
SELECT design, measure,
  sum(k1) AS k1, sum(n1) AS n1, sum(k1 * k1) AS kk1, sum(n1 * n1) AS nn1, sum(k1 * n1) AS kn1,
  sum(CASE WHEN n1 > 0 THEN 1e0 ELSE 0e0 END) AS customers1,
  sum(k2) AS k2, sum(n2) AS n2, sum(k2 * k2) AS kk2, sum(n2 * n2) AS nn2, sum(k2 * n2) AS kn2,
  sum(CASE WHEN n2 > 0 THEN 1e0 ELSE 0e0 END) AS customers2,
  sum(k1 * k2) AS kk12, sum(k1 * n2) AS kn12, sum(n1 * k2) AS nk12, sum(n1 * n2) AS nn12
FROM by_customer
GROUP BY design, measure;
