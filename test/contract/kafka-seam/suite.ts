import { groupCases } from './group-cases.js';
import { logCases } from './log-cases.js';
import { offsetCases, transactionCases } from './transaction-cases.js';
import type { SeamCase } from './seam.js';

/**
 * What the rest of the suite relies on a Kafka cluster to do and to refuse, error code by error code. The in-memory twin is held to
 * the same as a real cluster: what is proven in simulation is worth as much as they agree.
 *
 * @param play runs one case on a cluster
 */
export function describeKafkaSeam(play: (seamCase: SeamCase) => Promise<void>): void {
  describe.each([
    ['a log', logCases],
    ['a transaction', transactionCases],
    ['offsets in a transaction', offsetCases],
    ['groups', groupCases],
  ] as const)('%s', (_, cases) => {
    it.each(Object.entries(cases))('%s', (_name, seamCase) => play(seamCase));
  });
}
