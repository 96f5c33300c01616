import { KafkaCluster, Lane, type KafkaOptions, type LaneOptions } from '@onward/kafka';
import { EchoProcessor } from '../echo-processor.js';

/** What `lane-child.ts` is told. */
export interface LaneChildConfig {
  readonly kafka: KafkaOptions;
  readonly lane: LaneOptions;
  readonly outTopic: string;
}

const { kafka, lane, outTopic } = JSON.parse(process.argv[2]!) as LaneChildConfig;
const fail = (error: unknown): void => {
  console.error('lane child', error);
  process.exitCode = 1;
};
await Lane.start(await KafkaCluster.connect(kafka), lane, new EchoProcessor(outTopic), { partitionStopped: fail, retrying: () => {}, failed: fail });
