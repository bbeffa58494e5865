"""Forgetting a person, on both engines."""

from accounts.person import HERS, LI, WANG, everything, fill
from notifier.accounts.forget import forget
from notifier.bootstrap import Service
from notifier.pipeline.explaining.check import check_accounts


def test_a_person_is_in_no_table_any_more_and_the_accounts_add_up(service: Service) -> None:
    fill(service)
    receipt = forget(service.database, LI, now=service.clock())
    left = everything(service)
    assert not any(word in left for word in (LI, HERS, "李的手机", "hub.example.org"))
    assert WANG in left
    assert receipt.kept["delivery"] > 0
    assert check_accounts(service.database).verdict == "good"
