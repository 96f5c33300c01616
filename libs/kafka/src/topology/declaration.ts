import { parse } from 'yaml';
import { TopologyError } from './topology-error.js';

/** What a declared service is; decides its topics and rights. The kinds are explained at the head of `schemas/topology.yaml`. */
export const SERVICE_KINDS = ['orchestrator', 'participant', 'audit', 'client', 'operator', 'auditor'] as const;
export type ServiceKind = (typeof SERVICE_KINDS)[number];

/** `from` sends commands to `to`. An orchestrator may send to itself: its sagas then start others as their children. */
export interface Link {
  readonly from: string;
  readonly to: string;
}

/** The merged content of one or more topology files. */
export interface Declaration {
  readonly commandRetentionDays: number;
  readonly services: ReadonlyMap<string, ServiceKind>;
  readonly links: readonly Link[];
}

/** One topology file: its name (for messages) and its text. */
export interface TopologySource {
  readonly name: string;
  readonly text: string;
}

const RETENTION_DAYS_DEFAULT = 14;
const SERVICE_NAME = /^[a-z][a-z0-9-]{0,62}$/;
const LINKS_ALLOWED: ReadonlyMap<ServiceKind, readonly ServiceKind[]> = new Map([
  ['client', ['orchestrator']],
  ['operator', ['orchestrator']],
  ['orchestrator', ['participant', 'orchestrator']],
]);

/**
 * Reads and merges topology files. The same service may appear in several files if it is of the same kind.
 * @throws TopologyError `TOPOLOGY_INVALID` naming the file and the entry.
 */
export function parseDeclaration(sources: readonly TopologySource[]): Declaration {
  const services = new Map<string, ServiceKind>();
  const links = new Map<string, Link>();
  let commandRetentionDays: number | undefined;
  for (const source of sources) {
    const root = parseRoot(source);
    for (const [name, value] of Object.entries(asObject(root['services'] ?? {}, source, 'services'))) {
      const kind = parseKind(name, value, source);
      const earlier = services.get(name);
      if (earlier !== undefined && earlier !== kind) {
        throw invalid(source, `service "${name}" is declared as ${kind} here and as ${earlier} in another file`);
      }
      services.set(name, kind);
    }
    for (const link of parseLinks(root['links'] ?? [], source)) links.set(`${link.from}>${link.to}`, link);
    const days = root['commandRetentionDays'];
    if (days === undefined) continue;
    if (typeof days !== 'number' || !Number.isInteger(days) || days < 1) {
      throw invalid(source, 'commandRetentionDays must be a whole number of days, at least 1');
    }
    if (commandRetentionDays !== undefined && commandRetentionDays !== days) {
      throw invalid(source, `commandRetentionDays is ${days} here and ${commandRetentionDays} in another file`);
    }
    commandRetentionDays = days;
  }
  checkLinks(services, [...links.values()], sources);
  return { commandRetentionDays: commandRetentionDays ?? RETENTION_DAYS_DEFAULT, services, links: [...links.values()] };
}

function parseRoot(source: TopologySource): Record<string, unknown> {
  let value: unknown;
  try {
    value = parse(source.text);
  } catch (cause) {
    throw new TopologyError('TOPOLOGY_INVALID', `${source.name} is not valid YAML: ${(cause as Error).message}`, { cause });
  }
  const root = asObject(value, source, 'the file');
  for (const key of Object.keys(root)) {
    if (!['services', 'links', 'commandRetentionDays'].includes(key)) throw invalid(source, `unknown key "${key}"`);
  }
  return root;
}

function parseKind(name: string, value: unknown, source: TopologySource): ServiceKind {
  if (!SERVICE_NAME.test(name)) {
    throw invalid(source, `service name "${name}" must be lower-case letters, digits and "-", and begin with a letter`);
  }
  const entry = asObject(value, source, `service "${name}"`);
  const kind = SERVICE_KINDS.find((known) => known === entry['kind']);
  if (kind === undefined) throw invalid(source, `service "${name}" needs a kind, one of ${SERVICE_KINDS.join(', ')}`);
  for (const key of Object.keys(entry)) {
    if (key !== 'kind') throw invalid(source, `service "${name}" has an unknown key "${key}"`);
  }
  return kind;
}

function parseLinks(value: unknown, source: TopologySource): Link[] {
  if (!Array.isArray(value)) throw invalid(source, 'links must be a list of { from, to }');
  return value.map((item) => {
    const { from, to, ...rest } = asObject(item, source, 'each link');
    if (typeof from !== 'string' || typeof to !== 'string' || Object.keys(rest).length > 0) {
      throw invalid(source, 'each link must be { from: <service>, to: <service> }');
    }
    return { from, to };
  });
}

function checkLinks(services: ReadonlyMap<string, ServiceKind>, links: readonly Link[], sources: readonly TopologySource[]): void {
  const names = sources.map((source) => source.name).join(', ');
  for (const { from, to } of links) {
    for (const end of [from, to]) {
      if (!services.has(end)) {
        throw new TopologyError('TOPOLOGY_INVALID', `${names}: link ${from} -> ${to} names "${end}", which is not declared under services`);
      }
    }
    const [fromKind, toKind] = [services.get(from)!, services.get(to)!];
    if (!LINKS_ALLOWED.get(fromKind)?.includes(toKind)) {
      throw new TopologyError('TOPOLOGY_INVALID', `${names}: link ${from} -> ${to} is not possible: ${fromKind} does not send commands to ${toKind}`);
    }
  }
}

function asObject(value: unknown, source: TopologySource, what: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid(source, `${what} must be a mapping`);
  return value as Record<string, unknown>;
}

function invalid(source: TopologySource, what: string): TopologyError {
  return new TopologyError('TOPOLOGY_INVALID', `${source.name}: ${what}.`);
}
