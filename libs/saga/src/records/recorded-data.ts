import type { AnyRecord } from '../contract.js';
import { freeze } from '../freeze.js';
import type { Plan, PlanNode } from '../plan/plan.js';

/**
 * How a plan's recorded data is built: values, records that hold them by id (the saga itself, a parallel block, a branch,
 * an iteration), and lists of iterations. It follows from the paths of the nodes that record something.
 */
export type DataShape =
  | { readonly kind: 'value'; readonly type: AnyRecord }
  | { readonly kind: 'fields'; readonly fields: readonly FieldShape[] }
  | { readonly kind: 'items'; readonly item: DataShape };

interface FieldShape {
  readonly id: string;
  readonly shape: DataShape;
}

interface Fields {
  readonly kind: 'fields';
  readonly fields: FieldShape[];
}

const shapes = new WeakMap<Plan, DataShape>();

/** The shape of a plan's recorded data, one object a plan. */
export function dataShape(plan: Plan): DataShape {
  const before = shapes.get(plan);
  if (before !== undefined) return before;
  const shape: Fields = { kind: 'fields', fields: [{ id: 'input', shape: { kind: 'value', type: plan.input } }] };
  for (const node of plan.nodes) {
    const type = recordedBy(node);
    if (type !== undefined) place(shape, node.path, { kind: 'value', type });
    // A block is recorded even when nothing in it records anything.
    else if (node.kind === 'each') fieldsAt(shape, `${node.path}[]`);
    else if (node.kind === 'parallel') fieldsAt(shape, node.path);
  }
  for (const scope of plan.scopes) {
    if (scope.kind === 'branch') fieldsAt(shape, `${plan.nodes[scope.node]?.path}.${scope.branch}`);
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
  fieldsAt(shape, path.slice(0, Math.max(dot, 0))).fields.push({ id: path.slice(dot + 1), shape: value });
}

/** The fields at a path without indexes, made on the way. */
function fieldsAt(shape: Fields, path: string): Fields {
  let at = shape;
  for (const part of path === '' ? [] : path.split('.')) {
    const id = part.replace('[]', '');
    const found = at.fields.find((field) => field.id === id);
    const inner: Fields = found === undefined ? { kind: 'fields', fields: [] } : innermost(found.shape);
    if (found === undefined) at.fields.push({ id, shape: part.endsWith('[]') ? { kind: 'items', item: inner } : inner });
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
      for (const { id, shape: inner } of shape.fields) record[id] = toData(inner, (recorded as Record<string, unknown>)[id]);
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
      for (const { id, shape: inner } of shape.fields) {
        const part = (record as Record<string, unknown>)[id] ?? null;
        if (part !== null) recorded[id] = fromData(inner, part);
      }
      return Object.freeze(recorded);
    }
    case 'items':
      return Object.freeze((record as readonly unknown[]).map((item) => (item === null ? undefined : fromData(shape.item, item))));
  }
}

/** What of some data does not fit what a plan records, in a sentence; `undefined` when a snapshot can hold all of it. */
export function dataIssue(shape: DataShape, recorded: unknown, path = ''): string | undefined {
  if (shape.kind === 'value') {
    const wrong = shape.type.check?.(recorded);
    return wrong === undefined ? undefined : `"${path}" is no ${shape.type.name}: ${wrong}`;
  }
  if (shape.kind === 'items') {
    if (!Array.isArray(recorded)) return `"${path}" is no list.`;
    return firstIssue(recorded.map((item: unknown, index) => (item === undefined ? undefined : dataIssue(shape.item, item, `${path}[${index}]`))));
  }
  if (typeof recorded !== 'object' || recorded === null) return path === '' ? 'It is no object.' : `"${path}" is no object.`;
  return firstIssue(
    Object.entries(recorded).map(([id, part]) => {
      const inner = path === '' ? id : `${path}.${id}`;
      const field = shape.fields.find((candidate) => candidate.id === id);
      if (field === undefined) return `"${inner}" is nothing that the plan records.`;
      return part === undefined ? undefined : dataIssue(field.shape, part, inner);
    }),
  );
}

function firstIssue(issues: readonly (string | undefined)[]): string | undefined {
  return issues.find((issue) => issue !== undefined);
}
