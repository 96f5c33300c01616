// The image's health check: whether the service in this container is ready.
const response = await fetch(`http://127.0.0.1:${process.env.ONWARD_HTTP_PORT}/health/ready`, { signal: AbortSignal.timeout(4_000) });
process.exit(response.ok ? 0 : 1);
