-- name: effort_totals
-- The sums of all batches together.
SELECT intent, measure,
  sum(k) AS k, sum(n) AS n, sum(kk) AS kk, sum(nn) AS nn, sum(kn) AS kn, sum(customers) AS customers
FROM effort_sums
GROUP BY intent, measure;
