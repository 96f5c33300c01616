import type { ServiceContract } from '@onward/contracts';
import { quarantineRecord, UndecodableValue, ValueDecoder, type AvroRegistry, type ConsumedRecord, type OutboundRecord, type ParticipantTopics } from '@onward/kafka';
import { readCommand, UnacceptableCommand, type ReceivedCommand } from '../command/received-command.js';
import { sourceOf } from '../outbox/event-record.js';
import type { CommandProcessor, Processed, ProcessorLog } from './command-processor.js';
import { replyRecord } from './reply-record.js';

export interface CommandBatchHandlerOptions {
  readonly contract: ServiceContract;
  readonly topics: ParticipantTopics;
  readonly registry: AvroRegistry;
  readonly processor: CommandProcessor;
  /** The same for every topic of the participant (R13). */
  readonly partitionCount: number;
  readonly log: ProcessorLog;
  /** Told what became of every command; for metrics. */
  readonly onProcessed?: (processed: readonly Processed[]) => void;
}

/** Turns a batch of one partition's records into what is to be sent for it: replies, and copies for quarantine. */
export class CommandBatchHandler {
  readonly #decoder: ValueDecoder;

  constructor(private readonly options: CommandBatchHandlerOptions) {
    this.#decoder = new ValueDecoder(options.registry, Object.values(options.contract.commands).map((command) => command.request));
  }

  /**
   * Carries out a batch and commits its effects. What it returns is sent before offsets are committed; a batch that comes again gets the same.
   * @throws StaleGeneration: drop the batch. RegistryUnavailable, ParticipantError `PARTICIPANT_DATABASE_UNAVAILABLE`: try it again later.
   */
  async handle(records: readonly ConsumedRecord[], membership: { readonly generationId: number }): Promise<OutboundRecord[]> {
    const [first] = records;
    if (first === undefined) return [];
    await this.#decoder.prepare(records.map((record) => record.value));
    const read = records.map((record) => ({ record, command: this.#read(record) }));
    const commands = read.flatMap(({ command }) => (command instanceof Error ? [] : [command]));
    const owner = { topic: first.topic, partition: first.partition, generation: membership.generationId };
    const processed = commands.length === 0 ? [] : await this.options.processor.process(owner, commands);
    this.options.onProcessed?.(processed);
    const results = new Map(processed.map((p) => [p.command, p.result]));
    return read.map(({ record, command }) => {
      const result = command instanceof Error ? command : (results.get(command) as Processed['result']);
      return result instanceof Error || command instanceof Error ? this.#quarantine(record, result as UnacceptableCommand | UndecodableValue) : this.#reply(command, result);
    });
  }

  #read(record: ConsumedRecord): ReceivedCommand | UndecodableValue | UnacceptableCommand {
    const link = this.options.topics.links.get(record.topic);
    if (link === undefined) throw new Error(`${record.topic} is no command topic of ${this.options.topics.name}.`);
    try {
      return readCommand(record, this.#decoder.decode(record.value), link.orchestrator, link.replies);
    } catch (error) {
      if (error instanceof UndecodableValue || error instanceof UnacceptableCommand) return error;
      throw error;
    }
  }

  #reply(command: ReceivedCommand, answer: Exclude<Processed['result'], Error>): OutboundRecord {
    return replyRecord(sourceOf(this.options.topics.name), command, answer, this.options.partitionCount);
  }

  #quarantine(record: ConsumedRecord, { code, message }: UnacceptableCommand | UndecodableValue): OutboundRecord {
    this.options.log.warn({ code, reason: message, topic: record.topic, partition: record.partition, offset: String(record.offset) }, 'a record was quarantined');
    return quarantineRecord(record, { code, message }, { topic: this.options.topics.quarantine, partitionCount: this.options.partitionCount });
  }
}
