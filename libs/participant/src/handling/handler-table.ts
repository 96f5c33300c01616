import type { CommandType, ServiceContract } from '@onward/contracts';
import { ParticipantError } from '../errors.js';
import type { Queryable } from '../sql/statement.js';
import type { CommandContext } from './command-context.js';
import { handlersOf } from './decorators.js';
import type { AnyReply } from './reply.js';

/** A handler threw. */
export class HandlerThrew extends Error {
  constructor(
    /** Which command of those given it was; undefined when the handler does not say. */
    readonly index: number | undefined,
    override readonly cause: unknown,
  ) {
    super('A handler threw.');
    this.name = 'HandlerThrew';
  }
}

/** One command with what its handler needs. */
export interface Work {
  readonly command: CommandType;
  readonly request: unknown;
  readonly context: CommandContext;
}

/** A handler ready to be called. */
export interface Handler {
  /** Position in the table: handlers of a batch run in this order, so that all batches take locks in the same order. */
  readonly order: number;
  readonly form: 'one' | 'batch';
  /** One reply a command, in their order. @throws HandlerThrew */
  run(work: readonly Work[], db: Queryable): Promise<readonly AnyReply[]>;
}

/** Which handler carries out which command. */
export class HandlerTable {
  readonly #byType = new Map<string, { readonly command: CommandType; readonly handler: Handler }>();

  /**
   * @param instances objects of decorated classes
   * @throws ParticipantError `PARTICIPANT_HANDLERS_INVALID` when a command of the contract has no handler or two, or a handler is for a command of another contract
   */
  constructor(contract: ServiceContract, instances: readonly object[]) {
    let order = 0;
    for (const instance of instances) {
      for (const { commands, method, form } of handlersOf(instance.constructor)) {
        const handler = makeHandler(instance, method, form, order);
        order += 1;
        for (const command of commands) {
          if (contract.commands[command.name] === undefined) throw invalid(`${instance.constructor.name}.${String(method)} handles ${command.name}, which is not in the contract of ${contract.service}.`);
          if (this.#byType.has(command.name)) throw invalid(`${command.name} has two handlers, one of them ${instance.constructor.name}.${String(method)}. Remove one.`);
          this.#byType.set(command.name, { command, handler });
        }
      }
    }
    const missing = Object.keys(contract.commands).filter((name) => !this.#byType.has(name));
    if (missing.length > 0) throw invalid(`${contract.service} has no handler for ${missing.join(', ')}. Decorate a method with @HandleCommand and list its class.`);
  }

  of(type: string): { readonly command: CommandType; readonly handler: Handler } {
    const found = this.#byType.get(type);
    if (found === undefined) throw invalid(`There is no handler for ${type}.`);
    return found;
  }
}

function makeHandler(instance: object, method: string | symbol, form: 'one' | 'batch', order: number): Handler {
  const call = (instance as Record<string | symbol, (...args: unknown[]) => Promise<unknown>>)[method] as (...args: unknown[]) => Promise<unknown>;
  if (form === 'batch') {
    return { order, form, run: (work, db) => runBatch(`${instance.constructor.name}.${String(method)}`, (...args) => call.apply(instance, args), work, db) };
  }
  return { order, form, run: (work) => runEach((...args) => call.apply(instance, args), work) };
}

async function runBatch(name: string, call: (...args: unknown[]) => Promise<unknown>, work: readonly Work[], db: Queryable): Promise<readonly AnyReply[]> {
  let replies: readonly AnyReply[];
  try {
    replies = (await call(work, db)) as readonly AnyReply[];
  } catch (cause) {
    throw new HandlerThrew(undefined, cause);
  }
  if (replies.length === work.length) return replies;
  const cause = new ParticipantError('PARTICIPANT_REPLY_INVALID', `${name} gave ${replies.length} replies to ${work.length} commands. It must give one each, in their order.`);
  throw new HandlerThrew(undefined, cause);
}

async function runEach(call: (...args: unknown[]) => Promise<unknown>, work: readonly Work[]): Promise<readonly AnyReply[]> {
  const replies: AnyReply[] = [];
  for (const [index, { request, context }] of work.entries()) {
    try {
      replies.push((await call(request, context)) as AnyReply);
    } catch (cause) {
      throw new HandlerThrew(index, cause);
    }
  }
  return replies;
}

function invalid(message: string): ParticipantError {
  return new ParticipantError('PARTICIPANT_HANDLERS_INVALID', message);
}
