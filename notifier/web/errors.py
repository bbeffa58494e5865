"""Pages that say that something went wrong, and what to do."""

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from notifier.errors import InputError, StorageError
from notifier.web.site import Forged, SignInFirst, Site, login_path, site_of, visitor_of
from notifier.web.visitor import Visitor, language_of, path_of


def add_errors(app: FastAPI) -> None:
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _unusable)
    app.add_exception_handler(InputError, _wrong)
    app.add_exception_handler(StorageError, _unavailable)
    app.add_exception_handler(Forged, _forged)
    app.add_exception_handler(SignInFirst, _sign_in)


def error_page(request: Request, status: int, *, message: str = "") -> Response:
    """The page for this status. It asks no table: the database may be what is broken."""
    site = site_of(request)
    visitor = _anonymous(request, site)
    said = site.renderer.words(visitor.language)["errors"]
    known = status if f"status_{status}" in said else 400 if status < 500 else 500
    return site.page(visitor, "error", status=status, code=status, message=message or said[f"status_{known}"])


def _anonymous(request: Request, site: Site) -> Visitor:
    known = getattr(request.state, "visitor", None)
    if known is not None:
        return Visitor(known.path, known.language, known.host, known.secret, known.key, known.subscriber)
    return Visitor(path_of(request), language_of(request, None, site.language), "", site.tokens.secret)


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    response = error_page(request, error.status_code)
    response.headers.update(error.headers or {})
    return response


def _unusable(request: Request, error: Exception) -> Response:
    """A field that no form of ours sends. A number in the address that nothing can have is nowhere, as any other."""
    assert isinstance(error, RequestValidationError)
    return error_page(request, 404 if any(one["loc"][0] == "path" for one in error.errors()) else 422)


def _wrong(request: Request, error: Exception) -> Response:
    assert isinstance(error, InputError)
    return error_page(request, 422, message=_anonymous(request, site_of(request)).say(error))


def _unavailable(request: Request, _error: Exception) -> Response:
    return error_page(request, 503)


def _forged(request: Request, _error: Exception) -> Response:
    return error_page(request, 403)


def _sign_in(request: Request, _error: Exception) -> Response:
    """A page leads to the login and back, a form to the login alone; what JavaScript asks for gets 401."""
    visitor = visitor_of(request)
    if request.method == "GET":
        return site_of(request).go(visitor, login_path(visitor))
    if "text/html" not in request.headers.get("accept", ""):
        return error_page(request, 401)
    return site_of(request).go(visitor, "/login")
