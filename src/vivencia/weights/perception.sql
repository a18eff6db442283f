-- name: asked
-- A sample of customers that is the same wherever it is drawn: those who judged the whole
-- relationship, and some of all, for companies that do not ask.
SELECT judges.customer AS customer
FROM (
    SELECT moments.customer AS customer
    FROM moments
    WHERE moments.overall IS NOT NULL
    GROUP BY moments.customer
    ORDER BY MD5(moments.customer), moments.customer
    LIMIT 20000
) AS judges
UNION
SELECT anyone.customer AS customer
FROM (
    SELECT states.customer AS customer
    FROM states
    ORDER BY MD5(states.customer), states.customer
    LIMIT 10000
) AS anyone

-- name: remembered
-- Everything those customers lived, with what they were asked where they judged the whole relationship.
SELECT
    lived.customer AS customer,
    lived.at AS "at",
    lived.source AS source,
    lived.id AS id,
    lived.touchpoint AS touchpoint,
    lived.role AS role,
    lived.rated AS rated,
    lived.experience AS experience,
    lived.disconfirmation AS disconfirmation,
    lived.overall AS overall,
    lived.perception AS perception,
    said.kind AS kind,
    CASE WHEN lived.overall IS NOT NULL THEN said.ratings END AS ratings
FROM (
    SELECT
        moments.customer, moments.at, moments.source, moments.id, moments.touchpoint, moments.role,
        moments.rated, moments.experience, moments.disconfirmation, moments.overall, moments.perception
    FROM moments
    INNER JOIN asked ON asked.customer = moments.customer
) AS lived
INNER JOIN (
    SELECT events.source, events.id, events.kind, events.ratings
    FROM events
    INNER JOIN asked ON asked.customer = events.customer
) AS said ON said.source = lived.source AND said.id = lived.id
