import type { LaneBatch, LaneCommit, LaneProcessor, OutboundRecord, PartitionOpening } from '@onward/kafka';

/** Answers every input with one record in `outTopic`, and notes what the lane calls. */
export class EchoProcessor implements LaneProcessor {
  readonly calls: string[] = [];
  readonly openings: PartitionOpening[] = [];
  readonly commits: LaneCommit[] = [];
  readonly timers = new Map<number, number>();
  /** Runs inside `open`, `process` and `committed`. */
  onOpen: (opening: PartitionOpening) => Promise<void> = async () => {};
  onProcess: (batch: LaneBatch, nowMs: number) => Promise<void> = async () => {};
  onCommitted: () => Promise<void> = async () => {};

  constructor(readonly outTopic: string) {}

  async open(opening: PartitionOpening): Promise<void> {
    this.calls.push(`open ${opening.partition}`);
    this.openings.push(opening);
    await this.onOpen(opening);
  }

  async close(partition: number): Promise<void> {
    this.calls.push(`close ${partition}`);
  }

  async process(batch: LaneBatch, nowMs: number): Promise<{ records: OutboundRecord[] }> {
    this.calls.push('process');
    await this.onProcess(batch, nowMs);
    const records: OutboundRecord[] = [];
    for (const [partition, inputs] of batch.records) {
      for (const { key, value } of inputs) records.push({ topic: this.outTopic, partition, key, value });
    }
    for (const partition of batch.due.keys()) {
      records.push({ topic: this.outTopic, partition, key: null, value: Buffer.from(`timer ${this.timers.get(partition)}`) });
      this.timers.delete(partition);
    }
    return { records };
  }

  async committed(commit: LaneCommit): Promise<void> {
    this.calls.push('committed');
    this.commits.push(commit);
    await this.onCommitted();
  }

  async rolledBack(): Promise<void> {
    this.calls.push('rolledBack');
  }

  nextDueMs(partition: number): number | undefined {
    return this.timers.get(partition);
  }
}
