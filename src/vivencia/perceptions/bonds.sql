-- name: horizon
-- The newest event: outcomes of moments too near to it are not yet known.
SELECT MAX(events.at) AS "at"
FROM events

-- name: bonds
-- The slow part of every customer; an old peak counts where answers about the relationship prove it does.
SELECT
    bond_states.customer AS customer,
    bond_states.segment AS segment,
    bond_states.expectation + CASE WHEN loyalty.low > 0e0 THEN loyalty.slope * bond_states.peak ELSE 0e0 END AS bond,
    bond_states.expectation_sd AS bond_sd,
    bond_states.residual AS passing,
    bond_states.peak AS peak,
    bond_states.peak_at AS peak_at,
    bond_states.peak_touchpoint AS peak_touchpoint
FROM bond_states
LEFT JOIN loyalty ON loyalty.outcome = 'recall'

-- name: peak_places
-- Where customers were moved most, over all batches.
SELECT
    peak_parts.touchpoint AS touchpoint,
    SUM(peak_parts.peaks) AS peaks,
    SUM(peak_parts.good) AS good,
    SUM(peak_parts.expected) AS expected,
    SUM(peak_parts.spread) AS spread,
    SUM(peak_parts.customers) AS customers
FROM peak_parts
GROUP BY peak_parts.touchpoint
