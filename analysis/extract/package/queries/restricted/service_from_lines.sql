-- The published time, outages and credits from the lines.
-- O tempo, as interrupções e os créditos publicados, a partir das linhas.
-- With the public package beside this one. No row is right. Com o pacote público ao lado; nenhuma linha é o certo.
WITH told AS (
  SELECT *, row_number() OVER () AS cell
  FROM read_csv('../public/data/service_time.csv', all_varchar = true) AS spent
  JOIN read_csv('../public/data/credits.csv', all_varchar = true) AS owed
    USING (period, region, operator, technology, tier, nuts3, access)
  WHERE state = 'shown'
), found AS (
  SELECT cell, count(*) AS lines, count(line.up_s) AS watched,
         sum(CAST(line.unobserved_s AS BIGINT)) AS unobserved, sum(CAST(line.down_s AS BIGINT)) AS down,
         sum(CAST(line.away_most_s AS BIGINT)) AS away, sum(CAST(line.operator_outages AS BIGINT)) AS operators,
         sum(CAST(line.long_outages AS BIGINT)) AS long, sum(CAST(line.issued_eur AS DECIMAL(14, 2))) AS issued
  FROM told JOIN read_csv('data/line_service.csv', all_varchar = true) AS line
    ON line.period = told.period
   AND told.region IN ('all', line.region) AND told.operator IN ('all', line.operator)
   AND told.technology IN ('all', line.technology) AND told.tier IN ('all', line.tier)
   AND told.nuts3 IN ('all', line.nuts3) AND told.access IN ('all', line.access)
  GROUP BY cell
)
SELECT told.period, told.region, told.operator, told.technology, told.tier, told.nuts3, told.access,
       panel_lines, lines, watched_lines, watched, unobserved_s, unobserved, down_s, down, away_most_s, away,
       operator_outages, operators, long_outages, long, issued_eur, issued
FROM told LEFT JOIN found USING (cell)
WHERE CAST(panel_lines AS BIGINT) IS DISTINCT FROM lines
   OR CAST(watched_lines AS BIGINT) IS DISTINCT FROM watched
   OR CAST(unobserved_s AS BIGINT) IS DISTINCT FROM unobserved
   OR (outages_state = 'shown' AND (CAST(down_s AS BIGINT) <> down OR CAST(away_most_s AS BIGINT) <> away
       OR CAST(operator_outages AS BIGINT) <> operators OR CAST(long_outages AS BIGINT) <> long))
   OR (issued_state = 'shown' AND CAST(issued_eur AS DECIMAL(14, 2)) <> issued)
ORDER BY ALL;
