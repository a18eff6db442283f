-- name: compared_span
-- The span of the data, from which the two periods are cut.
SELECT min("at") AS begins, max("at") AS ends FROM events;

-- name: compared_segments
-- Journeys by segment: the largest are held against all others.
SELECT segment, count(*) AS journeys
FROM journeys
WHERE segment IS NOT NULL AND outcome <> 'OPEN'
GROUP BY segment;
