-- name: kano_answers
-- Kano's pairs, both answered on one signal; how often each pair was given.
SELECT
    events.customer AS customer,
    events.touchpoint AS touchpoint,
    CAST(events.ratings[$with] AS BIGINT) AS with_it,
    CAST(events.ratings[$without] AS BIGINT) AS without_it,
    COUNT(*) AS pairs
FROM events
WHERE events.touchpoint IS NOT NULL
    AND events.ratings[$with] BETWEEN 1 AND 5
    AND events.ratings[$without] BETWEEN 1 AND 5
GROUP BY 1, 2, 3, 4
