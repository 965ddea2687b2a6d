-- Groups withheld in aggregates and groups listed in withheld are the same; no withheld group tells a count.
-- Os grupos por publicar em aggregates e os de withheld são os mesmos; nenhum deles conta nada.
-- No row is right. Nenhuma linha é o certo. duckdb < queries/withheld.sql
WITH told AS (
  SELECT DISTINCT period, region, operator, technology, tier, nuts3, access
  FROM read_csv('data/aggregates.csv', all_varchar = true) WHERE state = 'withheld'
), listed AS (
  SELECT period, region, operator, technology, tier, nuts3, access
  FROM read_csv('data/withheld.csv', all_varchar = true)
)
SELECT 'not listed' AS fault, * FROM (FROM told EXCEPT FROM listed)
UNION ALL
SELECT 'not withheld', * FROM (FROM listed EXCEPT FROM told)
UNION ALL
SELECT 'counts told', period, region, operator, technology, tier, nuts3, access
FROM read_csv('data/aggregates.csv', all_varchar = true)
WHERE state = 'withheld' AND (line_count IS NOT NULL OR test_count IS NOT NULL OR median_bps IS NOT NULL)
ORDER BY ALL;
