import { Module, type DynamicModule, type INestApplication, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Logger } from 'pino';
import { httpConfig, jwtConfig } from './config/http-config.js';
import type { ConfigOf, ConfigSection } from './config/load-config.js';
import { serviceConfig } from './config/service-config.js';
import { Health } from './health/health.js';
import { Lifecycle } from './lifecycle/lifecycle.js';
import { createLogger } from './logging/logger.js';
import { NestLogger } from './logging/nest-logger.js';
import { createMetrics, type Metrics } from './metrics/metrics.js';
import { PlatformModule } from './platform.module.js';

/** The sections that every service has. */
export const baseSections = { service: serviceConfig, http: httpConfig, jwt: jwtConfig };
export type BaseConfig = ConfigOf<typeof baseSections>;

/** What a service is made with. */
export interface ServiceContext<Config> {
  readonly config: Config & BaseConfig;
  readonly logger: Logger;
  readonly health: Health;
  readonly metrics: Metrics;
  readonly lifecycle: Lifecycle;
  /** Ends the service for good: it cannot do its work any more. The process stops in order and exits with 1, for its supervisor to see. */
  fail(error: unknown): void;
}

/** What a service is. */
export interface ServiceDefinition<Sections extends Record<string, ConfigSection>> {
  /** The service's name: its principal, its consumer group, the `service` field of its log. */
  readonly name: string;
  /** The configuration it has besides {@link baseSections}. */
  readonly config: Sections;
  /** Its Nest module. */
  module(context: ServiceContext<ConfigOf<Sections>>): Type | DynamicModule | Promise<Type | DynamicModule>;
  /** Runs once HTTP listens, before the service counts as ready; `app.connectMicroservice` belongs here: what was connected is started next. */
  start?(app: INestApplication, context: ServiceContext<ConfigOf<Sections>>): Promise<void> | void;
}

/** A service that runs. */
export interface RunningService {
  readonly app: INestApplication;
  /** Where its HTTP interface listens, as in `http://127.0.0.1:4000`. */
  readonly url: string;
  /** Stops it: not ready any more, then the hooks, HTTP last. Resolves to whether all closed in time; never rejects. */
  stop(): Promise<boolean>;
}

/** Below the ten seconds that Docker and most supervisors wait before they kill. */
const STOP_TIMEOUT_MS = 8_000;

/** A service from before its start to after its stop. */
export interface ServiceRun {
  readonly logger: Logger;
  /** Settles when the service is ready or could not start. */
  readonly started: Promise<RunningService>;
  /** Stops it, also in the middle of its start. */
  stop(): Promise<boolean>;
}

/** Starts a service in this process and waits until it is ready. */
export async function startService<Sections extends Record<string, ConfigSection>>(
  definition: ServiceDefinition<Sections>,
  config: ConfigOf<Sections> & BaseConfig,
  logger?: Logger,
): Promise<RunningService> {
  return runService(definition, config, logger).started;
}

/**
 * Begins to start a service with a configuration that was read already.
 * @param onFailed called once the service has failed for good and was stopped
 */
export function runService<Sections extends Record<string, ConfigSection>>(
  definition: ServiceDefinition<Sections>,
  config: ConfigOf<Sections> & BaseConfig,
  logger: Logger = createLogger({ service: definition.name, ...config.service }),
  onFailed: () => void = () => undefined,
): ServiceRun {
  const health = new Health(logger);
  const lifecycle = new Lifecycle(logger);
  const metrics = createMetrics({ service: definition.name, instance: config.service.instance });
  const stop = (): Promise<boolean> => {
    health.stopping();
    return lifecycle.stop(STOP_TIMEOUT_MS);
  };
  const fail = (error: unknown): void => {
    logger.fatal({ err: error }, 'the service cannot go on');
    void stop().then(onFailed);
  };
  return { logger, stop, started: start(definition, { config, logger, health, metrics, lifecycle, fail }, stop) };
}

async function start<Sections extends Record<string, ConfigSection>>(
  definition: ServiceDefinition<Sections>,
  context: ServiceContext<ConfigOf<Sections>>,
  stop: () => Promise<boolean>,
): Promise<RunningService> {
  const { config, logger, health, metrics, lifecycle } = context;
  try {
    const root: DynamicModule = {
      module: RootModule,
      imports: [PlatformModule.with({ logger, health, metrics, lifecycle, jwt: config.jwt }), await definition.module(context)],
    };
    const app = await NestFactory.create(root, { logger: new NestLogger(logger), abortOnError: false });
    lifecycle.onStop('http', () => app.close());
    app.getHttpAdapter().getInstance().disable('x-powered-by');
    await app.listen(config.http.port, config.http.host).catch((cause: unknown) => {
      throw listenError(config.http, cause);
    });
    const url = await app.getUrl();
    logger.info({ url }, 'listening');
    await definition.start?.(app, context);
    await app.startAllMicroservices();
    health.started();
    logger.info({ url }, 'ready');
    return { app, url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

@Module({})
class RootModule {}

/** The address that was configured cannot be listened on. */
export class ListenError extends Error {
  readonly code = 'HTTP_CANNOT_LISTEN';
}

function listenError(http: { host: string; port: number }, cause: unknown): unknown {
  const reasons: Record<string, string> = {
    EADDRINUSE: 'another process listens there: stop it or set ONWARD_HTTP_PORT to a free port',
    EACCES: 'this user may not: set ONWARD_HTTP_PORT to a port from 1024 up',
    EADDRNOTAVAIL: 'this machine has no such address: set ONWARD_HTTP_HOST to one it has',
    ENOTFOUND: 'this name has no address: set ONWARD_HTTP_HOST to an address of this machine',
  };
  const reason = reasons[String((cause as { code?: unknown } | null)?.code)];
  return reason === undefined ? cause : new ListenError(`Cannot listen on ${http.host}:${http.port}: ${reason}.`, { cause });
}
