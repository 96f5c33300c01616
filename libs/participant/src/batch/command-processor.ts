import type { RecordType } from '@onward/contracts';
import { UnacceptableCommand, type ReceivedCommand } from '../command/received-command.js';
import { ParticipantError } from '../errors.js';
import type { CommandContext } from '../handling/command-context.js';
import { HandlerThrew, type HandlerTable } from '../handling/handler-table.js';
import { failed, type AnyReply } from '../handling/reply.js';
import { handlerGroups } from '../handling/waves.js';
import { addToOutbox, type OutboxEvent } from '../outbox/outbox.js';
import type { Database } from '../sql/database.js';
import { isContention, sqlStateOf } from '../sql/sql-error.js';
import type { Transaction } from '../sql/transaction.js';
import type { Answer } from './answer.js';
import { Inbox } from './inbox.js';
import { lockPartition, type PartitionOwner } from './partition-fence.js';
import { encodeReply, type ValueWriter } from './reply-encoder.js';

/** What became of a command: an answer, given now or again, or why it can have none. */
export interface Processed {
  readonly command: ReceivedCommand;
  readonly result: Answer | UnacceptableCommand;
  /** Answered from the inbox. */
  readonly repeat: boolean;
}

export interface ProcessorLog {
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface CommandProcessorOptions {
  readonly database: Database;
  readonly handlers: HandlerTable;
  readonly writer: ValueWriter;
  readonly eventsTopic: string;
  readonly log: ProcessorLog;
  /** Called when events have been committed to the outbox. */
  readonly onEvents: () => void;
}

/** How often a whole batch is tried again that met a deadlock, a lock timeout or a key taken meanwhile. */
const CONTENTION_TRIES = 3;
/**
 * SQLSTATEs that speak of an earlier statement: in_failed_sql_transaction, and invalid_sql_statement_name, since the driver closes the
 * prepared statement for which it was given a value that it cannot send.
 */
const CAUSED_BEFORE = new Set(['25P02', '26000']);

/** Commands answered `failed`: their batch is rolled back and done again without them. */
class CommandsFailed extends Error {
  constructor(readonly replies: ReadonlyMap<ReceivedCommand, AnyReply>) {
    super('Commands failed.');
  }
}

/**
 * Carries out batches of commands: one transaction over inbox, domain tables, outbox and stored replies.
 *
 * A command that fails leaves nothing behind: the transaction is rolled back and the rest done again without it, with its failure
 * stored. When it is not known which command a failure belongs to, each command gets a transaction of its own (R8).
 */
export class CommandProcessor {
  constructor(private readonly options: CommandProcessorOptions) {}

  /**
   * Answers the commands of one partition, in their order.
   * @throws StaleGeneration when the partition has a newer owner; ParticipantError `PARTICIPANT_DATABASE_UNAVAILABLE`
   */
  process(owner: PartitionOwner, commands: readonly ReceivedCommand[]): Promise<Processed[]> {
    return this.#process(owner, commands, new Map(), CONTENTION_TRIES);
  }

  async #process(owner: PartitionOwner, commands: readonly ReceivedCommand[], failures: Map<ReceivedCommand, AnyReply>, triesMax: number): Promise<Processed[]> {
    const only = commands.length === 1 ? commands[0] : undefined;
    let triesLeft = triesMax;
    for (;;) {
      try {
        return await this.#together(owner, commands, failures);
      } catch (error) {
        const cause = error instanceof HandlerThrew ? error.cause : error;
        if (error instanceof CommandsFailed) {
          for (const [command, reply] of error.replies) failures.set(command, reply);
        } else if (isContention(cause) && triesLeft > 1) {
          triesLeft -= 1;
          this.options.log.warn({ err: cause, ...owner }, 'a batch met another transaction and is done again');
        } else if (error instanceof CommandThrew && !failures.has(error.command)) {
          failures.set(error.command, this.#internal(error.command, cause));
        } else if (!(error instanceof ParticipantError) && only !== undefined && !failures.has(only)) {
          failures.set(only, this.#internal(only, cause));
        } else if (!(error instanceof ParticipantError) && commands.length > 1) {
          return await this.#oneByOne(owner, commands, failures, cause);
        } else {
          throw error;
        }
      }
    }
  }

  async #oneByOne(owner: PartitionOwner, commands: readonly ReceivedCommand[], failures: ReadonlyMap<ReceivedCommand, AnyReply>, cause: unknown): Promise<Processed[]> {
    this.options.log.warn({ err: cause, commands: commands.length, ...owner }, 'a batch failed; it is redone command by command');
    const processed: Processed[] = [];
    for (const command of commands) {
      const reply = failures.get(command);
      processed.push(...(await this.#process(owner, [command], new Map(reply === undefined ? [] : [[command, reply]]), 1)));
    }
    return processed;
  }

  #internal(command: ReceivedCommand, cause: unknown): AnyReply {
    this.options.log.error({ err: cause, commandId: command.commandId, type: command.type, sagaId: command.sagaId }, 'a handler threw; the command is answered as failed');
    // What was thrown may hold anything, personal data too: it stays in the log.
    return failed('INTERNAL', `The handler of ${command.type} threw. Its log names the cause under command ${command.commandId}.`);
  }

  #together(owner: PartitionOwner, commands: readonly ReceivedCommand[], failures: ReadonlyMap<ReceivedCommand, AnyReply>): Promise<Processed[]> {
    return this.options.database
      .transaction(async (tx) => {
        const locked = lockPartition(tx, owner);
        const loaded = Inbox.load(tx, commands);
        // Where there is no lock this fails too, perhaps first, with an error that would be taken for a command's.
        loaded.catch(() => undefined);
        await locked;
        const inbox = await loaded;
        const batch = new Batch(this.options, tx, inbox);
        for (const group of handlerGroups(commands.map((command) => ({ ...this.options.handlers.of(command.type), ...keysOf(command), received: command })))) {
          await batch.run(group.map(({ received }) => received), failures);
        }
        inbox.store(tx);
        addToOutbox(tx, batch.events);
        return { batch, processed: commands.map((command) => batch.processed(command)) };
      })
      .then(({ batch, processed }) => {
        if (batch.events.length > 0) this.options.onEvents();
        return processed;
      });
  }
}

/** A handler threw, and it is known for which command. */
class CommandThrew extends HandlerThrew {
  constructor(
    readonly command: ReceivedCommand,
    cause: unknown,
  ) {
    super(0, cause);
  }
}

function keysOf({ sagaId, idempotencyKey }: ReceivedCommand): { sagaId: string; idempotencyKey: string } {
  return { sagaId, idempotencyKey };
}

/** One run of a batch in one transaction. */
class Batch {
  readonly events: OutboxEvent[] = [];
  readonly #processed = new Map<ReceivedCommand, Processed>();

