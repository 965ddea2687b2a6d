-- Time adds up: shares, lines, and time away by owner, in every group that is shown.
-- O tempo bate certo: partes, linhas e tempo sem serviço por imputação, em cada grupo publicado.
-- No row is right. Nenhuma linha é o certo.
WITH told AS (
  SELECT *,
    CAST(observed_s AS BIGINT) AS seen, CAST(unobserved_s AS BIGINT) AS unseen, CAST(down_s AS BIGINT) AS down
  FROM read_csv('data/service_time.csv', all_varchar = true) WHERE state = 'shown'
)
SELECT 'coverage_share' AS fault, period, region, operator, technology, tier, nuts3, access FROM told
WHERE abs(CAST(coverage_share AS DOUBLE) - seen / (seen + unseen)) > 0.00005001
UNION ALL
SELECT 'away_lines', period, region, operator, technology, tier, nuts3, access FROM told
WHERE CAST(away_lines AS BIGINT) + CAST(lines_without_outage AS BIGINT) <> CAST(watched_lines AS BIGINT)
UNION ALL
SELECT 'down_s', period, region, operator, technology, tier, nuts3, access FROM told
WHERE CAST(operator_down_s AS BIGINT) + CAST(other_down_s AS BIGINT) + CAST(unknown_down_s AS BIGINT) <> down
   OR down > seen OR down > CAST(away_most_s AS BIGINT)
ORDER BY ALL;
