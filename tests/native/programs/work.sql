-- SPDX-License-Identifier: 0BSD
-- Tables, an index, joins and sorting, all in memory.
CREATE TABLE item(id INTEGER PRIMARY KEY, name TEXT, kind INTEGER, amount INTEGER);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 120000)
INSERT INTO item SELECT i, 'item number ' || (i * 7919 % 120000), i % 1000, i * 31 % 977 FROM n;
CREATE INDEX by_name ON item(name);
CREATE INDEX by_kind ON item(kind, amount);
SELECT count(*), sum(amount), min(name), max(name) FROM item;
SELECT kind, count(*), sum(amount) FROM item GROUP BY kind ORDER BY 3 DESC, 1 LIMIT 5;
UPDATE item SET name = name || ' changed' WHERE kind % 5 = 0;
DELETE FROM item WHERE amount < 200;
SELECT a.name, b.amount FROM item a JOIN item b ON a.kind = b.kind AND b.amount = 976
  WHERE a.id < 3000 ORDER BY a.name, b.id LIMIT 5;
SELECT count(*), sum(length(name)) FROM item;