  constructor(
    private readonly options: CommandProcessorOptions,
    private readonly tx: Transaction,
    private readonly inbox: Inbox,
  ) {}

  processed(command: ReceivedCommand): Processed {
    return this.#processed.get(command) as Processed;
  }

  /** Answers commands of one handler. @throws HandlerThrew, CommandsFailed */
  async run(group: readonly ReceivedCommand[], failures: ReadonlyMap<ReceivedCommand, AnyReply>): Promise<void> {
    const open = group.filter((command) => {
      const known = this.#known(command);
      const failure = failures.get(command);
      if (known !== undefined) this.#processed.set(command, { command, result: known, repeat: true });
      else if (failure !== undefined) this.#answer(command, failure);
      else return true;
      return false;
    });
    const [first] = open;
    if (first === undefined) return;

    const work = open.map((command) => ({ command, ...this.#prepare(command) }));
    const { handler } = this.options.handlers.of(first.type);
    let replies: readonly AnyReply[];
    try {
      replies = await handler.run(work.map(({ command, context }) => ({ command: this.options.handlers.of(command.type).command, request: command.request, context })), this.tx);
    } catch (error) {
      const { index, cause } = error as HandlerThrew;
      const command = index !== undefined ? open[index] : open.length === 1 ? first : undefined;
      // A write of an earlier command failed, and this one was only the first to notice.
      const guiltless = CAUSED_BEFORE.has(sqlStateOf(cause) ?? '');
      throw command === undefined || guiltless ? error : new CommandThrew(command, cause);
    }
    const failed = new Map(open.flatMap((command, index) => (replies[index]?.outcome === 'failed' ? [[command, replies[index]] as const] : [])));
    if (failed.size > 0) throw new CommandsFailed(failed);
    for (const [index, { command, events }] of work.entries()) {
      this.#answer(command, replies[index] as AnyReply);
      this.events.push(...events);
    }
  }

  #known(command: ReceivedCommand): Answer | UnacceptableCommand | undefined {
    try {
      return this.inbox.find(command);
    } catch (error) {
      if (error instanceof UnacceptableCommand) return error;
      throw error;
    }
  }

  #answer(command: ReceivedCommand, reply: AnyReply): void {
    let answer: Answer;
    try {
      answer = encodeReply(this.options.writer, command.repliesTopic, this.options.handlers.of(command.type).command, reply, command.time);
    } catch (cause) {
      throw new CommandThrew(command, cause);
    }
    this.inbox.add(command, answer);
    this.#processed.set(command, { command, result: answer, repeat: false });
  }

  #prepare(command: ReceivedCommand): { context: CommandContext; events: OutboxEvent[] } {
    const events: OutboxEvent[] = [];
    const { commandId, sagaId, idempotencyKey, doKey, attempt, time, traceparent } = command;
    const emit = <T>(type: RecordType<T>, aggregateId: string, value: T): void => {
      const bytes = this.options.writer.write(this.options.eventsTopic, type, value);
      events.push({ type: type.name, aggregateId, value: bytes, time, sagaId, causationId: commandId, traceparent });
    };
    return { events, context: { db: this.tx, commandId, sagaId, idempotencyKey, doKey, attempt, now: time, emit } };
  }
}
