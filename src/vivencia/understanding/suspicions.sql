-- name: judged_words
-- The newest texts that were read, with the answers given beside them.
SELECT
    newest.customer AS customer, newest.at AS "at", newest.source AS source, newest.id AS id,
    newest.touchpoint AS touchpoint, newest.text AS text, newest.polarity AS polarity,
    newest.ratings AS ratings
FROM (
    SELECT
        readings.customer, readings.at, readings.source, readings.id, readings.touchpoint,
        readings.text, readings.polarity, signals.ratings,
        ROW_NUMBER() OVER (ORDER BY readings.at DESC, readings.source, readings.id) AS place
    FROM readings
    INNER JOIN signals ON signals.source = readings.source AND signals.id = readings.id
    WHERE readings.outcome = 'read'
) AS newest
WHERE newest.place <= $newest

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
