import type { AnyRecord } from '../contract.js';
import { freeze } from '../freeze.js';
import type { Plan, PlanNode } from '../plan/plan.js';

/**
 * How a plan's recorded data is built: values, records that hold them by id (the saga itself, a parallel block, a branch,
 * an iteration), and lists of iterations. It follows from the paths of the nodes that record something.
 */
export type DataShape =
  | { readonly kind: 'value'; readonly type: AnyRecord }
  | { readonly kind: 'fields'; readonly fields: ReadonlyMap<string, DataShape> }
  | { readonly kind: 'items'; readonly item: DataShape };

interface Fields {
  readonly kind: 'fields';
  readonly fields: Map<string, DataShape>;
}

const shapes = new WeakMap<Plan, DataShape>();

/** The shape of a plan's recorded data, one object a plan. */
export function dataShape(plan: Plan): DataShape {
  const before = shapes.get(plan);
  if (before !== undefined) return before;
  const shape: Fields = { kind: 'fields', fields: new Map([['input', { kind: 'value', type: plan.input }]]) };
  for (const node of plan.nodes) {
    const type = recordedBy(node);
    if (type !== undefined) place(shape, node.path, { kind: 'value', type });
    // A loop is recorded as a list even when nothing in it records anything.
    else if (node.kind === 'each') fieldsAt(shape, `${node.path}[]`);
  }
  shapes.set(plan, shape);
  return shape;
}

/** What a node records; `undefined` for one that records nothing. */
function recordedBy(node: PlanNode): AnyRecord | undefined {
  switch (node.kind) {
    case 'step':
    case 'child':
      return node.command.done;
    case 'signal':
      return node.of;
    case 'parallel':
    case 'when':
    case 'sleep':
    case 'each':
    case 'drop':
      return undefined;
  }
}

function place(shape: Fields, path: string, value: DataShape): void {
  const dot = path.lastIndexOf('.');
  fieldsAt(shape, path.slice(0, Math.max(dot, 0))).fields.set(path.slice(dot + 1), value);
}

/** The fields at a path without indexes, made on the way. */
function fieldsAt(shape: Fields, path: string): Fields {
  let at = shape;
  for (const part of path === '' ? [] : path.split('.')) {
    const id = part.replace('[]', '');
    const found = at.fields.get(id);
    const inner: Fields = found === undefined ? { kind: 'fields', fields: new Map() } : innermost(found);
    if (found === undefined) at.fields.set(id, part.endsWith('[]') ? { kind: 'items', item: inner } : inner);
    at = inner;
  }
  return at;
}

function innermost(shape: DataShape): Fields {
  const fields = shape.kind === 'items' ? shape.item : shape;
  if (fields.kind !== 'fields') throw new TypeError('A place that records a value holds no other places.');
  return fields as Fields;
}

/** Recorded data as its record: what has not been recorded is `null`. */
export function toData(shape: DataShape, recorded: unknown): unknown {
  if (recorded === undefined) return null;
  switch (shape.kind) {
    case 'value':
      return recorded;
    case 'fields': {
      const record: Record<string, unknown> = {};
      for (const [id, inner] of shape.fields) record[id] = toData(inner, (recorded as Record<string, unknown>)[id]);
      return record;
    }
    case 'items':
      // Array.from, and not map, which leaves holes: an iteration of which nothing is left has none.
      return Array.from(recorded as readonly unknown[], (item) => toData(shape.item, item));
  }
}

/** Recorded data of its record, frozen in depth. */
export function fromData(shape: DataShape, record: unknown): unknown {
  switch (shape.kind) {
    case 'value':
      freeze(record);
      return record;
    case 'fields': {
      const recorded: Record<string, unknown> = {};
      for (const [id, inner] of shape.fields) {
        const part = (record as Record<string, unknown>)[id] ?? null;
        if (part !== null) recorded[id] = fromData(inner, part);
      }
      return Object.freeze(recorded);
    }
    case 'items':
      return Object.freeze((record as readonly unknown[]).map((item) => (item === null ? undefined : fromData(shape.item, item))));
  }
}
