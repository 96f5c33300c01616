import { KafkaCluster, Lane, type KafkaOptions, type LaneOptions } from '@onward/kafka';
import { EchoProcessor } from '../echo-processor.js';

/** What `lane-child.ts` is told. */
export interface LaneChildConfig {
  readonly kafka: KafkaOptions;
  readonly lane: LaneOptions;
  readonly outTopic: string;
  /** The process dies when it works off an input with this value. */
  readonly deadlyValue?: string | undefined;
}

const { kafka, lane, outTopic, deadlyValue } = JSON.parse(process.argv[2]!) as LaneChildConfig;
const fail = (error: unknown): void => {
  console.error('lane child', error);
  process.exitCode = 1;
};
const processor = new EchoProcessor(outTopic);
processor.onProcess = async ({ records }) => {
  if ([...records.values()].flat().some(({ value }) => String(value) === deadlyValue)) process.kill(process.pid, 'SIGKILL');
};
await Lane.start(await KafkaCluster.connect(kafka), lane, processor, { partitionStopped: fail, retrying: () => {}, failed: fail });
