"""The statement that spends a coupon, for both engines from one text.

1. ``asked``: what the caller wants. ``instant``: the database's clock, read once; the day is JST.
2. ``ready``: every condition but the wallet's own: campaign, shop, amount, limits, key.
3. ``debited``: the wallet's row; its conditions are read from the locked row.
4. ``used``: the day's counters. 5. ``credited``: the shop. 6. ``txn``, ``redemption``, ``posted``.
7. ``paid``: the account that pays, a hot budget's row last.

Each step selects from the RETURNING of the one before. WHERE refuses in steps 2 and 3 alone:
behind them nothing may match no row, because what was done before it would stay. So the last
update has no condition on what remains; its CHECK raises and undoes all. What must not exist is
counted: NOT EXISTS may become a join that reads the whole table, `count(*) = 0` stays a look-up.
"""

from typing import Final

WALLET_USES_A_MINUTE: Final = 5
QR_SECONDS: Final = 60  # a wallet's QR is renewed every 15 s; the rest is for the hand and the net

_READY: Final = """
  SELECT a.*, i.at, i.today, w.campaign_id, c.ends_on, c.uses_per_shop_and_day, c.uses_per_day,
         t.id AS tier_id, sa.id AS shop_account, src.id AS source_account
  FROM asked a CROSS JOIN instant i
  JOIN tourism_wallet w ON w.id = a.wallet_id
  JOIN tourism_campaign c ON c.id = w.campaign_id
  JOIN tourism_shop s ON s.id = a.shop_id AND s.municipality = c.municipality
  JOIN tourism_account sa ON sa.campaign_id = c.id AND sa.kind = 'shop' AND sa.ref = s.id
  JOIN tourism_balance sb ON sb.account_id = sa.id
  JOIN tourism_account src ON src.campaign_id = c.id
    AND src.kind = CASE c.cap WHEN 'issue' THEN 'wallet' ELSE 'budget' END
    AND src.ref = CASE c.cap WHEN 'issue' THEN w.id ELSE c.id END
  JOIN tourism_balance srcb ON srcb.account_id = src.id
  LEFT JOIN tourism_tier t ON t.campaign_id = c.id
    AND t.value_yen = a.coupon_yen AND t.min_spend_yen <= a.bill_yen
  WHERE c.state IN ('open', 'exhausted', 'ended') AND i.today >= c.starts_on
    AND s.state = 'active' AND <shop's kind fits>
    AND (s.is_local OR NOT c.local_shops_only)
    AND a.coupon_yen > 0 AND a.coupon_yen <= a.bill_yen
    AND (c.rate_basis_points IS NULL
         OR a.coupon_yen * 10000 <= a.bill_yen * c.rate_basis_points)
    AND (t.id IS NOT NULL
         OR (a.coupon_yen <modulo> c.unit_yen = 0
             AND NOT EXISTS (SELECT 1 FROM tourism_tier o WHERE o.campaign_id = c.id)))
    AND (a.device_row IS NULL
         OR EXISTS (SELECT 1 FROM accounts_device d WHERE d.id = a.device_row
                    AND d.revoked_at IS NULL AND d.place_id = s.place_id))
    AND (a.clerk_row IS NULL
         OR EXISTS (SELECT 1 FROM accounts_clerksession q
                    JOIN accounts_membership m ON m.id = q.membership_id
                    WHERE q.id = a.clerk_row AND q.device_id = a.device_row
                    AND q.ended_at IS NULL AND q.ends_at > i.at
                    AND (m.valid_to IS NULL OR m.valid_to > i.at)))
    AND (a.qr_at IS NULL OR a.qr_at > <the oldest QR>)
    AND (SELECT count(*) FROM tourism_redemption k
         WHERE k.device_id = a.device_id AND k.key = a.key) = 0
    AND (SELECT count(*) FROM tourism_dailyuse u WHERE u.wallet_id = a.wallet_id
         AND u.day = i.today AND u.place IN (s.id, c.id) AND u.uses >= u.uses_max) = 0
    AND (SELECT count(*) FROM tourism_redemption v WHERE v.wallet_id = a.wallet_id
         AND v.at > <a minute ago>) < <uses a minute>
"""


