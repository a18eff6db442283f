-- name: beliefs
-- The company's own answers.
SELECT
    signals.customer AS customer,
    signals.at AS "at",
    signals.source AS source,
    signals.id AS id,
    signals.touchpoint AS touchpoint,
    signals.ratings AS ratings
FROM signals
WHERE signals.kind = 'belief'
