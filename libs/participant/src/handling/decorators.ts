import 'reflect-metadata';
import { Injectable } from '@nestjs/common';
import type { CommandType } from '@onward/contracts';
import type { Queryable } from '../sql/statement.js';
import type { BatchedCommand, CommandContext } from './command-context.js';
import type { Reply, Request } from './reply.js';

const HANDLERS = Symbol('onward.participant.handlers');

/** A method that carries out commands. */
export interface HandlerDeclaration {
  readonly commands: readonly CommandType[];
  readonly method: string | symbol;
  readonly form: 'one' | 'batch';
}

/** A class whose methods carry out commands. Nest makes it and injects into it. */
export function Participant(): ClassDecorator {
  return Injectable();
}

type OneHandler<C extends CommandType> = (request: Request<C>, context: CommandContext) => Promise<Reply<C>>;
type BatchHandlerMethod<C extends CommandType> = (commands: readonly BatchedCommand<C>[], db: Queryable) => Promise<readonly Reply<C>[]>;
type MethodOf<F> = <M extends F>(target: object, method: string | symbol, descriptor: TypedPropertyDescriptor<M>) => void;

/**
 * Carries out one kind of command, one at a time, in the order of the partition.
 *
 * What it throws is answered `failed` with the code `INTERNAL`; other commands of the batch are not touched. After `failed` nothing it wrote stays.
 * It may run more than once for one command before something is committed: effects outside its transaction need the idempotency key.
 */
export function HandleCommand<C extends CommandType>(command: C): MethodOf<OneHandler<C>> {
  return (target, method) => declare(target, { commands: [command], method, form: 'one' });
}

/**
 * Carries out several kinds of commands, a whole batch in one call: the fast form, a handful of statements for all of them.
 *
 * The commands come in the order of the partition, several of one saga among them; answers must be in the same order, one each.
 * When it throws, the batch is redone command by command.
 */
export function HandleCommands<const C extends readonly CommandType[]>(...commands: C): MethodOf<BatchHandlerMethod<C[number]>> {
  return (target, method) => declare(target, { commands, method, form: 'batch' });
}

/** What a class was decorated with. */
export function handlersOf(type: object): readonly HandlerDeclaration[] {
  return (Reflect.getMetadata(HANDLERS, type) as readonly HandlerDeclaration[] | undefined) ?? [];
}

function declare(target: object, handler: HandlerDeclaration): void {
  Reflect.defineMetadata(HANDLERS, [...handlersOf(target.constructor), handler], target.constructor);
}
