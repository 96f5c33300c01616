import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { PlaceOrder } from '@onward/contracts';
import type { AvroRegistry, OutboundRecord } from '@onward/kafka';
import { partitionFor } from '@onward/kafka';
import { StartThreeSteps } from '../three-steps/generated/index.js';
import type { SagaName } from './settings.js';

/** The bench runs compiled: this is in `dist/suite/`. */
const ORDER_FILE = new URL('../../../fixtures/order-ok.json', import.meta.url);

/** Makes the record that starts a saga. */
export type StartCommand = (sagaId: string) => OutboundRecord;

/** Registers the start command's schema and prepares what all of its records share. */
export async function startCommandOf(saga: SagaName, registry: AvroRegistry, topic: string, partitionCount: number): Promise<StartCommand> {
  const { type, encode } = saga === 'three-steps' ? await threeSteps(registry, topic) : await placeOrder(registry, topic);
  return (sagaId) => {
    const key = Buffer.from(sagaId);
    return {
      topic,
      partition: partitionFor(key, partitionCount),
      key,
      value: encode(sagaId),
      headers: {
        ce_specversion: '1.0',
        ce_id: randomUUID(),
        ce_type: type,
        ce_source: '/onward/client',
        ce_subject: sagaId,
        ce_time: new Date().toISOString(),
        'content-type': 'application/vnd.confluent.avro',
      },
    };
  };
}

interface StartValue {
  readonly type: string;
  readonly encode: (sagaId: string) => Buffer;
}

async function threeSteps(registry: AvroRegistry, topic: string): Promise<StartValue> {
  const encode = await registry.encoder(topic, StartThreeSteps);
  return { type: StartThreeSteps.name, encode: (sagaId) => encode({ reference: sagaId }) };
}

async function placeOrder(registry: AvroRegistry, topic: string): Promise<StartValue> {
  const order = JSON.parse(readFileSync(ORDER_FILE, 'utf8')) as Omit<PlaceOrder, 'orderId' | 'placedAt'>;
  const encode = await registry.encoder(topic, PlaceOrder);
  return { type: PlaceOrder.name, encode: (orderId) => encode({ ...order, orderId, placedAt: Date.now() * 1000 }) };
}
