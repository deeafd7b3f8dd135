-- add the order totals view
--
-- What accounting reads: one row an order, with what is still to be paid.
-- orch:revision 0d95b8e3c27f
-- orch:revises f3c6129ae7d4

-- orch:upgrade
CREATE VIEW module_two_order_totals AS
SELECT o.id AS order_id,
       o.customer_id,
       sum(l.amount) AS total,
       CASE WHEN o.state = 'open' THEN sum(l.amount) ELSE 0 END AS due
FROM module_two_order o
JOIN module_two_order_line l ON l.order_id = o.id
GROUP BY o.id, o.customer_id, o.state;

-- orch:downgrade
DROP VIEW module_two_order_totals;
