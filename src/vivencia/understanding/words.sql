-- name: newest_words
-- The end of the data: the last 90 days before it are beside the 90 before them.
SELECT MAX(readings.at) AS newest
FROM readings

-- name: spoken
-- Each time an aspect is spoken of: by whom and how, whether in an unhappy text, and in which of the two periods.
SELECT
    reading_aspects.customer AS customer,
    reading_aspects.touchpoint AS touchpoint,
    reading_aspects.aspect AS aspect,
    reading_aspects.polarity AS polarity,
    COALESCE(readings.sentiment = 'negative', FALSE) AND reading_aspects.polarity < 0 AS unhappy,
    reading_aspects.at > newest_words.newest - INTERVAL '90' DAY AS late,
    reading_aspects.at <= newest_words.newest - INTERVAL '90' DAY
        AND reading_aspects.at > newest_words.newest - INTERVAL '180' DAY AS early
FROM reading_aspects
INNER JOIN readings ON readings.source = reading_aspects.source AND readings.id = reading_aspects.id
CROSS JOIN newest_words

-- name: told
-- What each text holds, one column a measure.
SELECT
    readings.customer AS customer,
    readings.touchpoint AS touchpoint,
    readings.polarity AS polarity,
    readings.sentiment = 'negative' AS negative,
    readings.sentiment = 'neutral' AS neutral,
    readings.sentiment = 'mixed' AS mixed,
    readings.sentiment = 'positive' AS positive,
    readings.joy >= 5e-1 AS emotion_joy,
    readings.trust >= 5e-1 AS emotion_trust,
    readings.fear >= 5e-1 AS emotion_fear,
    readings.surprise >= 5e-1 AS emotion_surprise,
    readings.sadness >= 5e-1 AS emotion_sadness,
    readings.disgust >= 5e-1 AS emotion_disgust,
    readings.anger >= 5e-1 AS emotion_anger,
    COALESCE(marked.effort, 0e0) > 0 AS mark_effort,
    COALESCE(marked.leaving, 0e0) > 0 AS mark_leave,
    COALESCE(marked.recommend, 0e0) > 0 AS mark_recommend,
    COALESCE(marked.advise_against, 0e0) > 0 AS mark_advise_against,
    COALESCE(marked.competitor, 0e0) > 0 AS mark_competitor,
    COALESCE(marked.fell_short, 0e0) > 0 AS mark_fell_short
FROM readings
LEFT JOIN marked ON marked.source = readings.source AND marked.id = readings.id
WHERE readings.outcome = 'read'

-- name: marked
-- By text: whether it holds each mark.
SELECT
    reading_marks.source AS source,
    reading_marks.id AS id,
    MAX(CASE WHEN reading_marks.mark = 'effort' THEN 1e0 ELSE 0e0 END) AS effort,
    MAX(CASE WHEN reading_marks.mark = 'leave' THEN 1e0 ELSE 0e0 END) AS leaving,
    MAX(CASE WHEN reading_marks.mark = 'recommend' AND reading_marks.value > 0 THEN 1e0 ELSE 0e0 END) AS recommend,
    MAX(CASE WHEN reading_marks.mark = 'recommend' AND reading_marks.value < 0 THEN 1e0 ELSE 0e0 END) AS advise_against,
    MAX(CASE WHEN reading_marks.mark = 'competitor' THEN 1e0 ELSE 0e0 END) AS competitor,
    MAX(CASE WHEN reading_marks.mark = 'expectation' AND reading_marks.value < 0 THEN 1e0 ELSE 0e0 END) AS fell_short
FROM reading_marks
GROUP BY reading_marks.source, reading_marks.id

-- name: word_quotes
-- For each aspect at a touchpoint: the clearest short texts of blame and of praise, one a customer,
-- the newest of equals.
SELECT
    chosen.touchpoint AS touchpoint,
    chosen.aspect AS aspect,
    chosen.bad AS bad,
    chosen.place AS place,
    chosen.language AS language,
    chosen.text AS text,
    chosen.spans AS spans,
    chosen.polarity AS polarity,
    word_aspects.customers AS customers
FROM (
    SELECT
        fit.touchpoint, fit.aspect, fit.bad, fit.language, fit.text, fit.spans, fit.polarity,
        ROW_NUMBER() OVER (
            PARTITION BY fit.touchpoint, fit.aspect, fit.bad
            ORDER BY fit.clear DESC, fit.at DESC, fit.source, fit.id
        ) AS place
    FROM (
        SELECT
            reading_aspects.touchpoint, reading_aspects.aspect, reading_aspects.source, reading_aspects.id,
            reading_aspects.at, readings.language, readings.text, reading_aspects.spans,
            reading_aspects.polarity,
            reading_aspects.polarity < 0 AS bad,
            ROUND(reading_aspects.confidence * ABS(reading_aspects.polarity), 2) AS clear,
            ROW_NUMBER() OVER (
                PARTITION BY reading_aspects.touchpoint, reading_aspects.aspect, readings.text
                ORDER BY reading_aspects.at DESC, reading_aspects.source, reading_aspects.id
            ) AS same_words,
            ROW_NUMBER() OVER (
                PARTITION BY reading_aspects.touchpoint, reading_aspects.aspect, reading_aspects.customer
                ORDER BY
                    reading_aspects.confidence * ABS(reading_aspects.polarity) DESC,
                    reading_aspects.at DESC, reading_aspects.source, reading_aspects.id
            ) AS of_one
        FROM reading_aspects
        INNER JOIN readings ON readings.source = reading_aspects.source AND readings.id = reading_aspects.id
        WHERE LENGTH(readings.text) >= 15 AND LENGTH(readings.text) <= 240 AND reading_aspects.spans <> ''
            AND (
                (reading_aspects.polarity <= -3e-1 AND readings.p_negative + readings.p_mixed >= 5e-1)
                OR (reading_aspects.polarity >= 3e-1 AND readings.p_positive + readings.p_mixed >= 5e-1)
            )
    ) AS fit
    WHERE fit.of_one = 1 AND fit.same_words = 1
) AS chosen
INNER JOIN word_aspects ON word_aspects.touchpoint = chosen.touchpoint AND word_aspects.aspect = chosen.aspect
WHERE chosen.place <= 2
