import 'reflect-metadata';
import { writeSync } from 'node:fs';
import { CONFIGURATION_EXIT_CODE, ConfigurationError } from './config/configuration-error.js';
import { loadConfig, type ConfigOf, type ConfigSection } from './config/load-config.js';
import { baseSections, runService, type BaseConfig, type ServiceDefinition } from './service.js';

/**
 * The whole of a service's `main.ts`: reads the configuration, starts the service, stops it in order on SIGTERM or SIGINT.
 *
 * Exit status: 0 after a clean stop; 1 after an error that nobody caught, a start that failed or a stop that took too long;
 * 78 when the configuration is wrong.
 */
export async function bootstrap<Sections extends Record<string, ConfigSection>>(definition: ServiceDefinition<Sections>): Promise<void> {
  const config = readConfig(definition);
  const { logger, started, stop } = runService(definition, config, undefined, () => process.exit(1));

  const fail = (what: string) => (error: unknown) => {
    logger.fatal({ err: error }, what);
    process.exit(1);
  };
  process.on('uncaughtException', fail('an error was not caught'));
  process.on('unhandledRejection', fail('a rejection was not handled'));

  let stopping = false;
  const onSignal = async (signal: NodeJS.Signals): Promise<void> => {
    // Ctrl-C reaches the whole process group and then the supervisor sends its own signal: the second one changes nothing.
    if (stopping) return;
    stopping = true;
    logger.info({ signal }, 'stopping');
    const clean = await stop();
    logger.info({ clean }, 'stopped');
    process.exit(clean ? 0 : 1);
  };
  process.on('SIGTERM', (signal) => void onSignal(signal));
  process.on('SIGINT', (signal) => void onSignal(signal));

  await started.catch((error: unknown) => {
    // A start that was interrupted fails in some way of its own: that is no news.
    if (!stopping) fail('the service could not start')(error);
  });
}

function readConfig<Sections extends Record<string, ConfigSection>>(definition: ServiceDefinition<Sections>): ConfigOf<Sections> & BaseConfig {
  try {
    return loadConfig<Sections & typeof baseSections>({ ...definition.config, ...baseSections }) as ConfigOf<Sections> & BaseConfig;
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    writeSync(2, `${definition.name}: ${error.message}\n`);
    process.exit(CONFIGURATION_EXIT_CODE);
  }
}
