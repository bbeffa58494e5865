"""The pages of signing up: a form, and the button behind the link of the confirming mail."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import BackgroundTasks, FastAPI, Form, Request
from fastapi.responses import HTMLResponse

from notifier.accounts.signup import Signups
from notifier.errors import InputError
from notifier.rendering import Renderer

_HEADERS = {"Cache-Control": "no-store"}
Text = Annotated[str, Form(max_length=4000)]


@dataclass(frozen=True, slots=True)
class SignupPages:
    """What the handlers call."""

    signups: Signups
    renderer: Renderer
    service: str
    language: str

    def page(self, name: str, *, status: int = 200, **context: object) -> HTMLResponse:
        content = self.renderer.page(name, language=self.language, service=self.service, **context)
        return HTMLResponse(content, status_code=status, headers=_HEADERS)

    def form(self, *, status: int = 200, problem: str = "", email: str = "", rules: str = "") -> HTMLResponse:
        return self.page("subscribe", status=status, state="ask", problem=problem, email=email, rules=rules)


def add_signup(app: FastAPI, pages: SignupPages) -> None:
    _add_form(app, pages)
    _add_confirm(app, pages)


def _add_form(app: FastAPI, pages: SignupPages) -> None:
    @app.get("/subscribe")
    def show() -> HTMLResponse:
        return pages.form()

    @app.post("/subscribe")
    def ask(request: Request, later: BackgroundTasks, email: Text = "", rules: Text = "") -> HTMLResponse:
        """The same answer, as fast, for every address: what follows is done after it was given."""
        lines = [line.strip() for line in rules.splitlines() if line.strip()]
        try:
            person = pages.signups.check(email, lines)
        except InputError as error:
            problem = error.en if pages.language == "en" else error.zh
            return pages.form(status=422, problem=problem, email=email, rules=rules)
        later.add_task(pages.signups.ask, person, network=request.client.host if request.client else "")
        return pages.page("subscribe", state="asked", problem="", email="", rules="")


def _add_confirm(app: FastAPI, pages: SignupPages) -> None:
    @app.get("/confirm/{token}")
    def show(token: str) -> HTMLResponse:
        """Changes nothing: mail scanners follow every link."""
        return _confirm(pages, token, "ask" if pages.signups.is_open(token) else "unknown")

    @app.post("/confirm/{token}")
    def act(token: str) -> HTMLResponse:
        return _confirm(pages, token, "done" if pages.signups.confirm(token) else "unknown")


def _confirm(pages: SignupPages, token: str, state: str) -> HTMLResponse:
    status = 404 if state == "unknown" else 200
    return pages.page("confirm", status=status, state=state, action=f"/confirm/{token}")
