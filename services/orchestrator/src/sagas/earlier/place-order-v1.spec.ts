import { given, migrated, replied, started } from '@onward/saga/testing';
import { placeOrder } from '../place-order.js';
import { placeOrderV1 } from './place-order-v1.js';

const begun = () => given(placeOrderV1, started());

describe('an order of version 1', () => {
  it('runs to its end as it was', () => {
    const saga = begun().when(replied.done('reserve'), replied.done('authorize'), replied.done('capture'));
    expect(saga.sent).toEqual(['do ship #1']);
    expect(saga.when(replied.done('ship')).status).toBe('completed');
  });

  it('that is still reserving goes on as version 2', () => {
    const saga = begun().when(migrated(placeOrder));
    expect(saga.kinds).toEqual(['OperatorActed', 'SagaMigrated']);
    expect(saga.state).toMatchObject({ planVersion: 2 });
    saga.when(replied.done('reserve'));
    expect(saga.sent).toEqual(['do checks.fraud #1', 'do checks.quote #1']);
  });

  it('that has its money reserved stays what it is', () => {
    const saga = begun().when(replied.done('reserve'), replied.done('authorize'), migrated(placeOrder));
    expect(saga.state).toMatchObject({ planVersion: 1 });
    expect(saga.answered).toEqual(['c2 MIGRATION_PLACE_UNMAPPED']);
    saga.when(replied.done('capture'));
    expect(saga.sent).toEqual(['do ship #1']);
  });

  it('whose money is being reserved stays what it is', () => {
    const saga = begun().when(replied.done('reserve'), migrated(placeOrder));
    expect(saga.state).toMatchObject({ planVersion: 1 });
    expect(saga.when(replied.done('authorize')).sent).toEqual(['do capture #1']);
  });
});
