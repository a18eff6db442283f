-- name: judged_words
-- The newest texts that were read, with the answers given beside them.
WITH newest AS (
    SELECT keys.source AS source, keys.id AS id
    FROM (
        SELECT
            readings.source, readings.id,
            ROW_NUMBER() OVER (ORDER BY readings.at DESC, readings.source, readings.id) AS place
        FROM readings
        WHERE readings.outcome = 'read'
    ) AS keys
    WHERE keys.place <= $newest
)
SELECT
    readings.customer AS customer, readings.at AS "at", readings.source AS source, readings.id AS id,
    readings.touchpoint AS touchpoint, readings.text AS text, readings.polarity AS polarity,
    signals.ratings AS ratings
FROM readings
INNER JOIN newest ON newest.source = readings.source AND newest.id = readings.id
INNER JOIN signals ON signals.source = newest.source AND signals.id = newest.id
WHERE signals.text IS NOT NULL

-- name: suspicion_counts
-- Texts and customers of each sign, beside how many texts were looked at.
SELECT
    signs.kind AS kind,
    signs.texts AS texts,
    signs.customers AS customers,
    looked.texts AS looked_at
FROM (
    SELECT suspicions.kind, COUNT(*) AS texts, COUNT(DISTINCT suspicions.customer) AS customers
    FROM suspicions
    GROUP BY suspicions.kind
) AS signs
CROSS JOIN (SELECT COUNT(*) AS texts FROM judged_words) AS looked
