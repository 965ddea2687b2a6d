-- Every shown total is the sum of its parts along each dimension, where all of them are shown: lines, tests, time.
-- Cada total publicado é a soma das partes em cada dimensão, onde todas são publicadas: linhas, testes, tempo.
-- No row is right. Nenhuma linha é o certo.
WITH counted AS (
  SELECT direction AS of_what, region, operator, technology, tier, nuts3, access, state,
         CAST(line_count AS BIGINT) AS one, CAST(test_count AS BIGINT) AS two
  FROM read_csv('data/aggregates.csv', all_varchar = true)
  UNION ALL
  SELECT 'time', region, operator, technology, tier, nuts3, access, state,
         CAST(observed_s AS BIGINT), CAST(unobserved_s AS BIGINT)
  FROM read_csv('data/service_time.csv', all_varchar = true)
), keyed AS (
  SELECT of_what, dimension, state, one, two,
    list_extract([region, operator, technology, tier, nuts3, access], place) AS category,
    [CASE WHEN n <> place THEN category END FOR category, n IN [region, operator, technology, tier, nuts3, access]]
      AS others
  FROM counted CROSS JOIN (
    VALUES ('region', 1), ('operator', 2), ('technology', 3), ('tier', 4), ('nuts3', 5), ('access', 6)
  ) AS dimensions (dimension, place)
), sums AS (
  SELECT of_what, dimension, others, sum(one) AS one, sum(two) AS two
  FROM keyed WHERE category <> 'all'
  GROUP BY ALL HAVING bool_and(state <> 'withheld')
)
SELECT of_what, dimension, others, total.one, sums.one AS one_of_parts, total.two, sums.two AS two_of_parts
FROM keyed AS total JOIN sums USING (of_what, dimension, others)
WHERE total.category = 'all' AND total.state <> 'withheld' AND (total.one <> sums.one OR total.two <> sums.two)
ORDER BY ALL;
