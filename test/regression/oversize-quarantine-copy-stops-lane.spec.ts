import { jest } from '@jest/globals';
import { KafkaFixture } from '../support/kafka-fixture.js';
import { LaneFixture, numbered } from '../support/lane-fixture.js';
import { sendCompressed } from '../support/raw-batch.js';
import { testStack } from '../support/stack.js';

jest.setTimeout(60_000);

/**
 * A topic limits a batch as it is sent, so one record of a compressed batch can be larger than any topic takes. Only the value of the
 * quarantine copy was bounded: a large key or large headers made the broker refuse the copy, and the lane wrote it again for ever.
 */
let kafka: KafkaFixture;
let lanes: LaneFixture;

beforeAll(async () => {
  kafka = await KafkaFixture.open(testStack());
});
afterAll(() => kafka.close());
beforeEach(async () => {
  lanes = await LaneFixture.open(testStack(), kafka);
});
afterEach(() => lanes.close());

it.each([
  ['key', { key: Buffer.alloc(3_000_000, 'k') }],
  ['headers', { headers: { large: Buffer.alloc(3_000_000, 'h') } }],
  ['value', { value: Buffer.alloc(3_000_000, 'v') }],
])('a record with an oversize %s is quarantined and its lane goes on', async (part, parts) => {
  await sendCompressed(kafka.cluster, lanes.topics.in, 0, [parts]);
  await lanes.send(40);
  await lanes.start('0', {}, (processor) => {
    processor.onProcess = async ({ records }) => {
      if ([...records.values()].flat().some(({ partition, offset }) => partition === 0 && offset === 0n)) throw new Error('cannot take this');
    };
  });
  expect((await lanes.answers(40)).sort()).toEqual(numbered(40));
  await kafka.values(lanes.topics.quarantine, 1);
  const quarantined = await kafka.read(lanes.topics.quarantine);
  expect(quarantined.map(({ headers }) => [String(headers['onward_oversize']), String(headers['onward_origin_offset'])])).toEqual([[part, '0']]);
});
