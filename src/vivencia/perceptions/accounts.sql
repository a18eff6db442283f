-- name: account_answers
-- How many events each customer answered.
SELECT
    moments.customer AS customer,
    COUNT(*) AS answers
FROM moments
WHERE moments.rated OR moments.overall IS NOT NULL
GROUP BY moments.customer

-- name: account_reassured
-- Answers to the reassurance question, newest first.
SELECT
    events.customer AS customer,
    events.ratings[$reassurance] AS reassured,
    ROW_NUMBER() OVER (PARTITION BY events.customer ORDER BY events.at DESC, events.source, events.id) AS place
FROM events
WHERE events.ratings[$reassurance] IS NOT NULL

-- name: account_people
-- Everybody who belongs to an account.
SELECT
    states.customer AS customer,
    states.account AS account,
    COALESCE(states.role, '') AS role,
    states.expectation + states.residual AS perception,
    states.var_expectation + states.var_residual + 2e0 * states.cov_expectation_residual AS variance,
    COALESCE(account_answers.answers, 0) AS answers,
    account_reassured.reassured AS reassured
FROM states
LEFT JOIN account_answers ON account_answers.customer = states.customer
LEFT JOIN account_reassured ON account_reassured.customer = states.customer AND account_reassured.place = 1
WHERE states.account IS NOT NULL

-- name: account_troubles
-- Tickets and contacts at complaint touchpoints, each with the one of the same kind before it.
SELECT
    events.account AS account,
    events.at AS "at",
    events.reached AS reached,
    LAG(events.at) OVER (
        PARTITION BY events.account, COALESCE(events.goal, events.touchpoint)
        ORDER BY events.at, events.source, events.id
    ) AS before
FROM events
LEFT JOIN touchpoints ON touchpoints.touchpoint = events.touchpoint
WHERE events.account IS NOT NULL AND (events.kind = 'ticket' OR COALESCE(touchpoints.complaint, FALSE))

-- name: account_problems
-- Those that are open or repeated, in the last 90 days before the newest event.
SELECT
    account_troubles.account AS account,
    COUNT(*) AS problems
FROM account_troubles
CROSS JOIN account_horizon
WHERE
    account_troubles.at > account_horizon.at - INTERVAL '90' DAY
    AND (
        account_troubles.reached = FALSE
        OR account_troubles.before > account_troubles.at - INTERVAL '30' DAY
    )
GROUP BY account_troubles.account

-- name: account_horizon
-- The newest event of anybody.
SELECT MAX(states.at) AS "at"
FROM states