def _ready(*, shops_kind_fits: str, modulo: str, seconds_ago: str) -> str:
    """Return step 2 in an engine's own words."""
    return (
        _READY.replace("<shop's kind fits>", shops_kind_fits)
        .replace("<modulo>", modulo)
        .replace("<a minute ago>", seconds_ago.format(60))
        .replace("<the oldest QR>", seconds_ago.format(QR_SECONDS))
        .replace("<uses a minute>", str(WALLET_USES_A_MINUTE))
    )


_DEBIT: Final = """
  UPDATE tourism_wallet AS w
  SET remaining_yen = w.remaining_yen - r.coupon_yen,
      last_qr_at = COALESCE(r.qr_at, w.last_qr_at)
  FROM ready r
  WHERE w.id = r.wallet_id AND w.state = 'active' AND w.remaining_yen >= r.coupon_yen
    AND COALESCE(w.valid_until, r.ends_on) >= r.today
    AND (r.qr_at IS NULL OR w.last_qr_at IS NULL OR w.last_qr_at < r.qr_at)
"""

# -- PostgreSQL -----------------------------------------------------------------------------------

_COLUMNS: Final = (
    ("redemption_id", "uuid"),
    ("wallet_id", "uuid"),
    ("shop_id", "uuid"),
    ("device_id", "uuid"),
    ("key", "text"),
    ("request_hash", "bytea"),
    ("way", "text"),
    ("bill_yen", "bigint"),
    ("coupon_yen", "bigint"),
    ("device_row", "uuid"),
    ("clerk_row", "uuid"),
    ("qr_at", "timestamptz"),
)
COLUMNS: Final = tuple(name for name, _type in _COLUMNS)


def _postgres(asked: str) -> str:
    ready = _ready(
        shops_kind_fits="(c.shop_kinds = '[]' OR c.shop_kinds ? s.kind)",
        modulo="%%",
        seconds_ago="i.at - interval '{} seconds'",
    )
    return f"""
WITH asked AS ({asked}),
instant AS MATERIALIZED (
  SELECT n.at, (n.at AT TIME ZONE 'Asia/Tokyo')::date AS today FROM (SELECT kaiteki_now() AS at) n
),
ready AS MATERIALIZED ({ready}),
debited AS ({_DEBIT} RETURNING r.*, w.remaining_yen AS left_yen),
used AS (
  INSERT INTO tourism_dailyuse AS u (wallet_id, place, day, uses, uses_max)
  SELECT wallet_id, shop_id, today, 1, uses_per_shop_and_day FROM debited
  WHERE uses_per_shop_and_day IS NOT NULL
  UNION ALL
  SELECT wallet_id, campaign_id, today, 1, uses_per_day FROM debited WHERE uses_per_day IS NOT NULL
  ON CONFLICT (wallet_id, place, day) DO UPDATE SET uses = u.uses + 1
),
credited AS (
  UPDATE tourism_balance b SET value_yen = b.value_yen + d.yen
  FROM (SELECT shop_account, sum(coupon_yen)::bigint AS yen FROM debited GROUP BY shop_account) d
  WHERE b.account_id = d.shop_account RETURNING b.account_id
),
txn AS (
  INSERT INTO tourism_txn (id, campaign_id, kind, at)
  SELECT d.redemption_id, d.campaign_id, 'redeem', d.at
  FROM debited d JOIN credited c ON c.account_id = d.shop_account RETURNING id
),
redemption AS (
  INSERT INTO tourism_redemption (txn_id, campaign_id, wallet_id, shop_id, tier_id, device_id, key,
    request_hash, way, bill_yen, coupon_yen, left_yen, at)
  SELECT d.redemption_id, d.campaign_id, d.wallet_id, d.shop_id, d.tier_id, d.device_id, d.key,
    d.request_hash, d.way, d.bill_yen, d.coupon_yen, d.left_yen, d.at
  FROM debited d JOIN txn x ON x.id = d.redemption_id RETURNING txn_id, left_yen, at
),
posted AS (
  INSERT INTO tourism_posting (txn_id, account_id, amount_yen)
  SELECT d.redemption_id, side.account, side.yen
  FROM debited d JOIN redemption r ON r.txn_id = d.redemption_id
  CROSS JOIN LATERAL (VALUES (d.shop_account, d.coupon_yen), (d.source_account, -d.coupon_yen))
    AS side (account, yen)
  RETURNING account_id, amount_yen
),
paid AS (
  UPDATE tourism_balance b SET value_yen = b.value_yen + p.yen
  FROM (SELECT account_id, sum(amount_yen)::bigint AS yen FROM posted WHERE amount_yen < 0
        GROUP BY account_id) p
  WHERE b.account_id = p.account_id RETURNING 1
)
SELECT txn_id, left_yen, at FROM redemption"""


