-- name: newest_words
-- The end of the data: the last 90 days before it are beside the 90 before them.
SELECT MAX(readings.at) AS newest
FROM readings

-- name: spoken
-- By touchpoint (and, with an empty one, of all), aspect and customer: how often and how it is spoken of.
SELECT
    said.touchpoint AS touchpoint,
    said.aspect AS aspect,
    said.customer AS customer,
    COUNT(*) AS n,
    SUM(said.polarity) AS total,
    SUM(said.unhappy) AS unhappy,
    SUM(CASE WHEN said.late THEN 1 ELSE 0 END) AS late_n,
    SUM(CASE WHEN said.late THEN said.polarity ELSE 0e0 END) AS late_total,
    SUM(CASE WHEN said.early THEN 1 ELSE 0 END) AS early_n,
    SUM(CASE WHEN said.early THEN said.polarity ELSE 0e0 END) AS early_total
FROM (
    SELECT
        places.touchpoint AS touchpoint,
        reading_aspects.aspect AS aspect,
        reading_aspects.customer AS customer,
        reading_aspects.polarity AS polarity,
        CASE WHEN readings.sentiment = 'negative' AND reading_aspects.polarity < 0 THEN 1 ELSE 0 END AS unhappy,
        reading_aspects.at > newest_words.newest - INTERVAL '90' DAY AS late,
        reading_aspects.at <= newest_words.newest - INTERVAL '90' DAY
            AND reading_aspects.at > newest_words.newest - INTERVAL '180' DAY AS early
    FROM reading_aspects
    INNER JOIN readings ON readings.source = reading_aspects.source AND readings.id = reading_aspects.id
    INNER JOIN places ON places.of = reading_aspects.touchpoint
    CROSS JOIN newest_words
) AS said
GROUP BY said.touchpoint, said.aspect, said.customer

-- name: places
-- Each touchpoint stands for itself and for all.
SELECT DISTINCT readings.touchpoint AS of, readings.touchpoint AS touchpoint
FROM readings
UNION
SELECT DISTINCT readings.touchpoint AS of, '' AS touchpoint
FROM readings

-- name: aspect_sums
-- By touchpoint and aspect: the sums from which a mean and its interval by customer are made.
SELECT
    spoken.touchpoint AS touchpoint,
    spoken.aspect AS aspect,
    SUM(spoken.n) AS n,
    COUNT(*) AS customers,
    SUM(spoken.n * spoken.n) AS nn,
    SUM(spoken.total) AS total,
    SUM(spoken.total * spoken.total) AS total_square,
    SUM(spoken.total * spoken.n) AS cross_sum,
    SUM(spoken.unhappy) AS unhappy,
    SUM(CASE WHEN spoken.unhappy > 0 THEN 1 ELSE 0 END) AS unhappy_customers,
    SUM(spoken.late_n) AS late_n,
    SUM(CASE WHEN spoken.late_n > 0 THEN 1 ELSE 0 END) AS late_customers,
    SUM(spoken.late_n * spoken.late_n) AS late_nn,
    SUM(spoken.late_total) AS late_total,
    SUM(spoken.late_total * spoken.late_total) AS late_total_square,
    SUM(spoken.late_total * spoken.late_n) AS late_cross,
    SUM(spoken.early_n) AS early_n,
    SUM(CASE WHEN spoken.early_n > 0 THEN 1 ELSE 0 END) AS early_customers,
    SUM(spoken.early_n * spoken.early_n) AS early_nn,
    SUM(spoken.early_total) AS early_total,
    SUM(spoken.early_total * spoken.early_total) AS early_total_square,
    SUM(spoken.early_total * spoken.early_n) AS early_cross
FROM spoken
GROUP BY spoken.touchpoint, spoken.aspect

-- name: told
-- By touchpoint (and of all) and customer: what each text holds, one column a measure.
SELECT
    places.touchpoint AS touchpoint,
    readings.customer AS customer,
    COUNT(*) AS n,
    SUM(readings.polarity) AS polarity,
    SUM(CASE WHEN readings.sentiment = 'negative' THEN 1e0 ELSE 0e0 END) AS negative,
    SUM(CASE WHEN readings.sentiment = 'neutral' THEN 1e0 ELSE 0e0 END) AS neutral,
    SUM(CASE WHEN readings.sentiment = 'mixed' THEN 1e0 ELSE 0e0 END) AS mixed,
    SUM(CASE WHEN readings.sentiment = 'positive' THEN 1e0 ELSE 0e0 END) AS positive,
    SUM(CASE WHEN readings.joy >= 5e-1 THEN 1e0 ELSE 0e0 END) AS emotion_joy,
    SUM(CASE WHEN readings.trust >= 5e-1 THEN 1e0 ELSE 0e0 END) AS emotion_trust,
    SUM(CASE WHEN readings.fear >= 5e-1 THEN 1e0 ELSE 0e0 END) AS emotion_fear,
    SUM(CASE WHEN readings.surprise >= 5e-1 THEN 1e0 ELSE 0e0 END) AS emotion_surprise,
    SUM(CASE WHEN readings.sadness >= 5e-1 THEN 1e0 ELSE 0e0 END) AS emotion_sadness,
    SUM(CASE WHEN readings.disgust >= 5e-1 THEN 1e0 ELSE 0e0 END) AS emotion_disgust,
    SUM(CASE WHEN readings.anger >= 5e-1 THEN 1e0 ELSE 0e0 END) AS emotion_anger,
    SUM(COALESCE(marked.effort, 0e0)) AS mark_effort,
    SUM(COALESCE(marked.leaving, 0e0)) AS mark_leave,
    SUM(COALESCE(marked.recommend, 0e0)) AS mark_recommend,
    SUM(COALESCE(marked.advise_against, 0e0)) AS mark_advise_against,
    SUM(COALESCE(marked.competitor, 0e0)) AS mark_competitor,
    SUM(COALESCE(marked.fell_short, 0e0)) AS mark_fell_short
FROM readings
INNER JOIN places ON places.of = readings.touchpoint
LEFT JOIN marked ON marked.source = readings.source AND marked.id = readings.id
WHERE readings.outcome = 'read'
GROUP BY places.touchpoint, readings.customer

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
    aspect_sums.customers AS customers
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
INNER JOIN aspect_sums ON aspect_sums.touchpoint = chosen.touchpoint AND aspect_sums.aspect = chosen.aspect
WHERE chosen.place <= 2
