import { placeOrder, placeOrderV1 } from '@onward/orchestrator/sagas';
import { advance, type OpenSaga, type SagaInput } from '@onward/saga';
import { moveReportText, reportMoves } from './move-report.js';

const AT = Date.UTC(2026, 2, 1);
const input = {
  customerId: 'ann',
  lines: [],
  total: { amountMinor: 100, currency: 'EUR' },
  cardToken: 'tok',
  shipTo: { name: 'Ann', line1: 'A', line2: null, postcode: '1', city: 'B', country: 'DE' },
  placedAt: null,
  email: null,
};

function after(state: OpenSaga | undefined, next: SagaInput): OpenSaga {
  const advanced = advance(placeOrderV1, state, next, AT, null);
  if (advanced.kind !== 'transition' || advanced.state.kind !== 'open') throw new Error('The saga did not go on.');
  return advanced.state;
}

const started = (sagaId: string): OpenSaga =>
  after(undefined, { kind: 'start', sagaId, commandId: 'c', value: { type: placeOrderV1.input.name, value: { ...input, orderId: sagaId } }, startHash: new Uint8Array() });
const authorizing = (sagaId: string): OpenSaga =>
  after(started(sagaId), {
    kind: 'reply',
    sagaId,
    participant: 'fulfillment',
    step: 'reserve',
    action: 'do',
    attempt: 1,
    reply: { outcome: 'done', value: { type: 'onward.fulfillment.StockReserved', value: { reservationId: sagaId, orderId: sagaId, lines: [], reservedAt: 0 } } },
  });

describe('a migration that is tried on running sagas', () => {
  const report = reportMoves(placeOrderV1, placeOrder, [started('o-1'), authorizing('o-2'), started('o-3'), authorizing('o-4')]);

  it('counts those that map, and tells of the others why they stay', () => {
    expect(report).toMatchObject({ sagaType: 'place-order', from: 1, to: 2, running: 4, staying: [{ code: 'MIGRATION_PLACE_UNMAPPED', sagaIds: ['o-2', 'o-4'] }] });
    expect(report.moving.map(({ sagaId }) => sagaId)).toEqual(['o-1', 'o-3']);
  });

  it('is told in a few lines, with what changes for some', () => {
    const text = moveReportText(report, 1);
    expect(text[0]).toBe('place-order v1 → v2: 4 running, 2 map, 2 stay');
    expect(text[1]).toContain('  2 stay: MIGRATION_PLACE_UNMAPPED: The saga stands at "authorize"');
    expect(text[2]).toBe('    o-2, …');
    expect(text).toContain('  o-1:');
    expect(text.at(-1)).toBe('  … and 1 more that map');
    expect(moveReportText(report, 0)).toHaveLength(3);
  });
});
