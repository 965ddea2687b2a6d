-- Each watched line's time and outages from its days.
-- O tempo e as interrupções de cada linha observada, a partir dos seus dias.
-- No row is right. Nenhuma linha é o certo.
WITH found AS (
  SELECT unit_id, sum(CAST(up_s AS BIGINT)) AS up, sum(CAST(down_s AS BIGINT)) AS down,
         sum(CAST(operator_outages AS BIGINT)) AS operators, sum(CAST(long_outages AS BIGINT)) AS long
  FROM read_csv('data/line_service_days.csv', all_varchar = true) GROUP BY unit_id
)
SELECT unit_id, up_s, up, down_s, down, operator_outages, operators, long_outages, long
FROM (FROM read_csv('data/line_service.csv', all_varchar = true) WHERE up_s IS NOT NULL) AS line
FULL JOIN found USING (unit_id)
WHERE CAST(up_s AS BIGINT) IS DISTINCT FROM up OR CAST(down_s AS BIGINT) IS DISTINCT FROM down
   OR CAST(operator_outages AS BIGINT) IS DISTINCT FROM operators OR CAST(long_outages AS BIGINT) IS DISTINCT FROM long
ORDER BY ALL;
