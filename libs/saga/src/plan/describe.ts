import type { RetryPolicy } from '../retry.js';
import type { CommandNode, Plan, PlanNode, PlanScope } from './plan.js';

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A plan without its functions, as data. */
export interface PlanDescription {
  readonly name: string;
  readonly version: number;
  readonly domain: string;
  readonly input: string;
  readonly idField: string | null;
  readonly grants: readonly string[];
  readonly result: string | null;
  readonly scopes: readonly PlanScope[];
  /** Every node; its number is its position. */
  readonly nodes: readonly NodeDescription[];
}

export interface NodeDescription {
  readonly path: string;
  readonly kind: PlanNode['kind'];
  readonly scope: number;
  readonly parent: number | null;
  readonly next: number | null;
  readonly [part: string]: Json;
}

/**
 * A plan as data: the whole graph, its policies and its records by name, but no code and no migrations. Keys always stand in
 * the same order, so the JSON text of equal plans is equal.
 */
export function describe(plan: Plan): PlanDescription {
  return {
    name: plan.name,
    version: plan.version,
    domain: plan.domain,
    input: plan.input.name,
    idField: plan.idField,
    grants: [...plan.grants].sort(),
    result: plan.result === null ? null : plan.result.type.name,
    scopes: plan.scopes.map((scope) => {
      switch (scope.kind) {
        case 'saga':
          return { kind: scope.kind };
        case 'branch':
          return { kind: scope.kind, outer: scope.outer, node: scope.node, branch: scope.branch };
        case 'each':
          return { kind: scope.kind, outer: scope.outer, node: scope.node };
      }
    }),
    nodes: plan.nodes.map((node) => {
      const { path, kind, scope, parent, next } = node;
      return { path, kind, scope, parent, next, ...ownPart(node) };
    }),
  };
}

function ownPart(node: PlanNode): Readonly<Record<string, Json>> {
  switch (node.kind) {
    case 'step':
      return commandPart(node);
    case 'child':
      return { ...commandPart(node), sagaType: node.sagaType, parentClose: node.parentClose, timeoutMs: node.timeoutMs };
    case 'parallel':
      return { branches: node.branches.map(({ id, first }) => ({ id, first })), onFailure: node.onFailure !== null };
    case 'when':
      return { then: node.then, otherwise: node.otherwise };
    case 'signal':
      return { of: node.of.name, judge: node.judge !== null, timeoutMs: node.timeoutMs, onTimeout: node.onTimeout };
    case 'sleep':
      return { length: typeof node.length === 'number' ? node.length : 'computed' };
    case 'each':
      return { first: node.first, max: node.max, until: node.until !== null };
    case 'drop':
      return { ids: node.ids };
  }
}

function commandPart({ command, undo, retry, harmless, pivot, onFailure }: CommandNode): Readonly<Record<string, Json>> {
  return {
    participant: command.participant,
    command: command.name,
    done: command.done.name,
    retry: policyPart(retry),
    undo:
      undo === null
        ? null
        : { participant: undo.command.participant, command: undo.command.name, done: undo.command.done.name, retry: policyPart(undo.retry) },
    harmless,
    pivot,
    onFailure: onFailure !== null,
  };
}

function policyPart(policy: RetryPolicy): Json {
  const { attempts, firstDelayMs, factor, maxDelayMs, jitter, attemptTimeoutMs, deadlineMs, final } = policy;
  return { attempts, firstDelayMs, factor, maxDelayMs, jitter, attemptTimeoutMs, deadlineMs, final };
}
