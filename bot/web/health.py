"""/healthz, /readyz and /metrics."""

from fastapi import APIRouter
from starlette.responses import JSONResponse, PlainTextResponse, Response

from bot.flows.figures import figures
from bot.web.parts import Parts


def router(parts: Parts) -> APIRouter:
    """Return the routes that machines ask."""
    routes = APIRouter()

    @routes.get("/healthz")
    async def healthz() -> dict[str, str]:
        """Alive: the process answers."""
        return {"status": "alive"}

    @routes.get("/readyz")
    async def readyz() -> Response:
        """Able to serve: the database answers and every part has started. 503 names what is missing."""
        missing = await parts.missing()
        return JSONResponse({"status": "waiting" if missing else "ready", "missing": missing}, 503 if missing else 200)

    @routes.get("/metrics")
    async def metrics() -> PlainTextResponse:
        """Figures for Prometheus."""
        found = await parts.house.read(figures)
        lines = [f'firstfive_effects{{state="{state}"}} {count}' for state, count in sorted(found.effects.items())]
        lines += ["# TYPE firstfive_dead_letters gauge"]
        lines += [
            f'firstfive_dead_letters{{kind="{kind}",cause="{cause}"}} {count}'
            for (kind, cause), count in sorted(found.dead.items())
        ]
        lines += [f"firstfive_incidents_live {found.live}"]
        return PlainTextResponse(
            "\n".join(["# TYPE firstfive_effects gauge", *lines, ""]), media_type="text/plain; version=0.0.4"
        )

    return routes
