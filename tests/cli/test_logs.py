"""What the log shows, and what it does not."""

import pytest
import structlog

from notifier.cli.logs import set_up_log


@pytest.mark.parametrize("as_json", [True, False])
def test_a_traceback_in_the_log_does_not_show_what_variables_held(
    capsys: pytest.CaptureFixture[str], *, as_json: bool
) -> None:
    def fail(password: str) -> None:
        raise ValueError(f"{len(password)} characters are too few")

    secret, before = "".join(("hun", "ter2")), structlog.get_config()
    set_up_log("error", as_json=as_json)
    try:
        fail(secret)
    except ValueError as error:
        structlog.get_logger().error("message.broke_sender", exc_info=error)
    finally:
        structlog.configure(**before)
    said = capsys.readouterr().err
    assert "7 characters are too few" in said
    assert secret not in said
