import { Registry, collectDefaultMetrics } from 'prom-client';

export { Counter, Gauge, Histogram } from 'prom-client';

/**
 * The metrics of one service: give it as `registers: [metrics]` to each Counter, Gauge and Histogram.
 * Its own registry, not prom-client's global one: two apps in one process (as in tests) do not mix.
 */
export class Metrics extends Registry {}

/** A registry with Node's default metrics, every sample labelled with service and instance. */
export function createMetrics(labels: { service: string; instance: string }): Metrics {
  const metrics = new Metrics();
  metrics.setDefaultLabels(labels);
  collectDefaultMetrics({ register: metrics });
  return metrics;
}
