-- name: efforts
WITH model AS (
  SELECT
    sum(CASE WHEN component = 'intercept' THEN weight ELSE 0e0 END) AS intercept,
    max(CASE WHEN component = 'intercept' THEN method END) AS method,
    sum(CASE WHEN component = 'repeats' AND sd > 0e0 THEN weight / sd ELSE 0e0 END) AS repeats,
    sum(CASE WHEN component = 'switches' AND sd > 0e0 THEN weight / sd ELSE 0e0 END) AS switches,
    sum(CASE WHEN component = 'transfers' AND sd > 0e0 THEN weight / sd ELSE 0e0 END) AS transfers,
    sum(CASE WHEN component = 'wait_min' AND sd > 0e0 THEN weight / sd ELSE 0e0 END) AS wait_min,
    sum(CASE WHEN component = 'repeated' AND sd > 0e0 THEN weight / sd ELSE 0e0 END) AS repeated,
    sum(CASE WHEN component = 'elapsed_h' AND sd > 0e0 THEN weight / sd ELSE 0e0 END) AS elapsed_h,
    sum(CASE WHEN sd > 0e0 THEN weight * mean / sd ELSE 0e0 END) AS usual
  FROM effort_model
), foreseen AS (
  SELECT one.customer, one.episode, one.intent, one.started, one.ended, one.contacts, one.repeats,
    one.switches, one.transfers, one.wait_min, one.repeated, one.elapsed_h, one.told, one.answers,
    model.intercept - model.usual
      + model.repeats * ln(1e0 + one.repeats) + model.switches * ln(1e0 + one.switches)
      + model.transfers * ln(1e0 + one.transfers) + model.wait_min * ln(1e0 + one.wait_min)
      + model.repeated * ln(1e0 + one.repeated) + model.elapsed_h * ln(1e0 + one.elapsed_h) AS plain,
    model.method AS method
  FROM effort_episodes AS one
  CROSS JOIN model
)
SELECT customer, episode, intent, started, ended, contacts, repeats, switches, transfers, wait_min, repeated,
  elapsed_h, told, answers,
  CASE WHEN method = 'calibrated' THEN greatest(0e0, least(10e0, plain)) ELSE plain END AS effort
FROM foreseen;

-- name: effort_sums
-- Sums over the customers of each intent (and of all) of every measure, with squares and products.
WITH tall AS (
  SELECT customer, intent, 'effort' AS measure, effort AS value FROM efforts
  UNION ALL SELECT customer, intent, 'repeats' AS measure, repeats AS value FROM efforts
  UNION ALL SELECT customer, intent, 'switches' AS measure, switches AS value FROM efforts
  UNION ALL SELECT customer, intent, 'transfers' AS measure, transfers AS value FROM efforts
  UNION ALL SELECT customer, intent, 'wait_min' AS measure, wait_min AS value FROM efforts
  UNION ALL SELECT customer, intent, 'repeated' AS measure, repeated AS value FROM efforts
  UNION ALL SELECT customer, intent, 'elapsed_h' AS measure, elapsed_h AS value FROM efforts
), by_customer AS (
  SELECT customer, intent, measure, sum(value) AS k, CAST(count(*) AS DOUBLE) AS n
  FROM tall
  GROUP BY customer, intent, measure
), over_all AS (
  SELECT customer, '' AS intent, measure, sum(k) AS k, sum(n) AS n FROM by_customer GROUP BY customer, measure
), every AS (
  SELECT customer, intent, measure, k, n FROM by_customer
  UNION ALL
  SELECT customer, intent, measure, k, n FROM over_all
)
SELECT intent, measure, sum(k) AS k, sum(n) AS n, sum(k * k) AS kk, sum(n * n) AS nn, sum(k * n) AS kn,
  CAST(count(*) AS DOUBLE) AS customers
FROM every
GROUP BY intent, measure;
