-- name: words_said
-- By touchpoint and language: how many signals carry the customer's own words.
SELECT
    signals.touchpoint AS touchpoint,
    COALESCE(signals.lang, '') AS lang,
    COUNT(*) AS verbatims
FROM signals
WHERE signals.text IS NOT NULL AND signals.text <> '' AND signals.kind <> 'belief'
GROUP BY signals.touchpoint, COALESCE(signals.lang, '')
