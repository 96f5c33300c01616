import { loadTopology, ValueDecoder, type AvroRegistry, type OrchestratorTopics } from '@onward/kafka';
import { fileURLToPath } from 'node:url';
import type { RecordType } from '@onward/contracts';
import { InboundReader } from '../../../services/orchestrator/src/lane/inbound.js';
import { inputTypes } from '../../../services/orchestrator/src/lane/input-types.js';
import type { LaneMetrics } from '../../../services/orchestrator/src/lane/lane-metrics.js';
import { OriginJudge } from '../../../services/orchestrator/src/lane/origin.js';
import { OutboundWriter } from '../../../services/orchestrator/src/lane/outbound.js';
import { PlanCatalogue } from '../../../services/orchestrator/src/lane/plan-catalogue.js';
import { SagaCodec } from '../../../services/orchestrator/src/lane/saga-codec.js';
import { SagaRunner } from '../../../services/orchestrator/src/lane/saga-runner.js';
import type { Family } from '../plans/pool.js';
import { encodeRecord, registry } from './registry.js';

export const PARTITIONS = 3;
export const TOPICS: OrchestratorTopics = loadTopology([fileURLToPath(new URL('../../../schemas/topology.yaml', import.meta.url))]).orchestrator('orders');

/** What an orchestrator needs of its plans, made once a process: nothing of it changes while it runs. */
export interface OrchestratorParts {
  readonly codec: SagaCodec;
  readonly inputs: ValueDecoder;
  readonly reader: InboundReader;
  readonly writer: OutboundWriter;
  readonly runner: (snapshotBytesMax: number) => SagaRunner;
}

/** {@link registry} as the orchestrator asks it. */
const asked = {
  register: (_topic: string, type: RecordType<unknown>) => Promise.resolve(registry.idOf(type)),
  encoder: (_topic: string, type: RecordType<unknown>) => {
    registry.idOf(type);
    return Promise.resolve((value: unknown) => encodeRecord(type, value));
  },
  writerType: (id: number) => Promise.resolve(registry.typeOf(id)),
} as unknown as AvroRegistry;

/** Nobody looks at the metrics of a simulation. */
export const metrics = new Proxy({}, { get: () => () => undefined }) as LaneMetrics;

const made = new Map<string, Promise<OrchestratorParts>>();

/** @param upgraded - whether it has the newest plan versions */
export function partsOf(family: Family, upgraded: boolean): Promise<OrchestratorParts> {
  const key = `${family.number}/${upgraded}`;
  let parts = made.get(key);
  if (parts === undefined) made.set(key, (parts = make(family, upgraded)));
  return parts;
}

async function make(family: Family, upgraded: boolean): Promise<OrchestratorParts> {
  const plans = family.plans.map(({ plan }) => plan).filter(({ version }) => upgraded || version === 1);
  const catalogue = new PlanCatalogue(plans, 'orders');
  const codec = await SagaCodec.open(asked, TOPICS, catalogue);
  const inputs = new ValueDecoder(asked, inputTypes(catalogue));
  const reader = new InboundReader(new OriginJudge(TOPICS), inputs, catalogue, PARTITIONS);
  const writer = await OutboundWriter.open(asked, TOPICS, catalogue, codec, PARTITIONS);
  const quarantine = { topic: TOPICS.quarantine, partitionCount: PARTITIONS };
  return { codec, inputs, reader, writer, runner: (snapshotBytesMax) => new SagaRunner({ catalogue, codec, reader, writer, metrics, quarantine, snapshotBytesMax }) };
}
