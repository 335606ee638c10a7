-- Fiscal years, quarters, months and weeks as a source keeps them.

INSERT INTO entity_kinds (id, name) VALUES (12, 'fiscal period');
