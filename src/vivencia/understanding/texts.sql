-- name: texts
-- Signals with the customer's own words, links applied; the company's own beliefs are left out.
SELECT
    COALESCE(people.person, signals.customer) AS customer,
    signals.at AS "at",
    signals.source AS source,
    signals.id AS id,
    signals.touchpoint AS touchpoint,
    COALESCE(touchpoints.stage, $uncatalogued_stage) AS stage,
    signals.lang AS lang,
    signals.text AS text,
    signals.ratings AS ratings
FROM signals
LEFT JOIN people ON people.customer = signals.customer
LEFT JOIN touchpoints ON touchpoints.touchpoint = signals.touchpoint
WHERE signals.text IS NOT NULL AND signals.text <> '' AND signals.kind <> 'belief'

-- name: text_count
SELECT COUNT(*) AS texts FROM texts
