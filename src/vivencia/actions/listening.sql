-- name: heard
-- By touchpoint: how many came, how many answered, and when the last answer was.
SELECT
    moments.touchpoint AS touchpoint,
    COUNT(*) AS signals,
    COUNT(DISTINCT moments.customer) AS customers,
    COUNT(CASE WHEN moments.rated OR moments.overall IS NOT NULL THEN 1 END) AS answers,
    COUNT(DISTINCT CASE WHEN moments.rated OR moments.overall IS NOT NULL THEN moments.customer END) AS answered,
    MAX(CASE WHEN moments.rated OR moments.overall IS NOT NULL THEN moments.at END) AS last_answer,
    MAX(moments.at) AS last_signal
FROM moments
GROUP BY moments.touchpoint

-- name: words_said
-- By touchpoint and language: how many signals carry the customer's own words.
SELECT
    signals.touchpoint AS touchpoint,
    COALESCE(signals.lang, '') AS lang,
    COUNT(*) AS verbatims
FROM signals
WHERE signals.text IS NOT NULL AND signals.text <> '' AND signals.kind <> 'belief'
GROUP BY signals.touchpoint, COALESCE(signals.lang, '')
