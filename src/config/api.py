"""The REST API `/api/v1/` (OpenAPI 3.1): every app's `rest.router` under the app's label, one shape for all errors.

Operations need the session's login unless they are declared with `auth=None`.
"""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError
from ninja.errors import ValidationError as SchemaError
from ninja.openapi.schema import OpenAPISchema
from ninja.security import SessionAuth

from config.errors import login_needed, refuse
from xiangyun.kit.errors import DomainError

_ERROR = {
    "title": "Error",
    "type": "object",
    "required": ["code", "message", "details"],
    "properties": {
        "code": {"type": "string", "description": "stable code, e.g. cases.already_decided"},
        "message": {"type": "string", "description": "Chinese sentence that says what to do next"},
        "details": {"type": "object", "description": "facts for programs; for invalid input: field → sentence"},
    },
}


class Api(NinjaAPI):
    """Our API: its contract names the error body for every refusal of every operation."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """Return the OpenAPI document with the error body added."""
        schema = super().get_openapi_schema(**options)
        schema["components"].setdefault("schemas", {})["Error"] = _ERROR
        body = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
        for operations in schema["paths"].values():
            for operation in operations.values():
                operation["responses"].setdefault("4XX", {"description": "refused", "content": body})
        return schema


api = Api(
    title="祥云开放接口 Xiangyun API",
    version="1",
    description="政务服务事项、办件与电子证照核验。Errors are always `{code, message, details}`.",
    auth=SessionAuth(),
    docs_url=None,
    urls_namespace="api",
)


@api.exception_handler(DomainError)
def _refused(request: HttpRequest, error: DomainError) -> HttpResponse:
    return api.create_response(request, error.as_dict(), status=error.status)


@api.exception_handler(SchemaError)
def _invalid(request: HttpRequest, error: SchemaError) -> HttpResponse:
    details = {".".join(str(part) for part in item["loc"]): str(item["msg"]) for item in error.errors}
    body = {"code": "invalid_input", "message": "提交的内容不符合接口要求，请按提示修改。", "details": details}
    return api.create_response(request, body, status=422)


@api.exception_handler(AuthenticationError)
def _login_needed(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return login_needed()


@api.exception_handler(Http404)
def _not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    return refuse("not_found", "没有找到相关内容，请核对地址。", 404)


@api.exception_handler(HttpError)
def _http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    code = "bad_request" if error.status_code == 400 else f"http_{error.status_code}"
    return refuse(code, "请求无法处理，请检查格式后重试。", error.status_code)


for _app in apps.get_app_configs():
    if _app.name.startswith("xiangyun.") and find_spec(f"{_app.name}.rest"):
        api.add_router(f"/{_app.label}", import_module(f"{_app.name}.rest").router, tags=[str(_app.verbose_name)])

urls = api.urls
# who may call an operation is decided by its `auth`, not by the login rule for pages
for _pattern in urls[0]:
    vars(_pattern.callback)["login_required"] = False
