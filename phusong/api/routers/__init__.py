"""Routes by subject; ``ROUTERS`` is all of them."""

from phusong.api.routers import (
    account,
    audit,
    comments,
    datasets,
    documents,
    findings,
    inbox,
    jobs,
    packages,
    plans,
    public,
    raster_tiles,
    reports,
    requests,
    rounds,
    rounds_steps,
    sessions,
    studies,
    tokens,
    uploads,
    users,
    watch,
)

ROUTERS = tuple(
    one.router
    for one in (
        account,
        audit,
        comments,
        datasets,
        documents,
        findings,
        inbox,
        jobs,
        packages,
        plans,
        public,
        raster_tiles,
        reports,
        requests,
        rounds,
        rounds_steps,
        sessions,
        studies,
        tokens,
        uploads,
        users,
        watch,
    )
)
