import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { advance, foldTransition, type Plan, type SagaInput, type SagaState, type Transition } from '@onward/saga';

/** Where histories are kept: `<plan>/v<version>/<ending>.json`. */
export const HISTORIES = join(import.meta.dirname, 'histories');

/** A history of a released plan, with the inputs that led to it. It is kept for ever as it was recorded. */
export interface RecordedHistory {
  readonly plan: string;
  readonly version: number;
  /** What the history shows, such as `completed` or `authorize rejected`. */
  readonly ending: string;
  readonly steps: readonly { readonly input: SagaInput; readonly transition: Transition }[];
}

/** The folder of a plan's histories. */
export function folderOf({ name, version }: Pick<Plan, 'name' | 'version'>): string {
  return join(HISTORIES, name, `v${version}`);
}

/** A history as the text of its file. */
export function print(history: RecordedHistory): string {
  return `${JSON.stringify(history, plain, 2)}\n`;
}

/** A history of the text of its file. */
export function parse(text: string): RecordedHistory {
  return JSON.parse(text, (_, value: unknown) => bytesOf(value) ?? value) as RecordedHistory;
}

/** Anything as text to compare byte for byte. */
export function bytesAsText(value: unknown): string {
  return JSON.stringify(value, plain, 1);
}

/** What a plan of today makes of a recorded history. */
export interface Redecided {
  /** Where it decides something else than was recorded. */
  readonly differences: readonly string[];
  readonly live: SagaState | undefined;
  /** What the recorded events fold to. */
  readonly folded: SagaState | undefined;
}

/** Decides every recorded input again, and folds the recorded events. */
export function redecide({ plan: name, version, steps }: RecordedHistory, planOf: (name: string, version: number) => Plan): Redecided {
  const differences: string[] = [];
  let plan = planOf(name, version);
  let live: SagaState | undefined;
  let folded: SagaState | undefined;
  for (const { input, transition } of steps) {
    const complete = input.kind === 'migrate' ? { ...input, target: planOf(name, input.toVersion) } : input;
    const decided = advance(plan, live, complete, transition.atMs, transition.cause.origin);
    const [now, then] = [decided.kind === 'transition' ? decided.transition.events : [], transition.events].map(bytesAsText);
    if (now !== then) differences.push(`Transition ${transition.sequence} was ${then}\nand is now ${now}`);
    plan = planOf(name, transition.planVersion);
    live = decided.kind === 'transition' ? decided.state : live;
    folded = foldTransition(plan, folded, transition);
  }
  return { differences, live, folded };
}

/** Every recorded history with its path below {@link HISTORIES}. */
export function allHistories(): readonly (readonly [path: string, history: RecordedHistory])[] {
  return readdirSync(HISTORIES, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.json'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => [relative(HISTORIES, path), parse(readFileSync(path, 'utf8'))] as const);
}

/** Bytes are written as hexadecimal digits. The plan that a migration leads to is looked up by its version. */
function plain(key: string, value: unknown): unknown {
  if (key === 'target') return undefined;
  return value instanceof Uint8Array ? { $bytes: Buffer.from(value).toString('hex') } : value;
}

function bytesOf(value: unknown): Uint8Array | undefined {
  const hex = (value as { readonly $bytes?: unknown } | null)?.$bytes;
  return typeof hex === 'string' ? Uint8Array.from(Buffer.from(hex, 'hex')) : undefined;
}
