import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as sagas from '@onward/orchestrator/sagas';
import { isCommandNode, type Plan, type PlanNode } from '@onward/saga';
import { allHistories, bytesAsText, HISTORIES, print, redecide } from './recorded.js';

const plans: readonly Plan[] = Object.values(sagas);
const planOf = (name: string, version: number): Plan => {
  const plan = plans.find((candidate) => candidate.name === name && candidate.version === version);
  if (plan === undefined) throw new Error(`${name} version ${version} was released and is gone: sagas of it may still run.`);
  return plan;
};

describe.each(allHistories())('the recorded history %s', (path, history) => {
  it('folds, and every input of it is decided as it was', () => {
    const { differences, live, folded } = redecide(history, planOf);
    expect(differences).toEqual([]);
    expect(bytesAsText(folded)).toBe(bytesAsText(live));
    expect(folded?.kind === 'closed' ? folded.outcome : history.ending).toBe(history.ending);
  });

  it('is written as it would be now', () => {
    expect(print(history)).toBe(readFileSync(join(HISTORIES, path), 'utf8'));
  });
});

describe('golden histories', () => {
  it('show of every plan how it ends well, and how it ends otherwise', () => {
    const endings = new Map<string, Set<string>>();
    for (const [, { plan, version, ending }] of allHistories()) endings.set(`${plan}@${version}`, (endings.get(`${plan}@${version}`) ?? new Set()).add(ending));
    expect([...endings.keys()].sort()).toEqual(plans.map(({ name, version }) => `${name}@${version}`).sort());
    for (const [plan, seen] of endings) expect({ plan, seen: [...seen] }).toEqual({ plan, seen: expect.arrayContaining(['completed', 'compensated']) });
  });

  it.each<[string, (node: PlanNode) => PlanNode]>([
    ['send', (node) => (isCommandNode(node) ? { ...node, send: (seen) => ({ ...(node.send(seen) as object), orderId: 'another' }) } as PlanNode : node)],
    ['undo', (node) => (isCommandNode(node) && node.undo !== null ? { ...node, undo: { ...node.undo, send: () => ({}) } } : node)],
    ['retry policy', (node) => (isCommandNode(node) ? { ...node, retry: { ...node.retry, firstDelayMs: node.retry.firstDelayMs + 1 } } : node)],
  ])('notice a released plan whose %s was edited', (_, edit) => {
    const edited = (name: string, version: number): Plan => {
      const plan = planOf(name, version);
      return { ...plan, nodes: plan.nodes.map(edit) };
    };
    const noticed = allHistories().filter(([, history]) => redecide(history, edited).differences.length > 0);
    expect(noticed.length).toBeGreaterThan(0);
  });
});
