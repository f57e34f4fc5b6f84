"""The shop's own records, the only truth: catalogue, customers, orders, promotions, policies, events."""