SPEND_ONE: Final = _postgres(
    "SELECT " + ", ".join(f"%({name})s::{kind} AS {name}" for name, kind in _COLUMNS)
)
SPEND_MANY: Final = _postgres(
    "SELECT * FROM unnest("
    + ", ".join(f"%({name})s::{kind}[]" for name, kind in _COLUMNS)
    + f") AS asked ({', '.join(COLUMNS)})"
)
# One order for all batches, or two of them would lock each other out.
LOCK_WALLETS: Final = (
    "SELECT 1 FROM tourism_wallet WHERE id = ANY(%(wallet_id)s) ORDER BY id FOR NO KEY UPDATE"
)
LOCK_SHOPS: Final = """SELECT 1 FROM tourism_balance WHERE account_id IN (
  SELECT a.id FROM tourism_account a JOIN tourism_wallet w ON w.campaign_id = a.campaign_id
  WHERE w.id = ANY(%(wallet_id)s) AND a.kind = 'shop' AND a.ref = ANY(%(shop_id)s)
) ORDER BY account_id FOR NO KEY UPDATE"""

# -- SQLite: the same steps, one after the other --------------------------------------------------

_SQLITE_ASKED: Final = ", ".join(f":{name} AS {name}" for name in COLUMNS)
SQLITE_READY: Final = f"""WITH asked AS (SELECT {_SQLITE_ASKED}),
instant AS MATERIALIZED (
  SELECT n.at, date(n.at, '+9 hours') AS today FROM (SELECT kaiteki_now() AS at) n
)""" + _ready(
    shops_kind_fits=(
        "(c.shop_kinds = '[]'"
        " OR EXISTS (SELECT 1 FROM json_each(c.shop_kinds) j WHERE j.value = s.kind))"
    ),
    modulo="%",
    seconds_ago="strftime('%Y-%m-%d %H:%M:%f', i.at, '-{} seconds')",
)
SQLITE_DEBIT: Final = (
    "WITH ready AS (SELECT :wallet_id AS wallet_id, :coupon_yen AS coupon_yen, :qr_at AS qr_at,"
    " :today AS today, :ends_on AS ends_on)" + _DEBIT + " RETURNING remaining_yen"
)
SQLITE_USE: Final = """INSERT INTO tourism_dailyuse (wallet_id, place, day, uses, uses_max)
VALUES (?, ?, ?, 1, ?) ON CONFLICT (wallet_id, place, day) DO UPDATE SET uses = uses + 1"""
SQLITE_TXN: Final = """INSERT INTO tourism_txn (id, campaign_id, kind, at)
VALUES (:redemption_id, :campaign_id, 'redeem', :at)"""
SQLITE_REDEMPTION: Final = """INSERT INTO tourism_redemption (txn_id, campaign_id, wallet_id,
  shop_id, tier_id, device_id, key, request_hash, way, bill_yen, coupon_yen, left_yen, at)
VALUES (:redemption_id, :campaign_id, :wallet_id, :shop_id, :tier_id, :device_id, :key,
  :request_hash, :way, :bill_yen, :coupon_yen, :left_yen, :at)"""
SQLITE_POSTING: Final = (
    "INSERT INTO tourism_posting (txn_id, account_id, amount_yen) VALUES (?, ?, ?)"
)
SQLITE_BALANCE: Final = "UPDATE tourism_balance SET value_yen = value_yen + ? WHERE account_id = ?"
