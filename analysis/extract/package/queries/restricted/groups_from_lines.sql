-- The published groups from the lines: lines, tests, and the weighted median of their medians (type 1).
-- Os grupos publicados a partir das linhas: linhas, testes e mediana ponderada das medianas (tipo 1).
-- With the public package beside this one. No row is right. Com o pacote público ao lado; nenhuma linha é o certo.
WITH told AS (
  SELECT *, row_number() OVER () AS cell
  FROM read_csv('../public/data/aggregates.csv', all_varchar = true) WHERE state <> 'withheld'
), members AS (
  SELECT cell, CAST(line.median_bps AS DOUBLE) AS median, CAST(line.weight AS DOUBLE) AS weight,
         CAST(line.test_count AS BIGINT) AS tests
  FROM told JOIN read_csv('data/line_periods.csv', all_varchar = true) AS line
    ON line.direction = told.direction AND line.period = told.period
   AND told.region IN ('all', line.region) AND told.operator IN ('all', line.operator)
   AND told.technology IN ('all', line.technology) AND told.tier IN ('all', line.tier)
   AND told.nuts3 IN ('all', line.nuts3) AND told.access IN ('all', line.access)
), ranked AS (
  SELECT cell, median,
    sum(weight) OVER (PARTITION BY cell ORDER BY median ROWS UNBOUNDED PRECEDING) / sum(weight) OVER (PARTITION BY cell)
      AS reached
  FROM members WHERE median IS NOT NULL
), found AS (
  SELECT cell, count(*) AS lines, sum(tests) AS tests FROM members GROUP BY cell
), medians AS (
  SELECT cell, min(median) AS median FROM ranked WHERE reached >= 0.5 - 1e-9 GROUP BY cell
)
SELECT told.period, told.region, told.operator, told.technology, told.tier, told.nuts3, told.access, told.direction,
       told.line_count, lines, told.test_count, tests, told.median_bps, median
FROM told LEFT JOIN found USING (cell) LEFT JOIN medians USING (cell)
WHERE CAST(told.line_count AS BIGINT) IS DISTINCT FROM lines
   OR CAST(told.test_count AS BIGINT) IS DISTINCT FROM tests
   OR abs(CAST(told.median_bps AS DOUBLE) - median) > 0.5
ORDER BY ALL;
