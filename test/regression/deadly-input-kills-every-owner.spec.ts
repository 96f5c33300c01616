import { jest } from '@jest/globals';
import { ended } from '../support/child/run-child.js';
import { KafkaFixture } from '../support/kafka-fixture.js';
import { LaneFixture, numbered } from '../support/lane-fixture.js';
import { testStack } from '../support/stack.js';

jest.setTimeout(180_000);

/** A dead member is noticed soon. */
const MORTAL = { sessionTimeoutMs: 1_500 };
const DEATHS_MAX = 12;

/**
 * The count of attempts in the offsets' metadata was read and never raised: an input that ends its process (out of memory, a native
 * crash) ended every process that took its partition over (R10).
 */
let kafka: KafkaFixture;
let lanes: LaneFixture;

beforeAll(async () => {
  kafka = await KafkaFixture.open(testStack());
  lanes = await LaneFixture.open(testStack(), kafka);
});
afterAll(async () => {
  await lanes.close();
  await kafka.close();
});

it('an input that kills its process is quarantined by a later one, and nothing else is', async () => {
  await lanes.send(20);
  await lanes.send(1, 'deadly');
  await lanes.send(20, 'b');
  let answered = false;
  const answers = lanes.kafka.values(lanes.topics.out, 40, 120_000).finally(() => (answered = true));
  for (let deaths = 0; !answered && deaths < DEATHS_MAX; deaths += 1) await Promise.race([answers, ended(lanes.startChild('0', undefined, MORTAL, 'deadly0'))]);
  expect((await answers).sort()).toEqual([...numbered(20), ...numbered(20, 'b')].sort());
  await kafka.values(lanes.topics.quarantine, 1);
  const quarantined = await kafka.read(lanes.topics.quarantine);
  expect(quarantined.map(({ value, headers }) => [String(value), String(headers['onward_reason_code'])])).toEqual([['deadly0', 'INPUT_KILLED_PROCESS']]);
});
