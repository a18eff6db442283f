-- name: texts
-- Signals with the customer's own words, links applied; the company's own beliefs are left out.
SELECT
    COALESCE(people.person, signals.customer) AS customer,
    signals.at AS "at",
    signals.source AS source,
    signals.id AS id,
    signals.touchpoint AS touchpoint,
    COALESCE(touchpoints.stage, $uncatalogued_stage) AS stage,
    signals.lang AS lang,
    signals.text AS text,
    signals.ratings AS ratings
FROM signals
LEFT JOIN people ON people.customer = signals.customer
LEFT JOIN touchpoints ON touchpoints.touchpoint = signals.touchpoint
WHERE signals.text IS NOT NULL AND signals.text <> '' AND signals.kind <> 'belief'

-- name: labelled_texts
-- Texts whose aspects people labelled: signals, and others that are given by their words.
SELECT
    COALESCE(texts.customer, '') AS customer,
    COALESCE(texts.text, corrections.text) AS text,
    COALESCE(texts.lang, '') AS lang,
    corrections.aspects AS aspects
FROM corrections
LEFT JOIN texts ON texts.source = corrections.source AND texts.id = corrections.id
WHERE corrections.aspects IS NOT NULL AND COALESCE(texts.text, corrections.text) IS NOT NULL

-- name: texts_to_read
-- The same, with the reader that read these very words before, where one did.
SELECT
    COALESCE(people.person, signals.customer) AS customer,
    signals.at AS "at",
    signals.source AS source,
    signals.id AS id,
    signals.touchpoint AS touchpoint,
    COALESCE(touchpoints.stage, $uncatalogued_stage) AS stage,
    signals.lang AS lang,
    signals.text AS text,
    signals.ratings AS ratings,
    read_by_before.reader AS read_by
FROM signals
LEFT JOIN people ON people.customer = signals.customer
LEFT JOIN touchpoints ON touchpoints.touchpoint = signals.touchpoint
LEFT JOIN read_by_before ON read_by_before.source = signals.source AND read_by_before.id = signals.id
    AND read_by_before.mark = CAST(LENGTH(signals.text) AS VARCHAR) || '-' || SUBSTR(MD5(signals.text), 1, 4)
WHERE signals.text IS NOT NULL AND signals.text <> '' AND signals.kind <> 'belief'

-- name: still_read
-- Texts that this very reader read before; where a signal belongs to may have changed since.
SELECT
    texts.customer AS customer,
    texts.at AS "at",
    texts.source AS source,
    texts.id AS id,
    texts.touchpoint AS touchpoint,
    texts.stage AS stage
FROM texts
INNER JOIN reader ON reader.reader = texts.read_by

-- name: readings
SELECT
    customer,
    "at",
    source,
    id,
    touchpoint,
    stage,
    language,
    confidence,
    variant,
    mixed_language,
    outcome,
    sentiment,
    polarity,
    intensity,
    p_negative,
    p_neutral,
    p_mixed,
    p_positive,
    joy,
    trust,
    fear,
    surprise,
    sadness,
    disgust,
    anger,
    text,
    masked,
    rated,
    model
FROM new_readings
UNION ALL
SELECT
    still_read.customer AS customer,
    still_read.at AS "at",
    readings_before.source AS source,
    readings_before.id AS id,
    still_read.touchpoint AS touchpoint,
    still_read.stage AS stage,
    readings_before.language AS language,
    readings_before.confidence AS confidence,
    readings_before.variant AS variant,
    readings_before.mixed_language AS mixed_language,
    readings_before.outcome AS outcome,
    readings_before.sentiment AS sentiment,
    readings_before.polarity AS polarity,
    readings_before.intensity AS intensity,
    readings_before.p_negative AS p_negative,
    readings_before.p_neutral AS p_neutral,
    readings_before.p_mixed AS p_mixed,
    readings_before.p_positive AS p_positive,
    readings_before.joy AS joy,
    readings_before.trust AS trust,
    readings_before.fear AS fear,
    readings_before.surprise AS surprise,
    readings_before.sadness AS sadness,
    readings_before.disgust AS disgust,
    readings_before.anger AS anger,
    readings_before.text AS text,
    readings_before.masked AS masked,
    readings_before.rated AS rated,
    readings_before.model AS model
FROM readings_before
INNER JOIN still_read ON still_read.source = readings_before.source AND still_read.id = readings_before.id

-- name: reading_aspects
SELECT
    customer,
    "at",
    source,
    id,
    touchpoint,
    aspect,
    polarity,
    confidence,
    "start",
    "end",
    spans
FROM new_aspects
UNION ALL
SELECT
    still_read.customer AS customer,
    still_read.at AS "at",
    reading_aspects_before.source AS source,
    reading_aspects_before.id AS id,
    still_read.touchpoint AS touchpoint,
    reading_aspects_before.aspect AS aspect,
    reading_aspects_before.polarity AS polarity,
    reading_aspects_before.confidence AS confidence,
    reading_aspects_before.start AS "start",
    reading_aspects_before.end AS "end",
    reading_aspects_before.spans AS spans
FROM reading_aspects_before
INNER JOIN still_read ON still_read.source = reading_aspects_before.source AND still_read.id = reading_aspects_before.id

-- name: reading_marks
SELECT
    customer,
    "at",
    source,
    id,
    touchpoint,
    mark,
    value,
    "start",
    "end"
FROM new_marks
UNION ALL
SELECT
    still_read.customer AS customer,
    still_read.at AS "at",
    reading_marks_before.source AS source,
    reading_marks_before.id AS id,
    still_read.touchpoint AS touchpoint,
    reading_marks_before.mark AS mark,
    reading_marks_before.value AS value,
    reading_marks_before.start AS "start",
    reading_marks_before.end AS "end"
FROM reading_marks_before
INNER JOIN still_read ON still_read.source = reading_marks_before.source AND still_read.id = reading_marks_before.id

-- name: read_by
SELECT
    texts.source AS source,
    texts.id AS id,
    reader.reader AS reader,
    CAST(LENGTH(texts.text) AS VARCHAR) || '-' || SUBSTR(MD5(texts.text), 1, 4) AS mark
FROM texts
CROSS JOIN reader
