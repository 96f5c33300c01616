/** What decides the order of work: whose saga it is, which effect, which handler. */
export interface Orderable {
  readonly sagaId: string;
  readonly idempotencyKey: string;
  readonly handler: { readonly order: number };
}

/**
 * Cuts a batch into groups for one handler each, to be run one after the other, so that
 * - one saga's commands are carried out in the order in which they arrived,
 * - the second command with an idempotency key comes after the first was answered,
 * - within that, groups are as large as they can be and handlers take turns in a fixed order.
 */
export function handlerGroups<T extends Orderable>(batch: readonly T[]): T[][] {
  const groups: T[][] = [];
  let wave = new Map<number, T[]>();
  let handlerOfSaga = new Map<string, number>();
  let keys = new Set<string>();
  const endWave = (): void => {
    groups.push(...[...wave].sort(([a], [b]) => a - b).map(([, group]) => group));
    wave = new Map();
    handlerOfSaga = new Map();
    keys = new Set();
  };
  for (const item of batch) {
    const order = item.handler.order;
    if (keys.has(item.idempotencyKey) || (handlerOfSaga.get(item.sagaId) ?? order) !== order) endWave();
    keys.add(item.idempotencyKey);
    handlerOfSaga.set(item.sagaId, order);
    const group = wave.get(order);
    if (group === undefined) wave.set(order, [item]);
    else group.push(item);
  }
  endWave();
  return groups;
}
