-- name: links_by_key
-- The links, under the column names that a fold over customers reads.
SELECT
    links.from_customer AS customer,
    links.at AS "at",
    links.to_customer AS person
FROM links
WHERE links.undone IS NULL

-- name: own_words
-- What the words say, and apart what they say beside a rating: a rating and its words are one piece
-- of evidence. A text that holds no opinion says nothing of the experience.
SELECT
    readings.source AS source,
    readings.id AS id,
    CASE WHEN NOT readings.rated THEN readings.polarity END AS polarity,
    CASE WHEN readings.rated THEN readings.polarity END AS rated_polarity
FROM readings
WHERE readings.outcome = 'read' AND readings.sentiment <> 'neutral'

-- name: no_words
-- The same where no text is read.
SELECT
    signals.source AS source,
    signals.id AS id,
    CAST(NULL AS DOUBLE) AS polarity,
    CAST(NULL AS DOUBLE) AS rated_polarity
FROM signals
WHERE signals.kind IS NULL

-- name: uncatalogued
-- Touchpoints that the signals name and the catalogue does not.
SELECT
    signals.touchpoint AS touchpoint,
    COUNT(*) AS signals,
    COUNT(DISTINCT signals.customer) AS customers,
    MAX(signals.at) AS last
FROM signals
LEFT JOIN touchpoints ON touchpoints.touchpoint = signals.touchpoint
WHERE touchpoints.touchpoint IS NULL
GROUP BY signals.touchpoint
