"""The one statement that spends a coupon, and the two ways to run it durably.

PostgreSQL: one prepared statement on a connection of its own (`postgres`), hot budgets through a
group commit (`one_writer`). SQLite: the same steps by one writer thread (`sqlite`). What it
decides stands in `statement`; who asks and how it is refused in `tourism.redemption`.
"""
