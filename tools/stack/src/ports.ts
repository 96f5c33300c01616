import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { StackError } from './stack-error.js';

/** Everything of a stack that listens. */
export const PORT_NAMES = ['kafka', 'kafkaController', 'registry', 'postgres', 'orchestrator', 'payment', 'fulfillment', 'customers', 'audit'] as const;
export type PortName = (typeof PORT_NAMES)[number];
export type Ports = Readonly<Record<PortName, number>>;

const FIXED: Ports = {
  kafka: 19092,
  kafkaController: 19093,
  registry: 18081,
  postgres: 15432,
  orchestrator: 13001,
  payment: 13002,
  fulfillment: 13003,
  customers: 13005,
  audit: 13004,
};

/** Below the range from which systems give ports to outgoing connections, so that a restarted part finds its port again. */
const FREE_PORT_MIN = 20_000;
const FREE_PORT_MAX = 32_000;

/**
 * The stack's ports, all checked to be free on the loopback address.
 * @throws StackError `STACK_PORT_IN_USE`
 */
export async function choosePorts(options: { readonly freePorts: boolean }): Promise<Ports> {
  if (!options.freePorts) {
    for (const name of PORT_NAMES) {
      if (await isFree(FIXED[name])) continue;
      throw new StackError('STACK_PORT_IN_USE', `Port ${FIXED[name]} (for ${name}) is in use on 127.0.0.1: stop what listens there, or start with "npm start -- --free-ports".`);
    }
    return FIXED;
  }
  const chosen = new Map<PortName, number>();
  while (chosen.size < PORT_NAMES.length) {
    const port = randomInt(FREE_PORT_MIN, FREE_PORT_MAX);
    if ([...chosen.values()].includes(port) || !(await isFree(port))) continue;
    chosen.set(PORT_NAMES[chosen.size]!, port);
  }
  return Object.fromEntries(chosen) as Record<PortName, number>;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
