"""Compare a ledger row with the one in force: what would approving it do to the card.

Pure: two rows in, an effect out. ``disability_card.ledger_import`` reads, stages and applies.
"""

from disability_card.handbook import discount_of, ends_on, printed_grade
from disability_card.ledger_row import LedgerRow


def changes_card(old: LedgerRow, new: LedgerRow, *, attendant_rule: bool) -> bool:
    """Say whether cards issued from ``old`` would say something that ``new`` does not.

    A later end is no reason: cards live 14 days and the next ones carry it. An earlier end is.
    """
    if discount_of(old, attendant_rule=attendant_rule) != discount_of(
        new, attendant_rule=attendant_rule
    ):
        return True
    said_before = (old.handbook_type, printed_grade(old), old.name, old.birth_date.year)
    if said_before != (new.handbook_type, printed_grade(new), new.name, new.birth_date.year):
        return True
    old_end, new_end = ends_on(old), ends_on(new)
    return new_end is not None and (old_end is None or new_end < old_end)
