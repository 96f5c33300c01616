import type { AnyRecord } from '../contract.js';
import { isCommandNode, type PlanNode } from '../plan/plan.js';
import { collectNamed } from '../records/avro.js';

/** Every record of a plan by name; the same name with two definitions is refused. */
export function recordsOf(input: AnyRecord, nodes: readonly PlanNode[], result?: AnyRecord): ReadonlyMap<string, AnyRecord> {
  const records = new Map<string, AnyRecord>();
  const named = new Map<string, string>();
  for (const record of [input, ...nodes.flatMap(recordsOfNode), ...(result === undefined ? [] : [result])]) {
    collectNamed(record, named);
    records.set(record.name, record);
  }
  return records;
}

function recordsOfNode(node: PlanNode): AnyRecord[] {
  if (node.kind === 'signal') return [node.of];
  if (!isCommandNode(node)) return [];
  return [node.command, ...(node.undo === null ? [] : [node.undo.command])].flatMap(({ request, done }) => [request, done]);
}
