import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { loadTopology, type Topology } from '@onward/kafka/topology';
import type { Coordinates } from '../../tools/stack/src/coordinates.js';

/** How a Kafka client of a test reaches the broker. */
export interface TestKafkaOptions {
  readonly brokers: string[];
  readonly clientId: string;
  readonly sasl: { readonly mechanism: 'scram-sha-512'; readonly username: string; readonly password: string };
}

/** The stack that this run's tests share. */
export interface TestStack extends Coordinates {
  readonly topology: Topology;
  /** Connection options of a principal; `admin` may do everything. */
  kafka(principal: string, clientId?: string): TestKafkaOptions;
  /** A name that no other test uses, for topics, groups and transactional ids. */
  unique(prefix: string): string;
}

/** The stack that the global setup found or started. */
export function testStack(): TestStack {
  const file = process.env['ONWARD_TEST_STACK'];
  if (file === undefined) throw new Error('There is no stack: a test that needs one must be named *.stack.spec.ts or be in test/e2e or test/regression.');
  const coordinates = JSON.parse(readFileSync(file, 'utf8')) as Coordinates;
  return {
    ...coordinates,
    topology: loadTopology(coordinates.topologyFiles),
    kafka(principal, clientId = 'onward-test') {
      const credentials = coordinates.principals[principal];
      if (credentials === undefined) throw new Error(`The stack has no principal "${principal}".`);
      return { brokers: [...coordinates.brokers], clientId, sasl: { mechanism: 'scram-sha-512', ...credentials } };
    },
    unique: (prefix) => `${prefix}-${randomUUID().slice(0, 13)}`,
  };
}
