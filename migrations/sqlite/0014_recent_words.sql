-- On PostgreSQL the words of recent packages stand in a table of their own. SQLite's index of words is in the order of time.
SELECT 1;
