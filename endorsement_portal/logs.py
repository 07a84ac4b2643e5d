"""One event, one line of JSON: structlog's processors for Django's and Celery's own loggers."""

import structlog

DROP_META = structlog.stdlib.ProcessorFormatter.remove_processors_meta
RENDER = structlog.processors.JSONRenderer()
CHAIN = [
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
]
