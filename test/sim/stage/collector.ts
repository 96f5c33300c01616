import { SagaOutcome } from '@onward/contracts';
import type { ConsumedRecord } from '@onward/kafka';
import type { TwinBroker } from '@onward/kafka/twin';
import type { CommandSeen, OutcomeSeen, PlaceSeen } from '../checker/evidence.js';
import type { Audience, Tally, Trace } from '../world/stage.js';
import { readTransition } from './history-codec.js';
import { PARTITIONS, TOPICS } from './orchestrator-parts.js';
import { decodeRecord } from './registry.js';
import { commandOf } from './wire.js';

/** An input record: where it stands, and whether it can be read at all. */
export interface Published extends PlaceSeen {
  readonly id: string;
  readonly sagaId: string;
  readonly readable: boolean;
}

/** Reads everything that was committed, as any reader would, keeps it for the checker, and hands commands to their participants. */
export class Collector {
  readonly history: { readonly sagaId: string; readonly bytes: Buffer }[] = [];
  readonly stateLog: { readonly sagaId: string; readonly bytes: Buffer }[][] = Array.from({ length: PARTITIONS }, () => []);
  readonly commands: CommandSeen[] = [];
  readonly outcomes: OutcomeSeen[] = [];
  readonly quarantined: PlaceSeen[] = [];
  /** Forwarded records, by the place of the original. */
  readonly forwarded = new Map<string, PlaceSeen>();
  readonly published: Published[] = [];
  /** The last state record of every saga. */
  readonly latest = new Map<string, Buffer>();
  private readonly positions = new Map<string, bigint>();

  constructor(
    private readonly broker: TwinBroker,
    private readonly audience: Audience,
    private readonly tally: Tally,
    private readonly trace: Trace,
    private readonly nowMs: () => number,
  ) {}

  look(): void {
    for (const partition of partitions()) {
      for (const record of this.next(TOPICS.events, partition)) this.sawTransition(record);
      for (const record of this.next(TOPICS.state, partition)) this.sawState(record, partition);
      for (const record of this.next(TOPICS.quarantine, partition)) this.sawQuarantined(record);
      for (const record of this.next(TOPICS.reroutes, partition)) this.sawForwarded(record);
      for (const topic of TOPICS.outcomes.values()) for (const record of this.next(topic, partition)) this.sawOutcome(record);
      for (const [name, { commands, replies }] of TOPICS.participants) {
        for (const record of this.next(commands, partition)) this.sawCommand(record, name);
        if (name === 'orders') for (const record of this.next(replies, partition)) this.sawInput(record);
      }
    }
  }

  private next(topic: string, partition: number): ConsumedRecord[] {
    const key = `${topic}/${partition}`;
    const from = this.positions.get(key) ?? 0n;
    const end = this.broker.end(topic, partition, 'read_committed');
    if (end <= from) return [];
    const records = this.broker.records(topic, partition, 'read_committed', from).filter(({ offset }) => offset >= from);
    this.positions.set(key, end);
    return records;
  }

  private sawTransition({ key, value }: ConsumedRecord): void {
    const bytes = value as Buffer;
    this.history.push({ sagaId: String(key), bytes });
    if (this.trace.reading) this.trace.note(this.nowMs(), `${String(key)} ${describe(bytes)}`);
  }

  private sawState({ key, value, offset }: ConsumedRecord, partition: number): void {
    const bytes = value as Buffer;
    this.stateLog[partition]?.push({ sagaId: String(key), bytes });
    this.latest.set(String(key), bytes);
    if (!this.trace.reading) this.trace.note(this.nowMs(), `${partition} ${offset} ${bytes.toString('latin1')}`);
  }

  private sawCommand(record: ConsumedRecord, participant: string): void {
    if (record.headers['ce_step'] !== undefined) {
      const { childSaga, ...command } = commandOf(record);
      this.commands.push(command);
      if (!childSaga) this.audience.commandSent(command);
    }
    if (participant === 'orders') this.sawInput(record);
  }

  /** What a saga sends to another one is an input as well. */
  private sawInput({ topic, partition, offset, key, headers }: ConsumedRecord): void {
    this.published.push({ topic, partition, offset: Number(offset), id: headers['ce_id']?.toString() ?? '', sagaId: String(key), readable: true });
  }

  private sawOutcome({ value, headers }: ConsumedRecord): void {
    const { type, value: outcome } = decodeRecord(value as Buffer) as { type: string; value: { sagaId: string; commandId: string; outcome: string; failure: { code: string } | null } };
    if (type !== SagaOutcome.name) {
      this.tally.add('stuck notice');
      return;
    }
    this.outcomes.push({ id: headers['ce_id']?.toString() ?? '', sagaId: outcome.sagaId, commandId: outcome.commandId, outcome: outcome.outcome, code: outcome.failure?.code ?? null });
  }

  private sawQuarantined({ headers }: ConsumedRecord): void {
    const header = (name: string): string => headers[name]?.toString() ?? '';
    const code = header('onward_reason_code');
    this.tally.add('quarantined');
    this.quarantined.push({ topic: header('onward_origin_topic'), partition: Number(header('onward_origin_partition')), offset: Number(header('onward_origin_offset')), code });
  }

  private sawForwarded(record: ConsumedRecord): void {
    const header = (name: string): string => record.headers[name]?.toString() ?? '';
    const original = `${header('onward_origin_topic')}/${header('onward_origin_partition')}/${header('onward_origin_offset')}`;
    const { topic, partition, offset } = record;
    this.forwarded.set(original, { topic, partition, offset: Number(offset) });
    this.sawInput(record);
  }
}

export function partitions(): number[] {
  return Array.from({ length: PARTITIONS }, (_, partition) => partition);
}

function describe(bytes: Buffer): string {
  const { sequence, cause, events } = readTransition(bytes);
  const parts = events.map(({ kind, step, action, attempt, reason, failure }) => [kind, action, step, attempt === null ? null : `#${attempt}`, reason, failure?.code].filter((part) => part !== null && part !== undefined).join(' '));
  return `${sequence} ${cause.kind}: ${parts.join('; ')}`;
}
