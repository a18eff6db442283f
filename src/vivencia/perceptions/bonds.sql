-- name: horizon
-- The newest event: outcomes of moments too near to it are not yet known.
SELECT MAX(events.at) AS "at"
FROM events

-- name: bonds
-- The slow part of every customer; an old peak counts where answers about the relationship prove it does.
SELECT
    remembered.customer AS customer,
    remembered.segment AS segment,
    remembered.expectation + CASE WHEN loyalty.low > 0e0 THEN loyalty.slope * remembered.peak ELSE 0e0 END AS bond,
    remembered.expectation_sd AS bond_sd,
    remembered.residual AS passing,
    remembered.peak AS peak,
    remembered.peak_at AS peak_at,
    remembered.peak_touchpoint AS peak_touchpoint
FROM remembered
LEFT JOIN loyalty ON loyalty.outcome = 'recall'
