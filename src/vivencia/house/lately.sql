-- name: known_readings
-- What the analysis read of some signals.
SELECT readings.*
FROM readings
INNER JOIN asked ON asked.source = readings.source AND asked.id = readings.id

-- name: known_read_by
-- Those of some signals that the analysis read.
SELECT read_by.*
FROM read_by
INNER JOIN asked ON asked.source = read_by.source AND asked.id = read_by.id
