import { Module, type DynamicModule, type Type } from '@nestjs/common';
import type { ServiceContract } from '@onward/contracts';
import type { databaseConfig, groupConfig, kafkaConfig, registryConfig, ServiceContext, topologyConfig } from '@onward/platform';
import { openParticipant, type OpenParticipant } from './open-participant.js';

/** Sections of configuration that a participant needs. */
export interface ParticipantConfig {
  readonly kafka: ReturnType<(typeof kafkaConfig)['parse']>;
  readonly registry: ReturnType<(typeof registryConfig)['parse']>;
  readonly database: ReturnType<(typeof databaseConfig)['parse']>;
  readonly topology: ReturnType<(typeof topologyConfig)['parse']>;
  readonly group: ReturnType<(typeof groupConfig)['parse']>;
}

export interface ParticipantModuleOptions {
  readonly contract: ServiceContract;
  /** Classes decorated with `@Participant()`. */
  readonly handlers: readonly Type<object>[];
  /** Folders with the service's own migrations. */
  readonly migrations: readonly string[];
  /** Modules whose providers the handlers need. */
  readonly imports?: DynamicModule['imports'];
}

/** Token of the {@link OpenParticipant}. */
export const PARTICIPANT = Symbol('onward.participant');

/**
 * Makes a Nest application a participant. Connect its transport where the application starts:
 * `app.connectMicroservice({ strategy: participantServer(app) })`.
 */
@Module({})
export class ParticipantModule {
  static forRoot(context: ServiceContext<ParticipantConfig>, options: ParticipantModuleOptions): DynamicModule {
    const { config, logger, metrics, health, lifecycle } = context;
    return {
      module: ParticipantModule,
      imports: [...(options.imports ?? [])],
      providers: [
        ...options.handlers,
        {
          provide: PARTICIPANT,
          inject: [...options.handlers],
          useFactory: async (...handlers: object[]): Promise<OpenParticipant> => {
            const participant = await openParticipant({
              contract: options.contract,
              handlers,
              migrations: options.migrations,
              kafka: config.kafka,
              registry: config.registry,
              databaseUrl: config.database.url,
              topologyFiles: config.topology.files,
              instance: config.service.instance,
              sessionTimeoutMs: config.group.sessionTimeoutMs,
              partitionCount: config.group.partitions,
              metrics,
              log: logger,
              onFailed: (error) => context.fail(error),
            });
            lifecycle.onStop('participant', () => participant.close());
            health.register('database', () => participant.database.ping());
            return participant;
          },
        },
      ],
      exports: [PARTICIPANT],
    };
  }
}

/** The transport of the application's participant. */
export function participantServer(app: { get<T>(token: symbol): T }): OpenParticipant['server'] {
  return app.get<OpenParticipant>(PARTICIPANT).server;
}
