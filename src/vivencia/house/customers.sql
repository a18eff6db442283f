-- name: person
-- The person that a key stands for: itself, unless it was linked.
SELECT COALESCE(MIN(people.person), $customer) AS person
FROM people
WHERE people.customer = $customer

-- name: person_events
-- Every event of one person.
SELECT events.*
FROM events
WHERE events.customer = (SELECT person.person FROM person)

-- name: events_of_all
-- Every event of several persons.
SELECT events.*
FROM events
WHERE events.customer IN (SELECT asked.customer FROM asked)

-- name: newest
-- The time of the newest event of anybody.
SELECT MAX(states.at) AS "at"
FROM states

-- name: known
-- Those of some events that the analysis knew.
SELECT events.source AS source, events.id AS id
FROM events
INNER JOIN asked ON asked.source = events.source AND asked.id = events.id
