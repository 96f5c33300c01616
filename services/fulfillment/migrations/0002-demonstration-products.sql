-- Products to try the suite with; enough pieces that a long load test does not run out.
INSERT INTO product (sku, name, available) VALUES
  ('SKU-BOOK', 'Book', 100000000),
  ('SKU-LAMP', 'Lamp', 100000000),
  ('SKU-CHAIR', 'Chair', 100000000);
