-- Groups withheld in aggregates and groups listed in withheld are the same; no withheld group tells a count.
-- Os grupos por publicar em aggregates e os de withheld são os mesmos; nenhum deles conta nada.
-- No row is right. Nenhuma linha é o certo. duckdb < queries/withheld.sql
WITH told AS (FROM read_csv('data/aggregates.csv', all_varchar = true)),
listed AS (FROM read_csv('data/withheld.csv', all_varchar = true))
SELECT 'state' AS fault, period, region, operator, technology, tier, nuts3, access
FROM told LEFT JOIN listed USING (period, region, operator, technology, tier, nuts3, access)
WHERE (state = 'withheld') <> (reason IS NOT NULL)
UNION ALL
SELECT 'not a group', period, region, operator, technology, tier, nuts3, access
FROM listed LEFT JOIN told USING (period, region, operator, technology, tier, nuts3, access)
WHERE state IS NULL
UNION ALL
SELECT 'counts told', period, region, operator, technology, tier, nuts3, access
FROM told
WHERE state = 'withheld' AND (line_count IS NOT NULL OR test_count IS NOT NULL OR median_bps IS NOT NULL)
ORDER BY ALL;
