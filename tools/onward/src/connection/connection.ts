import { join, resolve } from 'node:path';
import { ConfigurationError, kafkaConfig, loadConfig, registryConfig } from '@onward/platform/config';
import { CliError } from '../cli-error.js';
import { ExitCode } from '../exit-code.js';
import { findStackFile, readStackFile, STACK_FILE, type StackFile } from './stack-file.js';

/** The principals that commands act as on a local stack, each with no more rights than its command needs. */
export type PrincipalName = 'client' | 'operator' | 'auditor' | 'admin';

export interface KafkaConnection {
  readonly brokers: string[];
  readonly clientId: string;
  readonly sasl?: { readonly mechanism: 'scram-sha-512' | 'scram-sha-256' | 'plain'; readonly username: string; readonly password: string };
  readonly tls?: true | { readonly caFile: string };
}

export interface RegistryConnection {
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
}

/** Where a command finds Kafka and the registry. The environment wins over the local stack's file, which ONWARD_STACK may name. */
export class ConnectionSettings {
  constructor(
    private readonly environment: Readonly<Record<string, string | undefined>>,
    private readonly folder: string,
    /** The checkout that the command belongs to: its stack is meant when the folder has none. */
    private readonly home?: string,
  ) {}

  /**
   * The broker, as a principal: of the environment there is only the one that ONWARD_SASL_USERNAME names.
   * @throws CliError `NO_STACK`, `CONFIGURATION_INVALID`
   */
  kafka(principal: PrincipalName): KafkaConnection {
    if (this.environment['ONWARD_BROKERS']) return this.load({ kafka: kafkaConfig }).kafka;
    const stack = this.stack();
    const credentials = stack.principals[principal];
    if (credentials === undefined) {
      throw new CliError('PRINCIPAL_UNKNOWN', `The local stack has no principal "${principal}": start it anew with \`npm start\`, or set ONWARD_BROKERS, ONWARD_SASL_USERNAME and ONWARD_SASL_PASSWORD.`);
    }
    return { brokers: stack.brokers, clientId: 'onward-cli', sasl: { mechanism: 'scram-sha-512', ...credentials } };
  }

  /** @throws CliError `NO_STACK`, `CONFIGURATION_INVALID` */
  registry(): RegistryConnection {
    if (this.environment['ONWARD_REGISTRY_URL']) return this.load({ registry: registryConfig }).registry;
    const { registryUrl, registry } = this.stack();
    return { url: registryUrl, ...registry };
  }

  private load<Sections extends Parameters<typeof loadConfig>[0]>(sections: Sections) {
    try {
      return loadConfig(sections, this.environment);
    } catch (error) {
      if (error instanceof ConfigurationError) throw new CliError(error.code, error.message, ExitCode.invalid, { cause: error });
      throw error;
    }
  }

  /** @throws CliError `NO_STACK` */
  stack(): StackFile {
    const path = this.environment['ONWARD_STACK'];
    const stack = path ? readStackFile(resolve(this.folder, path)) : (findStackFile(this.folder) ?? (this.home === undefined ? undefined : readStackFile(join(this.home, STACK_FILE))));
    if (stack !== undefined) return stack;
    throw new CliError(
      'NO_STACK',
      `${path ? `There is no stack at ${path}, which ONWARD_STACK names` : 'No stack runs here'}: start one with \`npm start\`, or set ONWARD_BROKERS and ONWARD_REGISTRY_URL to the one you mean.`,
    );
  }
}
