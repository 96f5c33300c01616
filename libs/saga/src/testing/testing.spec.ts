import { everyConstruct } from '../spec/every-construct.js';
import { order, orderPlan } from '../spec/order.js';
import { given, later, replied, SagaExpectationError, started, toMermaid } from './index.js';

describe('given, when, then', () => {
  it('goes on from what happened, or from a recorded history', () => {
    const recorded = given(orderPlan(), started(order), replied.done('reserve')).history;
    given(orderPlan(), recorded)
      .when(replied.rejected('authorize', 'CARD_DECLINED'))
      .then('StepFailed', { kind: 'CompensationStarted', failure: { code: 'CARD_DECLINED' } }, { kind: 'CommandSent', step: 'reserve', action: 'undo' });
  });

  it('says every difference when something else happens', () => {
    const saga = given(orderPlan()).when(started(order));
    const said = (check: () => unknown): string => {
      try {
        check();
      } catch (error) {
        if (error instanceof SagaExpectationError) return error.message;
        throw error;
      }
      return 'nothing';
    };
    expect(said(() => saga.then('SagaStarted', { kind: 'CommandSent', step: 'ship', value: { value: { skus: ['a'] } } }))).toContain(
      '  event 2.step: expected "ship", got "reserve"\n  event 2.value.value.skus: expected ["a"], got ["a","b"]\nExpected:\n  {"kind":"SagaStarted"}',
    );
    expect(said(() => saga.then('SagaStarted'))).toContain('Their number differs.');
    expect(said(() => saga.then('SagaStarted', 'CommandSent'))).toBe('nothing');
  });

  it('is not awaited', async () => {
    await expect(Promise.resolve().then(() => given(orderPlan(), started(order)) as unknown)).rejects.toThrow('not awaited');
  });

  it('makes an input of the schema when none is given', () => {
    expect(given(orderPlan(), started()).state).toMatchObject({ sagaId: 'orderId', data: { input: { orderId: 'orderId' } } });
  });

  it('lets every timer fire in its turn', () => {
    const saga = given(orderPlan(), started(order), later('2m'));
    expect(saga.kinds).toEqual(['AttemptFailed', 'CommandSent', 'AttemptFailed', 'CommandSent', 'StepFailed', 'CompensationStarted', 'CommandSent']);
  });
});

describe('a diagram', () => {
  it('shows a row of steps with its undos and its pivot', () => {
    expect(toMermaid(orderPlan())).toBe(`flowchart TD
  start((start))
  n0["reserve<br/>fulfillment.Reserve"]
  start --> n0
  n0 -.-> n0u["undo: Release"]
  n1["authorize<br/>payment.Authorize"]
  n0 --> n1
  n1 -.-> n1u["undo: Void"]
  n2["capture<br/>payment.Capture<br/>pivot"]
  n1 --> n2
  n3["ship<br/>fulfillment.Ship"]
  n2 --> n3
  done(((done)))
  n3 --> done
  classDef pivot stroke-width:4px
  class n2 pivot
`);
  });

  it('shows every construct', () => {
    const lines = toMermaid(everyConstruct);
    for (const part of [/n\d+ -- fraud --> n\d+/, /checks joined/, /-- no -->/, /-- yes -->/, /each parcels, at most 10/, /-- next -->/, /-- through -->/, /sleep pause<br\/>5s/, /signal approval: Order<br\/>within 1h, else continue/, /saga settle/, /forget parcels, offers/]) {
      expect(lines).toMatch(part);
    }
  });
});
