-- name: progression_clock
-- The end of the data: whoever has taken a step since then is still waited for.
SELECT max("at") AS ends FROM steps;
