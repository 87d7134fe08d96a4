"""Logging by structlog: readable lines or JSON on standard error, each with the trace of its request.

Personal numbers have no place in a log (GB/T 35273 6.3): what looks like one is blotted out of every line, whoever
wrote it, also in the text of an error of the database.
"""

from typing import Any

import structlog

from xiangyun.kit.privacy import blot_numbers

_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso"),
]


def blot(logger: Any, name: str, line: str) -> str:
    """Return the finished line without personal numbers."""
    return blot_numbers(line)


def configure(*, json: bool, level: str) -> dict[str, Any]:
    """Set structlog up and return Django's `LOGGING`; records of the standard library take the same way."""
    structlog.configure(
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    renderer: Any = structlog.processors.JSONRenderer(ensure_ascii=False)
    if not json:
        renderer = structlog.dev.ConsoleRenderer(colors=False)
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": _SHARED,
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            # locals of a frame may hold what people typed: tracebacks are plain
            structlog.processors.format_exc_info,
            renderer,
            blot,
        ],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"structlog": formatter},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "structlog"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # Django's own handlers would write each line twice and mail the error pages
            "django": {"handlers": [], "propagate": True, "level": level},
            # a refusal (4xx) is no fault of the code; the request line says it already
            "django.request": {"level": "ERROR"},
            "django.security.DisallowedHost": {"level": "CRITICAL"},
            "procrastinate": {"level": "WARNING"},
            "fontTools": {"level": "ERROR"},
        },
    }
