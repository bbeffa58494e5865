"""Parts of rules that are dear to look for are told: to the owner by the linter, to the operator by their rules."""

import pytest

from notifier.matching import Matcher, parse_rule
from notifier.matching.advice.compare import Comparer
from notifier.matching.advice.lint import lint_rule


@pytest.mark.parametrize("rule", ["标题:中*国*发展", "核电 NEAR/900 四川", "四川 (核电 OR /风电.*核电/)", "科技*金*融"])
def test_a_wide_part_is_remarked_and_its_rule_named(rule: str) -> None:
    codes = [remark.code for remark in lint_rule(parse_rule(rule), Comparer.of({}))]
    assert "wide" in codes
    matcher = Matcher()
    matcher.add("wide", rule)
    matcher.add("narrow", "核电 NEAR/9 四川")
    assert matcher.wide() == ["wide"]
    matcher.remove("wide")
    assert matcher.wide() == []


@pytest.mark.parametrize("rule", ["科技*金融", "核电 NEAR/50 四川", "/第.{1,3}批次/", "核电"])
def test_what_is_not_wide_is_not_remarked(rule: str) -> None:
    assert "wide" not in [remark.code for remark in lint_rule(parse_rule(rule), Comparer.of({}))]
