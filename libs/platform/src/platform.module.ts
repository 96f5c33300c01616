import { Global, Module, type DynamicModule, type Provider } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import type { Logger } from 'pino';
import { HealthController } from './health/health.controller.js';
import { Health } from './health/health.js';
import { AccessGuard, TOKEN_VERIFIER } from './http/access.js';
import type { JwtSettings } from './http/jwt-settings.js';
import { ProblemFilter } from './http/problem.filter.js';
import { tokenVerifier } from './http/token.js';
import { Lifecycle } from './lifecycle/lifecycle.js';
import { MetricsController } from './metrics/metrics.controller.js';
import { Metrics } from './metrics/metrics.js';

/** Injection token of the service's log. */
export const LOGGER = Symbol('LOGGER');

/** What every service gets injected from anywhere: `@Inject(LOGGER)`, `@Inject(Health)`, `@Inject(Metrics)`, `@Inject(Lifecycle)`. */
@Global()
@Module({})
export class PlatformModule {
  static with(parts: { logger: Logger; health: Health; metrics: Metrics; lifecycle: Lifecycle; jwt: JwtSettings }): DynamicModule {
    const shared: Provider[] = [
      { provide: LOGGER, useValue: parts.logger },
      { provide: Health, useValue: parts.health },
      { provide: Metrics, useValue: parts.metrics },
      { provide: Lifecycle, useValue: parts.lifecycle },
      { provide: TOKEN_VERIFIER, useValue: tokenVerifier(parts.jwt) },
    ];
    return {
      module: PlatformModule,
      controllers: [HealthController, MetricsController],
      providers: [
        ...shared,
        { provide: APP_GUARD, useClass: AccessGuard },
        { provide: APP_FILTER, useValue: new ProblemFilter(parts.logger) },
      ],
      exports: shared,
    };
  }
}
